/** The engines whose answers are compared with DuckDB's: a line each. */
import { type EventIndex, openOpensearchIndex } from '../../../src/index/index.ts';
import { startNode } from '../opensearch/nodes.ts';

export interface Contender {
  readonly index: EventIndex;
  /** Makes sure that searches see what was written. */
  settle(): Promise<void>;
  stop(): Promise<void>;
}

export const engines: readonly { readonly name: string; start(): Promise<Contender> }[] = [
  { name: 'OpenSearch', start: startOpensearch },
];

async function startOpensearch(): Promise<Contender> {
  const node = await startNode();
  const index = await openOpensearchIndex({ nodes: [node.url], maintainEveryMs: 0 });
  return {
    index,
    settle: async () => void (await node.request('POST', '/_refresh')),
    async stop() {
      await index.close();
      await node.stop();
    },
  };
}

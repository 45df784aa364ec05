/** The engines whose answers are compared with DuckDB's: a line each. */
import type { IndexUnderTest } from '../../../src/index/conformance.ts';
import { indexOnServer } from '../opensearch/index-on-server.ts';
import { startNode } from '../opensearch/nodes.ts';
import { indexOnSolr } from '../solr/index-on-solr.ts';
import { startSolr } from '../solr/nodes.ts';

export interface Contender {
  readonly place: IndexUnderTest;
  stop(): Promise<void>;
}

/** An answer that comes late on a busy machine is an answer. */
export const patience = { queryTimeoutMs: 600_000 };

export const engines: readonly { readonly name: string; start(): Promise<Contender> }[] = [
  { name: 'OpenSearch', start: () => contender(startNode, (node) => indexOnServer(node, patience)) },
  { name: 'Solr', start: () => contender(startSolr, (node) => indexOnSolr(node, false, patience)) },
];

async function contender<N extends { stop(): Promise<void> }>(
  start: () => Promise<N>,
  open: (node: N) => Promise<IndexUnderTest>,
): Promise<Contender> {
  const node = await start();
  const place = await open(node);
  return {
    place,
    async stop() {
      await place.dispose();
      await node.stop();
    },
  };
}

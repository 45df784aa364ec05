import type { IndexUnderTest } from '../../../src/index/conformance.ts';
import { type OpensearchIndexOptions, openOpensearchIndex } from '../../../src/index/index.ts';
import type { SearchNode } from './nodes.ts';

/** An empty index on the server. */
export async function indexOnServer(
  node: Pick<SearchNode, 'url' | 'clear' | 'request'>,
  options: Partial<OpensearchIndexOptions> = {},
): Promise<IndexUnderTest> {
  const open = () => openOpensearchIndex({ nodes: [node.url], maintainEveryMs: 0, ...options });
  await node.clear();
  let index = await open();
  return {
    index,
    async reopen() {
      await index.close();
      index = await open();
      await node.request('POST', '/_refresh');
      return index;
    },
    async settle() {
      await node.request('POST', '/_refresh');
    },
    async dispose() {
      await index.close();
    },
  };
}

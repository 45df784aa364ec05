import type { IndexUnderTest } from '../../../src/index/conformance.ts';
import { openSolrIndex, type SolrIndexOptions } from '../../../src/index/index.ts';
import type { SolrNode } from './nodes.ts';

/** Names of our collections, or cores. */
async function collectionsOf(node: SolrNode, cloud: boolean): Promise<string[]> {
  const answer = await node.request(
    cloud ? '/admin/collections?action=LIST' : '/admin/cores?action=STATUS&indexInfo=false',
  );
  const list = answer as { collections?: string[]; status?: Record<string, unknown> };
  return (list.collections ?? Object.keys(list.status ?? {})).filter((name) => name.startsWith('skopos_'));
}

/** An empty index on the server. */
export async function indexOnSolr(
  node: SolrNode,
  cloud: boolean,
  options: Partial<SolrIndexOptions> = {},
): Promise<IndexUnderTest> {
  const open = () => openSolrIndex({ nodes: [node.url], maintainEveryMs: 0, ...options });
  const settle = async (): Promise<void> => {
    for (const name of await collectionsOf(node, cloud))
      await node.request(`/${name}/update?softCommit=true`);
  };
  for (const name of await collectionsOf(node, cloud))
    await node.request(`/${name}/update?softCommit=true`, { delete: { query: '*:*' } });
  let index = await open();
  return {
    index,
    async reopen() {
      await index.close();
      index = await open();
      await settle();
      return index;
    },
    settle,
    async dispose() {
      await index.close();
    },
  };
}

import type { EventIndex } from './event-index.ts';
import type { OpensearchIndexOptions } from './opensearch/settings.ts';

/** The event index on OpenSearch or Elasticsearch; its client is loaded only then. */
export async function openOpensearchIndex(options: OpensearchIndexOptions): Promise<EventIndex> {
  const opensearch = await import('./opensearch/opensearch-index.ts');
  return opensearch.openOpensearchIndex(options);
}

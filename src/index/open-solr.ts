import type { EventIndex } from './event-index.ts';
import type { SolrIndexOptions } from './solr/settings.ts';

/** The event index on Solr 9, standalone or SolrCloud. */
export async function openSolrIndex(options: SolrIndexOptions): Promise<EventIndex> {
  const solr = await import('./solr/solr-index.ts');
  return solr.openSolrIndex(options);
}

import type { EventIndex, SolrIndexOptions } from '../index/index.ts';
import { openSolrIndex } from '../index/index.ts';
import type { Engine, IndexPlace } from './engine.ts';
import { readSecret } from './secret.ts';
import type { SolrSection } from './solr-schema.ts';
import { prepareTls } from './tls.ts';

/** The settings with everything read that they name. Plain data. */
type SolrOptions = Omit<SolrIndexOptions, 'clock' | 'onError'>;

/** The event index on Solr. How long events are kept stands in global.json, under `index`. */
export const solr: Engine<EventIndex, IndexPlace, SolrSection, SolrOptions> = {
  shared: true,
  schema: async () => (await import('./solr-schema.ts')).solrSchema,
  async prepare({ password, tls, ...rest }, folder) {
    return {
      ...rest,
      ...(password === undefined ? {} : { password: await readSecret(password, folder) }),
      ...(tls === undefined ? {} : { tls: await prepareTls(tls, folder) }),
    };
  },
  open(options, { snapshot }) {
    const { retentionDays = 0 } = snapshot.global.index ?? {};
    return openSolrIndex({
      ...options,
      ...(retentionDays === 0 ? {} : { maxAgeMs: retentionDays * 86_400_000 }),
    });
  },
};

import type { EventIndex, SolrIndexOptions } from '../index/index.ts';
import { openSolrIndex } from '../index/index.ts';
import type { Engine, IndexPlace } from './engine.ts';
import { readNamedFile, readSecret } from './secret.ts';
import type { SolrSection } from './solr-schema.ts';

/** The settings with everything read that they name. Plain data. */
type SolrOptions = Omit<SolrIndexOptions, 'clock' | 'onError'>;

/** The event index on Solr. How long events are kept stands in global.json, under `index`. */
export const solr: Engine<EventIndex, IndexPlace, SolrSection, SolrOptions> = {
  shared: true,
  schema: async () => (await import('./solr-schema.ts')).solrSchema,
  async prepare({ password, tls, ...rest }, folder) {
    const pem = async (file: string): Promise<string> => (await readNamedFile(file, folder)).toString('utf8');
    return {
      ...rest,
      ...(password === undefined ? {} : { password: await readSecret(password, folder) }),
      ...(tls === undefined
        ? {}
        : {
            tls: {
              ...(tls.rejectUnauthorized === undefined ? {} : { rejectUnauthorized: tls.rejectUnauthorized }),
              ...(tls.ca === undefined ? {} : { ca: await pem(tls.ca) }),
              ...(tls.cert === undefined ? {} : { cert: await pem(tls.cert) }),
              ...(tls.key === undefined ? {} : { key: await pem(tls.key) }),
            },
          }),
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

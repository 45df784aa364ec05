import type { EventIndex, OpensearchIndexOptions } from '../index/index.ts';
import { openOpensearchIndex } from '../index/index.ts';
import type { Engine, IndexPlace } from './engine.ts';
import type { OpensearchSection } from './opensearch-schema.ts';
import { readSecret } from './secret.ts';
import { prepareTls } from './tls.ts';

/** The settings with everything read that they name. Plain data. */
export type OpensearchOptions = Pick<OpensearchIndexOptions, keyof OpensearchIndexOptions>;

/** The index on OpenSearch or Elasticsearch. How long events stay is said in global.json, under `index`. */
export const opensearch: Engine<EventIndex, IndexPlace, OpensearchSection, OpensearchOptions> = {
  shared: true,
  schema: async () => (await import('./opensearch-schema.ts')).opensearchSchema,
  async prepare({ password, tls, ...rest }, folder) {
    return {
      ...rest,
      ...(password === undefined ? {} : { password: await readSecret(password, folder) }),
      ...(tls === undefined ? {} : { tls: await prepareTls(tls, folder) }),
    };
  },
  open: (options, { snapshot }) => {
    const { retentionDays } = snapshot.global.index ?? {};
    return openOpensearchIndex({
      ...options,
      ...(retentionDays === undefined || retentionDays === 0 ? {} : { maxAgeMs: retentionDays * 86_400_000 }),
    });
  },
};

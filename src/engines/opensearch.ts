import type { EventIndex, OpensearchIndexOptions } from '../index/index.ts';
import { openOpensearchIndex } from '../index/index.ts';
import type { Engine, IndexPlace } from './engine.ts';
import type { OpensearchSection } from './opensearch-schema.ts';
import { readNamedFile, readSecret } from './secret.ts';

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

async function prepareTls(
  { ca, cert, key, passphrase, ...rest }: NonNullable<OpensearchSection['tls']>,
  folder: string,
): Promise<NonNullable<OpensearchIndexOptions['tls']>> {
  const pem = async (file: string): Promise<string> => (await readNamedFile(file, folder)).toString('utf8');
  return {
    ...rest,
    ...(ca === undefined ? {} : { ca: await pem(ca) }),
    ...(cert === undefined ? {} : { cert: await pem(cert) }),
    ...(key === undefined ? {} : { key: await pem(key) }),
    ...(passphrase === undefined ? {} : { passphrase: await readSecret(passphrase, folder) }),
  };
}

import { readNamedFile, readSecret, type Secret } from './secret.ts';

/** `tls` of a section of cluster.json. An engine may have fewer of its keys. */
export interface Tls {
  /** Files, relative to the configuration folder. */
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly passphrase?: Secret;
  readonly servername?: string;
  readonly rejectUnauthorized?: boolean;
}

/** With everything read that it names: options of `tls.connect`. */
export type PreparedTls = Omit<Tls, 'passphrase'> & { readonly passphrase?: string };

/** Throws `SKP_CLUSTER_SECRET` for what is not where it is said to be. */
export async function prepareTls(
  { ca, cert, key, passphrase, ...rest }: Tls,
  folder: string,
): Promise<PreparedTls> {
  const pem = async (file: string): Promise<string> => (await readNamedFile(file, folder)).toString('utf8');
  return {
    ...rest,
    ...(ca === undefined ? {} : { ca: await pem(ca) }),
    ...(cert === undefined ? {} : { cert: await pem(cert) }),
    ...(key === undefined ? {} : { key: await pem(key) }),
    ...(passphrase === undefined ? {} : { passphrase: await readSecret(passphrase, folder) }),
  };
}

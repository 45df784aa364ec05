/** A broker with listeners that ask for TLS, for a certificate, and for a password or token. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createAuthority, createCertificate } from '../../../src/ingest/testing/certificates.ts';
import { type KafkaCluster, startKafka } from './brokers.ts';

export const user = 'skopos';
export const password = 'correct horse battery';

export interface SecuredKafka extends KafkaCluster {
  /** Paths of PEM files: the authority, a certificate that it signed with its key, an authority that signed nothing here. */
  readonly files: Readonly<Record<'ca' | 'cert' | 'key' | 'otherCa', string>>;
}

export async function startSecuredKafka(): Promise<SecuredKafka> {
  const folder = await mkdtemp(path.join(tmpdir(), 'skopos-secured-'));
  const other = await mkdtemp(path.join(tmpdir(), 'skopos-other-'));
  await createAuthority(folder);
  await createAuthority(other);
  for (const name of ['server', 'client']) await createCertificate(folder, name);
  const file = (name: string): string => path.join(folder, name);
  const otherCa = file('other-ca.pem');
  await writeFile(otherCa, await readFile(path.join(other, 'ca.pem')));
  await rm(other, { recursive: true });
  // Key and certificate in one file, as brokers read them.
  await writeFile(
    file('broker.pem'),
    Buffer.concat([
      await readFile(file('server.key')),
      Buffer.from('\n'),
      await readFile(file('server.pem')),
    ]),
  );
  const login = (mechanism: string, module: string): Record<string, string> => ({
    [`listener.name.sasl.${mechanism}.sasl.jaas.config`]: `org.apache.kafka.common.security.${module};`,
  });
  const cluster = await startKafka({
    listeners: { TLS: 'SSL', MUTUAL: 'SSL', SASL: 'SASL_SSL' },
    properties: {
      'ssl.keystore.type': 'PEM',
      'ssl.keystore.location': file('broker.pem'),
      'ssl.truststore.type': 'PEM',
      'ssl.truststore.location': file('ca.pem'),
      'listener.name.mutual.ssl.client.auth': 'required',
      'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER',
      ...login('plain', `plain.PlainLoginModule required user_${user}="${password}"`),
      ...login('scram-sha-256', 'scram.ScramLoginModule required'),
      ...login('scram-sha-512', 'scram.ScramLoginModule required'),
      ...login(
        'oauthbearer',
        'oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub="broker"',
      ),
    },
    scram: ['SCRAM-SHA-256', 'SCRAM-SHA-512'].map(
      (mechanism) => `${mechanism}=[name=${user},password=${password}]`,
    ),
  });
  return {
    ...cluster,
    files: { ca: file('ca.pem'), cert: file('client.pem'), key: file('client.key'), otherCa },
    async stop() {
      await cluster.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** What cluster.json says of TLS and of users, against a broker that asks for it. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { eventOf, type Installation, installation } from './installation.ts';
import { password, type SecuredKafka, startSecuredKafka, user } from './secured-brokers.ts';
import { Tally } from './tally.ts';

let cluster: SecuredKafka;
let skopos: Installation | null = null;
let made = 0;
beforeAll(async () => {
  cluster = await startSecuredKafka();
});
afterAll(() => cluster.stop());
afterEach(async () => {
  await skopos?.stop();
  skopos = null;
});

const tls = { ca: 'ca.pem' };
const mutual = { ...tls, cert: 'client.pem', key: 'client.key' };
const login = (mechanism: string): object => ({ mechanism, username: user, password });
/** Unsigned, as brokers without an identity provider take it (RFC 7515, A.5). */
function token(): string {
  const now = Math.floor(Date.now() / 1000);
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'none' })}.${part({ sub: user, iat: now - 60, exp: now + 3_600 })}.`;
}

async function open(listener: string, bus: object): Promise<Installation & { readonly topic: string }> {
  const topic = `secured${++made}`;
  const { ca, cert, key, otherCa } = cluster.files;
  const opened = await installation(cluster.brokers, {
    parsers: { [topic]: { parserClassName: 'json', sensorTopic: topic, parserConfig: {} } },
    group: topic,
    bus: { brokers: [cluster.listener(listener)], ...bus },
    files: [ca, cert, key, otherCa],
  });
  skopos = opened;
  return { ...opened, topic };
}

describe('a worker reads, commits and appends', () => {
  it.each<[string, string, object]>([
    ['by TLS', 'TLS', { tls }],
    ['with a certificate of its own', 'MUTUAL', { tls: mutual }],
    ['as a user by PLAIN', 'SASL', { tls, sasl: login('PLAIN') }],
    ['as a user by SCRAM-SHA-256', 'SASL', { tls, sasl: login('SCRAM-SHA-256') }],
    ['as a user by SCRAM-SHA-512', 'SASL', { tls, sasl: login('SCRAM-SHA-512') }],
    ['with a token', 'SASL', { tls, sasl: { mechanism: 'OAUTHBEARER', token: token() } }],
  ])('%s', async (_, listener, bus) => {
    const { log, topic, start } = await open(listener, bus);
    const worker = await start('a', 'work');
    await log.append(topic, 0, [eventOf(1), eventOf(2)]);
    const { numbers } = await new Tally(log, topic).settled(2);
    expect([...numbers.keys()].sort()).toEqual([1, 2]);
    expect(await worker.stop()).toBe(0);
    expect((await log.committed(topic)).find(({ partition }) => partition === 0)?.nextOffset).toBe(2);
  });
});

describe('a start says why the brokers are not for it', () => {
  // What cannot change by asking again is said at once, and not after the hour that the brokers have here.
  const retryForMs = 3_600_000;
  it.each<[string, string, object, RegExp]>([
    ['a wrong password', 'SASL', { tls, sasl: { ...login('SCRAM-SHA-512'), password: 'wrong' } }, /password/],
    [
      'a wrong password by PLAIN',
      'SASL',
      { tls, sasl: { ...login('PLAIN'), password: 'wrong' } },
      /password/,
    ],
    ['no certificate of its own', 'MUTUAL', { tls, retryForMs: 1_000 }, /certificate/],
    ['an authority that did not sign theirs', 'TLS', { tls: { ca: 'other-ca.pem' } }, /certificate/],
    ['no TLS where they have it', 'TLS', {}, /tls/i],
    ['a certificate that is not there', 'TLS', { tls: { ca: 'gone.pem' } }, /names the file gone\.pem/],
  ])('%s', async (_, listener, bus, said) => {
    const { start } = await open(listener, { retryForMs, ...bus });
    await expect(start('a', 'work')).rejects.toThrow(said);
  });
});

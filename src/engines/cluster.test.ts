import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkCluster } from './cluster.ts';
import { embedded, loadCluster } from './index.ts';

describe('cluster.json', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'skopos-cluster-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));
  const write = (value: unknown): Promise<void> =>
    writeFile(path.join(folder, 'cluster.json'), JSON.stringify(value));

  it('may be absent: one machine by itself', async () => {
    expect(await loadCluster(folder)).toEqual(embedded);
    expect(await loadCluster(null)).toEqual(embedded);
  });

  it('leaves the sections that it does not have embedded', async () => {
    await write({ bus: { type: 'kafka', brokers: ['kafka-1:9092'] } });
    expect(await loadCluster(folder)).toEqual({
      ...embedded,
      bus: { type: 'kafka', options: { brokers: ['kafka-1:9092'], group: 'skopos' } },
    });
  });

  it('reads the secrets and certificates that it names', async () => {
    await writeFile(path.join(folder, 'password'), 'between us\n');
    await writeFile(path.join(folder, 'ca.pem'), 'the authority');
    await write({
      bus: {
        type: 'kafka',
        brokers: ['kafka-1:9092'],
        tls: { ca: 'ca.pem' },
        sasl: { mechanism: 'SCRAM-SHA-512', username: 'skopos', password: { file: 'password' } },
      },
    });
    const { bus } = await loadCluster(folder);
    expect(bus.options).toMatchObject({
      tls: { ca: 'the authority' },
      sasl: { mechanism: 'SCRAM-SHA-512', username: 'skopos', password: 'between us' },
    });
    // Handed to worker threads as it is.
    expect(structuredClone(bus)).toEqual(bus);
  });

  it('names a secret that is not there', async () => {
    await write({
      bus: {
        type: 'kafka',
        brokers: ['kafka-1:9092'],
        sasl: { mechanism: 'PLAIN', username: 'a', password: { env: 'SKOPOS_TEST_NOT_SET' } },
      },
    });
    await expect(loadCluster(folder)).rejects.toMatchObject({
      code: 'SKP_CLUSTER_SECRET',
      message: expect.stringContaining('SKOPOS_TEST_NOT_SET'),
    });
  });

  it.each<[string, string, unknown]>([
    ['an engine that there is not', 'bus.type', { bus: { type: 'kafak', brokers: ['a:1'] } }],
    ['a misspelt section', 'buss', { buss: { type: 'lmdb' } }],
    ['a misspelt option', 'bus.brokres', { bus: { type: 'kafka', brokers: ['a:1'], brokres: [] } }],
    ['an option that must be there', 'bus.brokers', { bus: { type: 'kafka' } }],
    ['a value of the wrong form', 'bus.brokers[0]', { bus: { type: 'kafka', brokers: ['kafka'] } }],
    [
      'a configuration on Kafka without a bus on Kafka',
      'config.type',
      { config: { type: 'kafka' }, bus: { type: 'lmdb' } },
    ],
    ['a configuration on Kafka without a bus', 'config.type', { config: { type: 'kafka' } }],
    [
      'a name that no topic has',
      'config.topic',
      { config: { type: 'kafka', topic: 'a b' }, bus: { type: 'kafka', brokers: ['a:1'] } },
    ],
    ['a misspelt option of the configuration', 'config.topics', { config: { type: 'folder', topics: 1 } }],
    ['an option of another engine', 'bus.brokers', { bus: { type: 'lmdb', brokers: ['a:1'] } }],
  ])('tells of %s with its place', async (_, place, value) => {
    const { value: taken, problems } = await checkCluster(JSON.stringify(value));
    expect(taken).toBeNull();
    expect(problems.map(({ path: where }) => where)).toEqual([place]);
  });
});

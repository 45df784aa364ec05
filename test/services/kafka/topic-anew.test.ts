/** A topic that is deleted, and made anew under its name, while a client knows the one before. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openKafkaEventLog } from '../../../src/bus/index.ts';
import { type KafkaCluster, startKafka } from './brokers.ts';

let cluster: KafkaCluster;
beforeAll(async () => {
  cluster = await startKafka();
});
afterAll(() => cluster.stop());

it('is said to be gone at once, and read as what it is now', { timeout: 60_000 }, async () => {
  const [log, other] = await Promise.all(
    ['reader', 'maker'].map((clientId) => openKafkaEventLog({ brokers: cluster.brokers, clientId })),
  );
  const read = async (): Promise<string[]> => {
    const batch = await log!.read('anew', 0, 0, { maxRecords: 100, maxBytes: 1 << 20 });
    return Array.from({ length: batch?.count ?? 0 }, (_, at) => batch!.value(at).toString());
  };
  try {
    await other!.ensureTopic('anew', { partitions: 1 });
    await other!.append(
      'anew',
      0,
      ['a', 'b', 'c'].map((text) => ({ value: Buffer.from(text) })),
    );
    expect(await read()).toEqual(['a', 'b', 'c']);

    await cluster.deleteTopics(['anew']);
    await expect.poll(() => cluster.partitionsOf('anew'), { timeout: 20_000 }).toBe(0);
    await expect(read()).rejects.toMatchObject({ code: 'SKP_BUS_TOPIC_UNKNOWN' });

    await other!.ensureTopic('anew', { partitions: 1 });
    await other!.append('anew', 0, [{ value: Buffer.from('d') }]);
    const began = performance.now();
    expect(await read()).toEqual(['d']);
    // Without it the client repeats for a minute what can never be answered.
    expect(performance.now() - began).toBeLessThan(20_000);
  } finally {
    await Promise.all([log!.close(), other!.close()]);
  }
});

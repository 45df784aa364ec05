import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EventLog, openKafkaEventLog } from '../../../src/bus/index.ts';
import { type KafkaCluster, startKafka } from './brokers.ts';

describe('three brokers, each killed in turn under load', () => {
  let cluster: KafkaCluster;
  let log: EventLog;
  beforeAll(async () => {
    cluster = await startKafka({ brokers: 3 });
    log = await openKafkaEventLog({
      brokers: cluster.brokers,
      replication: 3,
      retryForMs: 60_000,
      heartbeatIntervalMs: 500,
      sessionTimeoutMs: 10_000,
    });
  });
  afterAll(async () => {
    await log.close();
    await cluster.stop();
  });

  it('lose no acknowledged record and double none', { timeout: 600_000 }, async () => {
    const topic = 'failover';
    await log.ensureTopic(topic, { partitions: 3 });
    const acknowledged = new Set<string>();
    const refused = new Set<string>();
    let running = true;
    let sent = false;
    const senders = [0, 1, 2].map(async (partition) => {
      for (let batch = 0; running; batch++) {
        const ids = Array.from({ length: 50 }, (_, i) => `p${partition}b${batch}i${i}`);
        try {
          await log.append(
            topic,
            partition,
            ids.map((id) => ({ value: Buffer.from(id.padEnd(300, '.')) })),
          );
          for (const id of ids) acknowledged.add(id);
        } catch {
          for (const id of ids) refused.add(id);
        }
      }
    });
    const read = new Map<string, number>();
    const reading = (async () => {
      const member = await log.subscribe('failover', [topic]);
      const done = (): boolean => sent && [...acknowledged].every((id) => read.has(id));
      let newsAt = performance.now();
      // What does not come for a minute after everything was sent is lost.
      while (!done() && !(sent && performance.now() - newsAt > 60_000)) {
        const batch = await member
          .next({ maxRecords: 10_000, maxBytes: 8 << 20 }, AbortSignal.timeout(1_000))
          .catch(() => null);
        if (batch !== null || !sent) newsAt = performance.now();
        if (batch === null) continue;
        for (let i = 0; i < batch.count; i++) {
          const id = batch.value(i).toString().replace(/\.+$/, '');
          read.set(id, (read.get(id) ?? 0) + 1);
        }
      }
      await member.close();
    })();
    for (const broker of [0, 1, 2]) {
      const before = acknowledged.size;
      await expect.poll(() => acknowledged.size).toBeGreaterThan(before + 2_000);
      await cluster.broker(broker).kill();
      const without = acknowledged.size;
      await expect.poll(() => acknowledged.size).toBeGreaterThan(without + 2_000);
      await cluster.restart(broker);
    }
    running = false;
    await Promise.all(senders);
    sent = true;
    await reading;
    const lost = [...acknowledged].filter((id) => !read.has(id));
    const doubled = [...read].filter(([, count]) => count > 1).map(([id]) => id);
    console.log(
      `${acknowledged.size} acknowledged, ${refused.size} refused, ${read.size} read, ${lost.length} lost, ${doubled.length} doubled`,
    );
    expect({ lost: lost.length, doubled: doubled.length }).toEqual({ lost: 0, doubled: 0 });
  });
});

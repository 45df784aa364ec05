import { afterAll, beforeAll } from 'vitest';
import { eventLogConformance } from '../../../src/bus/conformance.ts';
import { type EventLog, openKafkaEventLog } from '../../../src/bus/index.ts';
import { type KafkaCluster, startKafka } from './brokers.ts';

let cluster: KafkaCluster;
beforeAll(async () => {
  cluster = await startKafka();
});
afterAll(() => cluster.stop());

eventLogConformance('Kafka', async () => {
  const opened: EventLog[] = [];
  const open = async (): Promise<EventLog> => {
    const log = await openKafkaEventLog({
      brokers: cluster.brokers,
      heartbeatIntervalMs: 100,
      sessionTimeoutMs: 10_000,
    });
    opened.push(log);
    return log;
  };
  const log = await open();
  return {
    log,
    async reopen() {
      await opened[0]?.close();
      return open();
    },
    another: open,
    // Segments are of 1 MiB at least.
    retentionUnit: 1_300_000,
    async close() {
      await Promise.all(opened.map((one) => one.close()));
    },
  };
});

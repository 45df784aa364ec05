import { createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EventLog } from '../event-log.ts';
import { openKafkaEventLog } from './index.ts';

describe('an event log whose brokers cannot be reached', () => {
  let log: EventLog;
  beforeEach(async () => {
    // A port that was free a moment ago.
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    await new Promise((resolve) => server.close(resolve));
    log = await openKafkaEventLog({ brokers: [`127.0.0.1:${port}`], retryForMs: 1 });
  });
  afterEach(() => log.close());

  const value = Buffer.from('a');
  it.each<[string, () => unknown]>([
    ['append', () => log.append('a', 0, [{ value }])],
    ['appendTogether', () => log.appendTogether([{ topic: 'a', partition: 0, records: [{ value }] }])],
    ['read', () => log.read('a', 0, 0, { maxRecords: 1, maxBytes: 1 })],
    ['describe', () => log.describe('a')],
    ['ensureTopic', () => log.ensureTopic('a', { partitions: 1 })],
    ['subscribe', () => log.subscribe('g', ['a'])],
    ['committed', () => log.committed('g')],
  ])('says so by a code of the bus: %s', async (_, call) => {
    await expect(call()).rejects.toMatchObject({ code: 'SKP_BUS_BROKER' });
  });
});

it('gives up after the time of retryForMs on brokers that close every connection', async () => {
  let connections = 0;
  const server = createServer((socket) => {
    connections++;
    // When it was asked something.
    socket.once('data', () => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const log = await openKafkaEventLog({ brokers: [`127.0.0.1:${port}`], retryForMs: 2_000 });
  await expect(log.topics()).rejects.toMatchObject({
    code: 'SKP_BUS_BROKER',
    hint: expect.stringContaining('ends the connection'),
  });
  // Once in 250 ms, and not so many times for each of these.
  expect(connections).toBeLessThan(20);
  await log.close();
  await new Promise((resolve) => server.close(resolve));
});

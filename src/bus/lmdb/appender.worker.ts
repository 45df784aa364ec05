// For threads.test.ts: appends without end, and says so after the first batch.
import { parentPort, workerData } from 'node:worker_threads';
import type { Notifier } from './notifier.ts';
import { openLmdbEventLog } from './open.ts';

const { folder, notifier } = workerData as { folder: string; notifier: Notifier };
const log = openLmdbEventLog(folder, { notifier });
const records = Array.from({ length: 100 }, () => ({ value: Buffer.alloc(500, 'x') }));
for (;;) {
  await Promise.all([0, 1, 2, 3].map(() => log.append('events', 0, records)));
  parentPort?.postMessage('appended');
}

// For threads.test.ts: a member of a group in a thread of its own. It tells its parent what it reads and commits it.
import { parentPort, workerData } from 'node:worker_threads';
import type { Notifier } from './notifier.ts';
import { openLmdbEventLog } from './open.ts';

interface Task {
  readonly folder: string;
  readonly notifier: Notifier;
}

const { folder, notifier } = workerData as Task;
// Polling once an hour: what wakes this thread is the notifier.
const log = openLmdbEventLog(folder, { notifier, pollMs: 3_600_000 });
const member = await log.subscribe('group', ['events']);
parentPort?.postMessage({ joined: true });
for (;;) {
  const batch = await member.next({ maxRecords: 1_000, maxBytes: 1 << 20 });
  if (!batch) break;
  const texts = Array.from({ length: batch.count }, (_, i) => batch.value(i).toString());
  await member.commit([{ topic: 'events', partition: batch.partition, nextOffset: batch.nextOffset }]);
  parentPort?.postMessage({ texts });
}

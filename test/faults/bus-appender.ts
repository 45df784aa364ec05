// A process that appends from two threads until it is killed. For each acknowledged batch it writes a line
// `<batch> <offset>` to its standard output, past every buffer of its own.
import { writeSync } from 'node:fs';
import { isMainThread, threadId, Worker, workerData } from 'node:worker_threads';
import { createNotifier, type Notifier, openLmdbEventLog } from '../../src/bus/index.ts';

const BATCH = 20;

interface Task {
  readonly folder: string;
  readonly round: string;
  readonly notifier: Notifier;
}

async function append({ folder, round, notifier }: Task): Promise<void> {
  const log = openLmdbEventLog(folder, { notifier, retentionIntervalMs: 0 });
  let next = 0;
  const appender = async () => {
    for (;;) {
      const batch = `${round}-${threadId}-${next++}`;
      const records = Array.from({ length: BATCH }, (_, i) => ({
        value: Buffer.from(`${batch}.${i} ${'x'.repeat(next % 2_000)}`),
      }));
      const { baseOffset } = await log.append('events', next % 2, records);
      writeSync(1, `${batch} ${baseOffset}\n`);
    }
  };
  await Promise.all(Array.from({ length: 8 }, appender));
}

if (isMainThread) {
  const [folder = '', round = ''] = process.argv.slice(2);
  const task: Task = { folder, round, notifier: createNotifier() };
  new Worker(new URL(import.meta.url), { workerData: task });
  await append(task);
} else {
  await append(workerData as Task);
}

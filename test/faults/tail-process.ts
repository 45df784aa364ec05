/** A process of its own that follows `FOLDER/logs/*` into the bus in FOLDER, to be killed: `node tail-process.ts FOLDER`. */
import { join } from 'node:path';
import { openLmdbEventLog } from '../../src/bus/index.ts';
import { Appender } from '../../src/ingest/appender.ts';
import { TailListener } from '../../src/ingest/tail.ts';

const folder = process.argv[2] ?? '';
const log = openLmdbEventLog(join(folder, 'bus'));
const appender = new Appender(log, { partitions: 2 });
const listener = new TailListener(
  {
    name: 'files',
    type: 'tail',
    enabled: true,
    paths: ['logs/*'],
    sensor: 'app',
    from: 'start',
    framing: 'auto',
    maxMessageBytes: 1024 * 1024,
  },
  {
    appender,
    log,
    configFolder: folder,
    stateFolder: folder,
    report: (_name, error) => console.error(error),
  },
  { pollMs: 2, scanMs: 5, goneMs: 100, settledMs: 0, quietMs: 60_000, checkpointMs: 15 },
);
await listener.start();

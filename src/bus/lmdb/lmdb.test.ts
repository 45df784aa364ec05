import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventLogConformance } from '../conformance.ts';
import { openLmdbEventLog } from './open.ts';

eventLogConformance('LMDB', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'skopos-bus-'));
  const opened = [openLmdbEventLog(folder)];
  return {
    log: opened[0] as (typeof opened)[number],
    async reopen() {
      for (const log of opened.splice(0)) await log.close();
      const log = openLmdbEventLog(folder);
      opened.push(log);
      return log;
    },
    async another() {
      const log = openLmdbEventLog(folder);
      opened.push(log);
      return log;
    },
    async close() {
      for (const log of opened.splice(0)) await log.close();
      await rm(folder, { recursive: true });
    },
  };
});

/** From the command to ready, and the memory of an idle program. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startSkopos } from '../test/support/running-skopos.ts';

export async function run({ times = 5 } = {}): Promise<Record<string, number>> {
  const data = await mkdtemp(path.join(tmpdir(), 'skopos-bench-'));
  try {
    const seconds: number[] = [];
    let resident = 0;
    // The first start builds what later ones find.
    for (let round = 0; round <= times; round++) {
      const started = performance.now();
      const skopos = await startSkopos({ data });
      if (round > 0) seconds.push((performance.now() - started) / 1000);
      if (round === times) {
        // What the start left behind is collected within seconds; then it is idle.
        await pause(15_000);
        const status = await readFile(`/proc/${skopos.child.pid}/status`, 'utf8').catch(() => '');
        resident = Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
      }
      await skopos.stop();
    }
    const sorted = seconds.sort((a, b) => a - b);
    return {
      'start to ready, seconds, median': Math.round(sorted[sorted.length >> 1]! * 100) / 100,
      'start to ready, seconds, slowest': Math.round(sorted.at(-1)! * 100) / 100,
      'resident memory idle, MiB': Math.round(resident),
    };
  } finally {
    await rm(data, { recursive: true, force: true });
  }
}

if (import.meta.main) console.log(await run());

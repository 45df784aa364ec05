/** Processor time of this process by kind of thread, as Linux tells it; empty elsewhere. */
import { readdirSync, readFileSync } from 'node:fs';

/** Ticks a second of the times in /proc. */
const ticks = 100;

/** Seconds so far, by thread. */
export function threadTimes(): Map<string, number> {
  const times = new Map<string, number>();
  try {
    for (const id of readdirSync('/proc/self/task')) {
      const stat = readFileSync(`/proc/self/task/${id}/stat`, 'utf8');
      const name = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      times.set(`${name} ${id}`, (Number(fields[11]) + Number(fields[12])) / ticks);
    }
  } catch {
    return new Map();
  }
  return times;
}

/** Microseconds an event since `before`, by the name of the thread. A thread that began meanwhile counts from 0. */
export function timesPerEvent(before: ReadonlyMap<string, number>, events: number): Record<string, number> {
  const sums = new Map<string, number>();
  for (const [key, seconds] of threadTimes()) {
    const name = key.slice(0, key.lastIndexOf(' '));
    sums.set(name, (sums.get(name) ?? 0) + seconds - (before.get(key) ?? 0));
  }
  return Object.fromEntries(
    [...sums]
      .map(([name, seconds]) => [name, Math.round(((seconds * 1e6) / events) * 10) / 10] as const)
      .filter(([, micros]) => micros >= 0.1)
      .sort((a, b) => b[1] - a[1]),
  );
}

import type { Subscription } from '../../bus/index.ts';

/** As long as nothing is said of it: longer than what a killed process left open takes to end by itself. */
const patienceMs = 30_000;

/** Says so when partitions were assigned and are not read: their events wait, although nothing failed. */
export function notBegun(subscription: Pick<Subscription, 'notBegun'> | null): string | null {
  const waiting = subscription?.notBegun?.(patienceMs) ?? [];
  if (waiting.length === 0) return null;
  const named = waiting.slice(0, 3).map(({ topic, partition }) => `${topic}/${partition}`);
  if (waiting.length > named.length) named.push('…');
  return `${waiting.length} partition(s) are assigned for more than ${patienceMs / 1000} s and not read, since the brokers do not tell where to begin: ${named.join(', ')}`;
}

import { IndexError } from '../errors.ts';
import type { HistogramBucket, HistogramRequest } from '../event-index.ts';
import type { Session } from './database.ts';
import type { Plan } from './plan.ts';
import { fieldColumns, numberOf } from './values.ts';

const MAX_BUCKETS = 10_000;

/** Events over time by severity; buckets without events are there with zeros. */
export async function histogram(
  session: Session,
  plan: Plan,
  request: HistogramRequest,
): Promise<HistogramBucket[]> {
  const { from, to } = request.timeRange;
  const { interval } = request;
  const count = Math.ceil((to - from) / interval);
  if (
    !Number.isSafeInteger(from) ||
    !Number.isSafeInteger(to) ||
    !(interval >= 1) ||
    !(count <= MAX_BUCKETS)
  ) {
    throw new IndexError(
      'SKP_INDEX_REQUEST',
      `no histogram from ${from} to ${to} in steps of ${interval} ms`,
      {
        hint: `Times and step are whole milliseconds; at most ${MAX_BUCKETS} buckets.`,
      },
    );
  }
  if (count <= 0) return [];
  const branches = plan.selections.map(({ place, where }) => {
    const score = numberOf(fieldColumns(place, 'threat.triage.score', plan.bindings));
    const severity =
      score === null
        ? '0'
        : `CASE WHEN ${score} IS NULL THEN 0 WHEN ${score} < 25 THEN 1 WHEN ${score} < 50 THEN 2 WHEN ${score} < 75 THEN 3 ELSE 4 END`;
    return `SELECT (ts - ${plan.bindings.integer(BigInt(from))}) // ${plan.bindings.integer(BigInt(Math.trunc(interval)))} AS bucket, ${severity} AS severity
      FROM ${place.from} WHERE ${where}`;
  });
  const buckets = Array.from({ length: count }, (_, i) => ({
    time: from + i * Math.trunc(interval),
    none: 0,
    low: 0,
    medium: 0,
    high: 0,
    critical: 0,
  }));
  if (branches.length === 0) return buckets;
  const sql = `SELECT bucket::DOUBLE, severity, count(*)::DOUBLE FROM (${branches.join('\nUNION ALL ')}) GROUP BY ALL`;
  const rows = await session.rows(sql, plan.bindings.for(sql));
  const names = ['none', 'low', 'medium', 'high', 'critical'] as const;
  for (const row of rows) {
    const bucket = buckets[Number(row[0])];
    const name = names[Number(row[1])];
    if (bucket !== undefined && name !== undefined) bucket[name] += Number(row[2]);
  }
  return buckets;
}

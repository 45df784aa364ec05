/** Counts: the most frequent values of fields, groups within groups, events over time. */
import { IndexError } from '../errors.ts';
import type { GroupRequest, GroupResult, HistogramBucket, HistogramRequest } from '../event-index.ts';
import { isObject, type Json, listAt, numberAt, objectAt } from '../remote/json.ts';
import { physicalOf } from './field-types.ts';
import { canonical } from './names.ts';
import { TEXTS_SCRIPT } from './scripts.ts';
import { kindsOf, mixedFields, refuseLines, scriptParams, searchIn, type Target } from './search.ts';

const SIZE = 10;
/** Ties are broken by text, which for numbers the server does not. */
const CANDIDATES = 100;
const MAX_GROUPS = 1000;
const MAX_BUCKETS = 10_000;
/** Values that each shard tells of at first, and at most: with more different ones counts are lower bounds. */
const SHARD_SIZE = 1_000;
const MOST_SHARD_SIZE = 50_000;

/** The ten most frequent values of each field; ties in the order of the values. Of a list each different element counts. */
export async function facets(
  target: Target,
  fields: readonly string[],
): Promise<Record<string, Record<string, number>>> {
  const asked = [...new Set(fields)];
  const counts: [string, Record<string, number>][] = [];
  if (asked.length === 0) return {};
  refuseLines(target, asked.map(canonical), 'count the values of');
  const mixed = await mixedFields(target, asked);
  const aggregations = await exactly(target, (shardSize) =>
    Object.fromEntries(
      asked.map((field, i) => [
        `f${i}`,
        { terms: { ...valuesOf(canonical(field), mixed), size: CANDIDATES, shard_size: shardSize } },
      ]),
    ),
  );
  for (const [i, field] of asked.entries()) {
    const list = bucketsOf(aggregations[`f${i}`]).map((bucket) => [keyOf(bucket), countOf(bucket)] as const);
    list.sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
    counts.push([field, fromPairs(list.slice(0, SIZE))]);
  }
  return fromPairs(counts);
}

function fromPairs<T>(pairs: readonly (readonly [string, T])[]): Record<string, T> {
  return Object.fromEntries(pairs);
}

/**
 * Groups within groups. Events without one of the fields are in no group of it.
 *
 * @throws IndexError SKP_INDEX_REQUEST
 */
export async function group(target: Target, request: GroupRequest): Promise<GroupResult[]> {
  const { groups, scoreField } = request;
  if (groups.length === 0) {
    throw new IndexError('SKP_INDEX_REQUEST', 'a search by groups needs at least one field to group by');
  }
  const limit = Math.min(request.limit ?? MAX_GROUPS, MAX_GROUPS);
  const names = groups.map(({ field }) => canonical(field));
  refuseLines(target, names, 'group by');
  const mixed = await mixedFields(target, names);
  const score =
    scoreField === undefined || !kindsOf(target, scoreField).has('number')
      ? {}
      : { score: { sum: { field: physicalOf(scoreField) } } };
  const level = (at: number, shardSize: number): Json => {
    const { order } = groups[at]!;
    const { groupOrderType = 'term', sortOrder = 'desc' } = order ?? {};
    return {
      terms: {
        ...valuesOf(names[at]!, mixed),
        size: limit,
        shard_size: Math.max(limit, shardSize),
        order:
          groupOrderType === 'count' ? [{ _count: sortOrder }, { _key: sortOrder }] : { _key: sortOrder },
      },
      aggs: { ...score, ...(at + 1 < groups.length ? { next: level(at + 1, shardSize) } : {}) },
    };
  };
  const aggregations = await exactly(target, (shardSize) => ({ next: level(0, shardSize) }));
  const results = (aggregation: unknown, at: number): GroupResult[] => {
    const next = groups[at + 1]?.field ?? null;
    return bucketsOf(aggregation).map((bucket) => ({
      key: keyOf(bucket),
      total: countOf(bucket),
      ...(scoreField === undefined ? {} : { score: numberAt(bucket['score'], 'value') ?? 0 }),
      groupedBy: next,
      groupResults: next === null ? null : results(bucket['next'], at + 1),
    }));
  };
  return results(aggregations['next'], 0);
}

/** Events over time by severity; buckets without events are there with zeros. */
export async function histogram(target: Target, request: HistogramRequest): Promise<HistogramBucket[]> {
  const { from, to } = request.timeRange;
  const interval = Math.trunc(request.interval);
  const count = Math.ceil((to - from) / request.interval);
  if (
    !Number.isSafeInteger(from) ||
    !Number.isSafeInteger(to) ||
    !(request.interval >= 1) ||
    !(count <= MAX_BUCKETS)
  ) {
    throw new IndexError(
      'SKP_INDEX_REQUEST',
      `no histogram from ${from} to ${to} in steps of ${request.interval} ms`,
      { hint: `Times and step are whole milliseconds; at most ${MAX_BUCKETS} buckets.` },
    );
  }
  if (count <= 0) return [];
  const buckets = Array.from({ length: count }, (_, i) => ({
    time: from + i * interval,
    none: 0,
    low: 0,
    medium: 0,
    high: 0,
    critical: 0,
  }));
  const offset = ((from % interval) + interval) % interval;
  const ranges = [
    { key: 'low', to: 25 },
    { key: 'medium', from: 25, to: 50 },
    { key: 'high', from: 50, to: 75 },
    { key: 'critical', from: 75 },
  ];
  const answer = await searchIn(target, {
    size: 0,
    track_total_hits: false,
    query: target.clause,
    aggs: {
      time: {
        date_histogram: {
          field: 'timestamp',
          fixed_interval: `${interval}ms`,
          offset: `${offset}ms`,
          min_doc_count: 1,
        },
        aggs: { severity: { range: { field: 'threat:triage:score', ranges } } },
      },
    },
  });
  for (const bucket of bucketsOf(objectAt(answer, 'aggregations')['time'])) {
    const into = buckets[((numberAt(bucket, 'key') ?? 0) - from) / interval];
    if (into === undefined) continue;
    let scored = 0;
    for (const part of bucketsOf(bucket['severity'])) {
      const name = part['key'];
      if (name !== 'low' && name !== 'medium' && name !== 'high' && name !== 'critical') continue;
      into[name] += countOf(part);
      scored += countOf(part);
    }
    into.none += countOf(bucket) - scored;
  }
  return buckets;
}

/** Asks again with more of each shard while the counts may be too low. */
async function exactly(target: Target, aggregations: (shardSize: number) => Json): Promise<Json> {
  for (let shardSize = SHARD_SIZE; ; shardSize *= 10) {
    const answer = await searchIn(target, {
      size: 0,
      track_total_hits: false,
      query: target.clause,
      aggs: aggregations(Math.min(shardSize, MOST_SHARD_SIZE)),
    });
    const found = objectAt(answer, 'aggregations');
    if (shardSize >= MOST_SHARD_SIZE || !Object.values(found).some(mayBeMore)) return found;
  }
}

function mayBeMore(aggregation: unknown): boolean {
  if ((numberAt(aggregation, 'doc_count_error_upper_bound') ?? 0) !== 0) return true;
  return bucketsOf(aggregation).some((bucket) => Object.hasOwn(bucket, 'next') && mayBeMore(bucket['next']));
}

function valuesOf(name: string, mixed: ReadonlySet<string>): Json {
  return mixed.has(name)
    ? { script: { lang: 'painless', source: TEXTS_SCRIPT, params: scriptParams(name) } }
    : { field: physicalOf(name) };
}

function bucketsOf(aggregation: unknown): readonly Json[] {
  return listAt(aggregation, 'buckets').filter(isObject);
}

function countOf(bucket: Json): number {
  return numberAt(bucket, 'doc_count') ?? 0;
}

function keyOf(bucket: Json): string {
  const key = bucket['key'];
  const text = bucket['key_as_string'];
  // Numbers as JSON writes them; of booleans the key is 0 or 1; times are milliseconds either way.
  return typeof key === 'number' && (text === 'true' || text === 'false') ? text : String(key);
}

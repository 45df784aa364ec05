/** Groups, histograms and types of fields, all by JSON facets. */

import { parseAddress } from '../addresses.ts';
import { IndexError } from '../errors.ts';
import type {
  ColumnType,
  GroupRequest,
  GroupResult,
  HistogramBucket,
  HistogramRequest,
  Scope,
} from '../event-index.ts';
import { parseNumber } from '../query-values.ts';
import { type Json, listAt, numberAt, objectAt } from '../remote/json.ts';
import { As, canonical, fieldBase, Own } from './names.ts';
import type { Searcher } from './search.ts';

/** Groups in the order of their terms are put in order here; Solr gives the most frequent ones, at most so many a level. */
const MOST_GROUPS = 10_000;
const MAX_BUCKETS = 10_000;
const severities = ['none', 'low', 'medium', 'high', 'critical'] as const;

export async function group(searcher: Searcher, request: GroupRequest): Promise<readonly GroupResult[]> {
  const { groups, scoreField, limit = 1000 } = request;
  if (groups.length === 0) throw new IndexError('SKP_INDEX_REQUEST', 'a request for groups names no field');
  let facet: Json = {};
  for (const { field, order } of groups.toReversed()) {
    const byCount = order?.groupOrderType === 'count';
    const scored = scoreField === undefined ? {} : { score: `sum(${fieldBase(scoreField)}${As.number})` };
    facet = {
      group: {
        type: 'terms',
        field: fieldBase(field) + As.shown,
        limit: byCount ? limit : Math.max(limit, MOST_GROUPS),
        sort: { count: byCount ? order.sortOrder : 'desc' },
        refine: true,
        facet: { ...scored, ...facet },
      },
    };
  }
  const answer = await searcher.ask(request, { limit: 0, facet });
  return readGroups(objectAt(answer, 'facets'), request, 0, limit);
}

function readGroups(facets: Json, request: GroupRequest, level: number, limit: number): GroupResult[] {
  const { groups, scoreField } = request;
  const order = groups[level]!.order;
  const next = groups[level + 1];
  const found = listAt(facets, 'group', 'buckets').map((one): GroupResult => {
    const bucket = objectAt(one);
    return {
      key: String(bucket['val']),
      total: numberAt(bucket, 'count') ?? 0,
      ...(scoreField === undefined ? {} : { score: numberAt(bucket, 'score') ?? 0 }),
      groupedBy: next?.field ?? null,
      groupResults: next === undefined ? null : readGroups(bucket, request, level + 1, limit),
    };
  });
  const sign = order?.sortOrder === 'asc' ? 1 : -1;
  const byCount = order?.groupOrderType === 'count';
  found.sort((a, b) => sign * ((byCount ? a.total - b.total : 0) || compareTerms(a.key, b.key)));
  return found.slice(0, limit);
}

/** Numbers as numbers, addresses as addresses, before texts. */
function compareTerms(a: string, b: string): number {
  const [rankA, valueA] = rank(a);
  const [rankB, valueB] = rank(b);
  if (rankA !== rankB) return rankA - rankB;
  return valueA < valueB ? -1 : valueA > valueB ? 1 : a < b ? -1 : a > b ? 1 : 0;
}

function rank(text: string): [number, number | bigint | string] {
  const number = parseNumber(text);
  if (number !== null) return [0, number];
  const address = parseAddress(text);
  return address === null ? [3, text] : [address.bits === 32 ? 1 : 2, address.number];
}

/** Events over time by severity; buckets without events are there with zeros. */
export async function histogram(searcher: Searcher, request: HistogramRequest): Promise<HistogramBucket[]> {
  const { from, to } = request.timeRange;
  const { interval } = request;
  const count = Math.ceil((to - from) / interval);
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to) || !(interval >= 1) || !(count <= MAX_BUCKETS))
    throw new IndexError(
      'SKP_INDEX_REQUEST',
      `no histogram from ${from} to ${to} in steps of ${interval} ms`,
      {
        hint: `Times and step are whole milliseconds; at most ${MAX_BUCKETS} buckets.`,
      },
    );
  if (count <= 0) return [];
  const step = Math.trunc(interval);
  const buckets = Array.from({ length: count }, (_, i) => ({
    time: from + i * step,
    none: 0,
    low: 0,
    medium: 0,
    high: 0,
    critical: 0,
  }));
  const score = `threat.triage.score${As.number}`;
  const queries = {
    none: `(*:* -${score}:[* TO *])`,
    low: `${score}:[* TO 25}`,
    medium: `${score}:[25 TO 50}`,
    high: `${score}:[50 TO 75}`,
    critical: `${score}:[75 TO *]`,
  };
  const range = {
    type: 'range',
    field: Own.time,
    start: from,
    end: to,
    gap: step,
    hardend: true,
    mincount: 1,
  };
  const facet = Object.fromEntries(
    severities.map((name) => [name, { type: 'query', q: queries[name], facet: { time: range } }]),
  );
  const answer = await searcher.ask({ ...request, timeRange: { from, to } }, { limit: 0, facet });
  for (const name of severities) {
    for (const one of listAt(answer, 'facets', name, 'time', 'buckets')) {
      const bucket = buckets[((numberAt(one, 'val') ?? -1) - from) / step];
      if (bucket !== undefined) bucket[name] += numberAt(one, 'count') ?? 0;
    }
  }
  return buckets;
}

async function values(searcher: Searcher, scope: Scope, field: string): Promise<string[]> {
  const answer = await searcher.ask(scope, { limit: 0, facet: { v: { type: 'terms', field, limit: -1 } } });
  return listAt(answer, 'facets', 'v', 'buckets').map((bucket) => String(objectAt(bucket)['val']));
}

/** Type of each field over the sensors; `other` for fields that have several. */
export async function columnTypes(
  searcher: Searcher,
  sensors: readonly string[] | undefined,
): Promise<Record<string, ColumnType>> {
  const scope: Scope = { query: { type: 'all' }, ...(sensors === undefined ? {} : { sensors }) };
  const columns = new Map<string, ColumnType>();
  for (const kind of await values(searcher, scope, Own.kinds)) {
    const space = kind.indexOf(' ');
    const name = canonical(kind.slice(space + 1));
    const type = columnType(kind.slice(0, space));
    const before = columns.get(name);
    columns.set(name, before === undefined ? type : together(before, type));
  }
  return Object.fromEntries(columns);
}

function columnType(kind: string): ColumnType {
  switch (kind) {
    case 'text':
    case 'keyword':
    case 'ip':
    case 'boolean':
    case 'double':
    case 'date':
    case 'long':
      return kind;
    default:
      return 'other';
  }
}

function together(a: ColumnType, b: ColumnType): ColumnType {
  if (a === b) return a;
  const both = new Set([a, b]);
  if (both.has('long') && both.has('double')) return 'double';
  return both.has('ip') && both.has('keyword') ? 'keyword' : 'other';
}

export async function sensorNames(searcher: Searcher): Promise<string[]> {
  const all: Scope = { query: { type: 'all' } };
  const [others, errors] = await Promise.all([
    values(searcher, all, Own.sensor),
    values(searcher, { ...all, sensors: ['error'] }, Own.sensor),
  ]);
  return [...others, ...errors];
}

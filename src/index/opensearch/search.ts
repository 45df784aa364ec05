import { IndexError } from '../errors.ts';
import type { IndexedEvent, Scope, SearchRequest, SearchResult, SortField } from '../event-index.ts';
import { isObject, type Json, listAt, numberAt, objectAt } from '../remote/json.ts';
import { facets } from './aggregations.ts';
import type { Server } from './client.ts';
import { readDocument } from './document.ts';
import { type FieldTypeReader, type FieldTypes, fieldsOf, physicalOf } from './field-types.ts';
import { canonical, indexPattern, MORE, NAMES, ORIGINAL, RAW, VERSION } from './names.ts';
import { scopeClause } from './query.ts';
import { NUMBER_SCRIPT, RANK_SCRIPT, TEXT_SCRIPT } from './scripts.ts';
import { tokenName } from './tokens.ts';

/** What a request asks for, where, and of which types. */
export interface Target {
  readonly server: Server;
  readonly pattern: string;
  readonly types: FieldTypes;
  readonly clause: Json;
  readonly signal: AbortSignal | undefined;
  readonly timeoutMs: number;
}

const DEFAULT_SORT: readonly SortField[] = [{ field: 'timestamp', order: 'desc' }];
/** What the server gives by `from` and `size`; behind it pages are found by where the one before ended. */
const WINDOW = 10_000;

/** `fields`: those that the request orders or counts by. */
export async function targetOf(
  server: Server,
  reader: FieldTypeReader,
  scope: Scope & { readonly signal?: AbortSignal },
  fields: readonly string[],
  timeoutMs: number,
): Promise<Target> {
  if (scope.signal?.aborted === true)
    throw new IndexError('SKP_INDEX_CANCELLED', 'the search was cancelled by its caller');
  const pattern = indexPattern(scope.sensors);
  const asked = fieldsOf(scope.query);
  const types = await reader.read(pattern, asked === null ? null : new Set([...asked, ...fields]));
  return { server, pattern, types, clause: scopeClause(scope, types), signal: scope.signal, timeoutMs };
}

export async function search(target: Target, request: SearchRequest): Promise<SearchResult> {
  const { from, size } = request;
  if (!Number.isSafeInteger(from) || from < 0 || !Number.isSafeInteger(size) || size < 0) {
    throw new IndexError('SKP_INDEX_REQUEST', `from ${from} and size ${size} are not a page of a search`, {
      hint: 'Both are whole numbers from 0 on.',
    });
  }
  const sort = await sortClauses(target, request.sort?.length ? request.sort : DEFAULT_SORT);
  const { total, results } = await page(target, request, sort);
  return {
    total,
    results,
    ...(request.facetFields === undefined ? {} : { facetCounts: await facets(target, request.facetFields) }),
  };
}

async function page(
  target: Target,
  { from, size, fields }: SearchRequest,
  sort: readonly Json[],
): Promise<{ total: number; results: IndexedEvent[] }> {
  const wanted = fields === undefined ? undefined : new Set(fields.map(canonical));
  const source = wanted === undefined ? { excludes: [ORIGINAL] } : { includes: [...included(wanted)] };
  let skip = from;
  let after: readonly unknown[] | undefined;
  let total = 0;
  const results: IndexedEvent[] = [];
  for (;;) {
    const skipping = skip > 0 && (skip + size > WINDOW || after !== undefined);
    const count = skipping ? Math.min(skip, WINDOW) : Math.min(size - results.length, WINDOW);
    const hits = await ask(target, {
      query: target.clause,
      sort,
      size: count,
      ...(skip > 0 && !skipping ? { from: skip } : {}),
      ...(after === undefined ? {} : { search_after: after }),
      _source: skipping ? false : source,
      track_total_hits: true,
    });
    total = numberAt(hits['total'], 'value') ?? 0;
    const list = listAt(hits, 'hits');
    if (!skipping) for (const hit of list) if (isObject(hit)) results.push(readDocument(hit, wanted));
    if (skipping) skip -= list.length;
    else skip = 0;
    if (list.length < count || (!skipping && results.length >= size)) return { total, results };
    after = listAt(list.at(-1), 'sort');
  }
}

function included(fields: ReadonlySet<string>): Set<string> {
  const names = new Set(['guid', RAW, VERSION]);
  // A star in a name would stand for others.
  for (const field of fields) if (!field.includes('*')) names.add(physicalOf(field));
  return names;
}

export async function ask(target: Target, body: Json): Promise<Json> {
  const answer = await searchIn(target, body);
  return objectAt(answer, 'hits');
}

/** @throws IndexError when not every shard answered: a part of the answer would be taken for all of it. */
export async function searchIn(target: Target, body: Json): Promise<Json> {
  const { server, pattern, signal, timeoutMs } = target;
  const { body: answer } = await server.request('POST', `/${pattern}/_search`, {
    query: { ignore_unavailable: true, allow_no_indices: true, allow_partial_search_results: false },
    body: { ...body, timeout: `${timeoutMs}ms` },
    signal,
    timeoutMs: timeoutMs + 1_000,
  });
  if (objectAt(answer)['timed_out'] === true) {
    throw new IndexError('SKP_INDEX_TIMEOUT', `the search took longer than ${timeoutMs / 1000} s`, {
      hint: 'Narrow it by time, by sensors, or by a term.',
    });
  }
  return objectAt(answer);
}

/** Fields of which some values stand apart, or which have types that cannot be compared: these are worked out by scripts. */
export async function mixedFields(target: Target, fields: readonly string[]): Promise<Set<string>> {
  const names = [...new Set(fields.map(canonical))].filter((name) => name !== 'timestamp');
  const mixed = new Set<string>();
  if (names.length === 0) return mixed;
  for (const name of names) if (kindsOf(target, name).size > 1) mixed.add(name);
  const filters = Object.fromEntries(
    names.map((name, i) => [`f${i}`, { term: { [NAMES]: name.slice(0, 500) } }]),
  );
  const answer = await searchIn(target, {
    size: 0,
    track_total_hits: false,
    query: {
      bool: { filter: [target.clause, { terms: { [NAMES]: names.map((name) => name.slice(0, 500)) } }] },
    },
    aggs: { apart: { filters: { filters } } },
  });
  for (const [i, name] of names.entries()) {
    const bucket = objectAt(answer, 'aggregations', 'apart', 'buckets', `f${i}`);
    if ((numberAt(bucket, 'doc_count') ?? 0) > 0) mixed.add(name);
  }
  return mixed;
}

type Comparable = 'number' | 'text' | 'ip' | 'boolean' | 'date' | 'line';

export function kindsOf(target: Target, name: string): Set<Comparable> {
  return new Set(target.types.of(physicalOf(name)).map(({ type }) => comparable(type)));
}

function comparable(type: string): Comparable {
  if (type === 'text' || type === 'match_only_text') return 'line';
  if (type === 'keyword' || type === 'wildcard' || type === 'constant_keyword') return 'text';
  if (type === 'ip' || type === 'boolean' || type === 'date') return type;
  return 'number';
}

/** @throws IndexError SKP_INDEX_REQUEST for lines of text: the server keeps their words, not their order. */
export function refuseLines(target: Target, names: Iterable<string>, doing: string): void {
  for (const name of names) {
    if (!kindsOf(target, name).has('line')) continue;
    throw new IndexError('SKP_INDEX_REQUEST', `the server cannot ${doing} ${name}, which is a line of text`, {
      hint: 'It keeps the words of such fields to search for, and no more. Use another field.',
    });
  }
}

/** Script parameters that name a field. */
export function scriptParams(name: string): Json {
  return { f: physicalOf(name), n: `${tokenName(name)}=` };
}

async function sortClauses(target: Target, sort: readonly SortField[]): Promise<Json[]> {
  const names = sort.map(({ field }) => canonical(field));
  refuseLines(target, names, 'order by');
  const mixed = await mixedFields(target, names);
  const clauses = sort.flatMap(({ field, order }) => {
    const name = canonical(field);
    const missing = order === 'desc' ? '_last' : '_first';
    if (!mixed.has(name)) {
      const [kind] = kindsOf(target, name);
      const numbers = target.types.of(physicalOf(name)).length > 1 && kind === 'number';
      return [
        {
          [physicalOf(name) || MORE]: {
            order,
            missing,
            unmapped_type: name === 'timestamp' ? 'date' : kind === 'number' ? 'long' : 'keyword',
            ...(numbers ? { numeric_type: 'double' } : {}),
          },
        },
      ];
    }
    const params = scriptParams(name);
    const script = (type: 'number' | 'string', source: string): Json => ({
      _script: { type, order, script: { lang: 'painless', source, params } },
    });
    return [script('number', RANK_SCRIPT), script('number', NUMBER_SCRIPT), script('string', TEXT_SCRIPT)];
  });
  // Events of one time in the order of their ids, which are in the order of the log.
  return [...clauses, { guid: { order: sort.at(-1)!.order, unmapped_type: 'keyword' } }];
}

/** Searches: what is asked, of which collections. */
import { IndexError } from '../errors.ts';
import type { Scope, SearchRequest, SearchResult, SortField } from '../event-index.ts';
import { type Json, listAt, numberAt, objectAt } from '../remote/json.ts';
import type { Collections } from './collections.ts';
import { EVENT_FIELDS, readDocument } from './document.ts';
import { As, fieldBase } from './names.ts';
import { scopeQuery } from './query.ts';
import type { Server } from './server.ts';
import type { Settings } from './settings.ts';

const FACETS = 10;

export class Searcher {
  readonly #server: Server;
  readonly #collections: Collections;
  readonly #settings: Settings;
  readonly #textFields: ReadonlySet<string>;

  constructor(server: Server, collections: Collections, settings: Settings) {
    this.#server = server;
    this.#collections = collections;
    this.#settings = settings;
    this.#textFields = new Set(settings.textFields);
  }

  /** The answer; null when there is no collection to ask. `body`: besides query and parameters. */
  async ask(scope: Scope & { readonly signal?: AbortSignal }, body: Json): Promise<Json | null> {
    const query = scopeQuery(scope, this.#textFields);
    if (scope.signal?.aborted === true)
      throw new IndexError('SKP_INDEX_CANCELLED', 'the request was cancelled');
    const collections = await this.#collections.of(scope.sensors);
    const [first] = collections;
    if (first === undefined) return null;
    const { queryTimeoutMs } = this.#settings;
    const answer = await this.#server.read(`/${encodeURIComponent(first)}/select`, {
      query: collections.length > 1 ? { collection: collections.join(',') } : {},
      body: JSON.stringify({
        query,
        ...body,
        params: { defType: 'lucene', df: 'id', 'q.op': 'OR', timeAllowed: queryTimeoutMs, wt: 'json' },
      }),
      timeoutMs: queryTimeoutMs + 1000,
      ...(scope.signal === undefined ? {} : { signal: scope.signal }),
    });
    if (objectAt(answer, 'responseHeader')['partialResults'] === true)
      throw new IndexError('SKP_INDEX_TIMEOUT', `the search took longer than ${queryTimeoutMs} ms`);
    return objectAt(answer);
  }

  async search(request: SearchRequest): Promise<SearchResult> {
    const { from, size, facetFields } = request;
    const facet = Object.fromEntries(
      (facetFields ?? []).map((field, i) => [
        `f${i}`,
        { type: 'terms', field: fieldBase(field) + As.shown, limit: FACETS, refine: true },
      ]),
    );
    const answer = await this.ask(request, {
      offset: from,
      limit: size,
      fields: EVENT_FIELDS,
      sort: sortText(request.sort ?? [{ field: 'timestamp', order: 'desc' }]),
      ...(facetFields === undefined ? {} : { facet }),
    });
    const counts = (facetFields ?? []).map((field, i) => {
      const buckets = listAt(answer, 'facets', `f${i}`, 'buckets').map(
        (bucket) => [String(objectAt(bucket)['val']), numberAt(bucket, 'count') ?? 0] as const,
      );
      return [field, Object.fromEntries(buckets)] as const;
    });
    return {
      total: numberAt(objectAt(answer, 'response'), 'numFound') ?? 0,
      results: listAt(answer, 'response', 'docs').map((document) =>
        readDocument(objectAt(document), request.fields),
      ),
      ...(facetFields === undefined ? {} : { facetCounts: Object.fromEntries(counts) }),
    };
  }
}

/** Keys of texts sort before what has none when ascending, and after it when descending. Events of one time in the order of the log. */
function sortText(sort: readonly SortField[]): string {
  const parts = sort.map(({ field, order }) => `${fieldBase(field)}${As.order} ${order}`);
  return [...parts, `id ${sort.at(-1)?.order ?? 'desc'}`].join(',');
}

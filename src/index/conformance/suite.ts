import { encodeEvents } from '../encode.ts';
import type { EventIndex, SearchRequest, SearchResult, SourceRange, WriteReport } from '../event-index.ts';
import type { Query } from '../query/ast.ts';

/** An empty index; `reopen` closes it and opens it again on the same data. */
export interface IndexUnderTest {
  readonly index: EventIndex;
  reopen(): Promise<EventIndex>;
  /** Makes sure that searches see what was written, where that is not so at once. */
  settle?(): Promise<void>;
  dispose(): Promise<void>;
}

export type Event = Record<string, unknown>;

/** The index that a case works on, new for each, with what cases do over and over. */
export interface IndexSuite {
  readonly index: EventIndex;
  settle(): Promise<void>;
  reopen(): Promise<void>;
  write(events: readonly Event[], sensor?: string, source?: SourceRange | null): Promise<WriteReport>;
  search(query: Query, request?: Partial<SearchRequest>): Promise<SearchResult>;
  /** Ids in the order of the results, and sorted. */
  guids(query: Query, request?: Partial<SearchRequest>): Promise<string[]>;
  found(query: Query, request?: Partial<SearchRequest>): Promise<string[]>;
}

export const all: Query = { type: 'all' };

export function term(field: string | null, value: string, quoted = false): Query {
  return { type: 'term', field, value, quoted };
}

export function range(field: string, from: string | null, to: string | null, include = true): Query {
  return { type: 'range', field, from, to, includeFrom: include, includeTo: include };
}

/** `begin` before each case, `end` after it. */
export function indexSuite(factory: () => Promise<IndexUnderTest>): {
  readonly suite: IndexSuite;
  begin(): Promise<void>;
  end(): Promise<void>;
} {
  let place: IndexUnderTest;
  let index: EventIndex;
  const settle = async (): Promise<void> => place.settle?.();
  const search = (query: Query, request: Partial<SearchRequest> = {}): Promise<SearchResult> =>
    index.search({ query, from: 0, size: 100, ...request });
  const guids = async (query: Query, request?: Partial<SearchRequest>): Promise<string[]> =>
    (await search(query, request)).results.map((event) => event.guid);
  return {
    suite: {
      get index() {
        return index;
      },
      settle,
      async reopen() {
        index = await place.reopen();
      },
      async write(events, sensor = 'conn', source = null) {
        const report = await index.write([{ events: [encodeEvents(sensor, events)], source }]);
        await settle();
        return report;
      },
      search,
      guids,
      async found(query, request) {
        return (await guids(query, request)).sort();
      },
    },
    async begin() {
      place = await factory();
      index = place.index;
    },
    end: () => place.dispose(),
  };
}

/** Searches as the owner of a data folder: through the running server, or in the index that cluster.json names when none is running. */
import type { WireSearchResponse } from '../api/index.ts';
import { lockDataFolder } from '../data-folder/index.ts';
import { isShared, openIndex } from '../engines/index.ts';
import { parseQuery, type SearchRequest } from '../index/index.ts';
import { localAccess, request } from './client.ts';
import { openCurrentConfig } from './current-config.ts';
import { configFolder, type FolderOptions } from './folders.ts';
import { clusterOf } from './open-engines.ts';

export interface EventSearch {
  /** Lucene syntax. */
  readonly query: string;
  readonly size: number;
  /** A field; `-` in front for descending. */
  readonly sort: string;
  readonly sensors?: readonly string[];
  readonly alertsOnly?: boolean;
}

export interface FoundEvents {
  readonly total: number;
  readonly results: readonly { readonly source: Record<string, unknown> }[];
}

export async function searchEvents(
  { data, config }: FolderOptions,
  search: EventSearch,
): Promise<FoundEvents> {
  const field = search.sort.replace(/^-/, '');
  const order = search.sort.startsWith('-') ? ('desc' as const) : ('asc' as const);
  const alerts = search.alertsOnly === true ? { alertsOnly: true } : {};
  const access = localAccess(data);
  if (access !== null) {
    return request<WireSearchResponse>(access, 'POST', '/api/v1/search/search', {
      query: search.query,
      size: search.size,
      sort: [{ field, sortOrder: order }],
      ...(search.sensors === undefined ? {} : { indices: search.sensors }),
      ...alerts,
    });
  }
  const cluster = await clusterOf(configFolder(config));
  await using parts = new AsyncDisposableStack();
  const running = await openCurrentConfig({ data, ...(config === undefined ? {} : { config }) });
  parts.defer(() => running.close());
  const snapshot = running.current();
  if (!(await isShared('index', cluster.index))) {
    const lock = await lockDataFolder(data);
    parts.defer(() => lock.release());
  }
  const index = await openIndex(cluster, { dataFolder: data, snapshot });
  parts.defer(() => index.close());
  const fields = Object.keys(await index.columns(search.sensors));
  const wanted: SearchRequest = {
    query:
      search.query.trim() === '*' ? { type: 'all' } : parseQuery(search.query, { now: Date.now(), fields }),
    from: 0,
    size: search.size,
    sort: [{ field, order }],
    ...(search.sensors === undefined ? {} : { sensors: search.sensors }),
    ...alerts,
  };
  return await index.search(wanted);
}

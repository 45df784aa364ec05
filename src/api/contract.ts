/**
 * Shapes on the wire between the server and the pages (and any other client). Paths and names are Metron's where it has one;
 * what is ours is marked "extension". Types only: nothing here runs, so the pages may import it.
 */
import type { ColumnType, HistogramBucket } from '../index/event-index.ts';

/** Extension of every search request: narrower than writing the range into the query, and used to prune storage. */
export interface WireTimeRange {
  /** Epoch ms inclusive / exclusive; null is open. */
  from: number | null;
  to: number | null;
}

/** POST /api/v1/search/search */
export interface WireSearchRequest {
  /** Sensors; absent: all but `error`. */
  indices?: string[];
  /** Lucene syntax; `*` for everything. Field names with dots or colons. */
  query: string;
  from?: number;
  /** At most 1000. */
  size: number;
  sort?: { field: string; sortOrder: 'asc' | 'desc' }[];
  fields?: string[];
  facetFields?: string[];
  timeRange?: WireTimeRange;
  /** Extension: only events with `is_alert`. */
  alertsOnly?: boolean;
}

export interface WireSearchResult {
  id: string;
  source: Record<string, unknown>;
  score: number;
  index: string;
  /** Extension: for `version` in a patch. */
  version: number;
}

export interface WireSearchResponse {
  total: number;
  results: WireSearchResult[];
  facetCounts?: Record<string, Record<string, number>>;
  /** Extension: milliseconds the search took on the server. */
  tookMs: number;
}

/** POST /api/v1/search/group */
export interface WireGroupRequest {
  indices?: string[];
  query: string;
  groups: { field: string; order?: { groupOrderType: 'count' | 'term'; sortOrder: 'asc' | 'desc' } }[];
  scoreField?: string;
  timeRange?: WireTimeRange;
  alertsOnly?: boolean;
}
export interface WireGroupResult {
  key: string;
  total: number;
  score?: number;
  groupedBy: string | null;
  groupResults: WireGroupResult[] | null;
}
export interface WireGroupResponse {
  groupedBy: string;
  groupResults: WireGroupResult[];
}

/** POST /api/v1/search/histogram (extension) */
export interface WireHistogramRequest {
  indices?: string[];
  query: string;
  timeRange: { from: number; to: number };
  interval: number;
  alertsOnly?: boolean;
}
export interface WireHistogramResponse {
  interval: number;
  buckets: HistogramBucket[];
}

/** POST /api/v1/search/column/metadata, body: list of sensors (empty: all). */
export type WireColumnMetadata = Record<string, ColumnType>;

/** POST /api/v1/search/findOne; 404 when there is none. */
export interface WireFindOneRequest {
  guid: string;
  sensorType?: string;
}
/** Metron answers with the document itself; the version comes in the header `ETag` as well (extension). */
export type WireFindOneResponse = Record<string, unknown>;

/** PATCH /api/v1/update/patch; 409 when `version` is not the present one (extension). */
export interface WirePatchRequest {
  guid: string;
  sensorType?: string;
  patch: { op: string; path: string; value?: unknown; from?: string }[];
  version?: number;
}
export interface WirePatchResponse {
  id: string;
  source: Record<string, unknown>;
  index: string;
  version: number;
}

/** GET /api/v1/search/live (extension): server-sent events, one `commit` after the index took in new events. */
export interface WireLiveCommit {
  /** Events and alerts written since the last message. */
  events: number;
  alerts: number;
  /** Epoch ms. */
  at: number;
}

/** POST /api/v1/session {username, password} (sets a cookie), GET (who am I, 401 when nobody), DELETE. */
export interface WireSession {
  username: string;
  roles: ('viewer' | 'analyst' | 'administrator')[];
}

/** GET /api/v1/ingest/help (extension): how to send data to this machine, for the empty state. */
export interface WireIngestHelp {
  listeners: { kind: string; sensor: string; address: string; example: string }[];
}

/** Every error, RFC 9457 style. */
export interface WireProblem {
  code: string;
  /** What was being done and what went wrong. */
  message: string;
  /** What to do about it. */
  hint?: string;
  /** For a query or a Stellar expression: offset of the error in its text. */
  position?: number;
  /** For a Stellar expression: the place counted from 1, the part that is wrong, the line with a caret, what would be right. */
  line?: number;
  column?: number;
  span?: { offset: number; end: number };
  caret?: string;
  expected?: string;
}

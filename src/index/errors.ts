import { SkoposError } from '../errors.ts';

/** What can go wrong with the event index. */
export type IndexErrorCode =
  /** `expectedVersion` is not the present version of the alert. */
  | 'SKP_INDEX_CONFLICT'
  /** No space left where events are kept; nothing of the write was stored. */
  | 'SKP_INDEX_FULL'
  /** The query cannot be run: a malformed pattern, network, date or number. */
  | 'SKP_INDEX_QUERY'
  /** The request is out of bounds: sizes, intervals, empty group lists. */
  | 'SKP_INDEX_REQUEST'
  | 'SKP_INDEX_TIMEOUT'
  | 'SKP_INDEX_CANCELLED'
  /** A patch operation that cannot be applied. */
  | 'SKP_INDEX_PATCH'
  /** No event with this guid. */
  | 'SKP_INDEX_MISSING'
  /** Another process holds the data folder. */
  | 'SKP_INDEX_LOCKED'
  | 'SKP_INDEX_CLOSED'
  /** The folder was written by a version that lays it out otherwise. */
  | 'SKP_INDEX_LAYOUT'
  /** The server that keeps the events cannot be reached. */
  | 'SKP_INDEX_AWAY'
  /** It does not know us, or does not let us do this. */
  | 'SKP_INDEX_AUTH'
  /** It has too much to do at present. */
  | 'SKP_INDEX_BUSY'
  /** It is of a kind or version that is not supported. */
  | 'SKP_INDEX_SERVER'
  /** The store failed otherwise. */
  | 'SKP_INDEX_STORE';

export class IndexError extends SkoposError {
  declare readonly code: IndexErrorCode;

  constructor(code: IndexErrorCode, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(code, message, options);
  }
}

export function closedError(): IndexError {
  return new IndexError('SKP_INDEX_CLOSED', 'the event index is closed');
}

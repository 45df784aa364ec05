import { SkoposError } from '../errors.ts';

export type StoreErrorCode =
  /** The disk has no room. Nothing was written. */
  | 'SKP_STORE_FULL'
  /** The write failed for another reason. Nothing was written. */
  | 'SKP_STORE_WRITE'
  /** A table's name, a key or a value that cannot be stored. */
  | 'SKP_STORE_INPUT'
  | 'SKP_STORE_CLOSED'
  /** The servers of the store cannot be reached, or cannot serve. A write may have been done in part: it can be run again. */
  | 'SKP_STORE_UNAVAILABLE'
  /** A server refuses what it was asked for, at any time. */
  | 'SKP_STORE_REFUSED';

export class StoreError extends SkoposError {
  constructor(code: StoreErrorCode, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(code, message, options);
  }
}

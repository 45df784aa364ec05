import { SkoposError } from '../errors.ts';

export type StoreErrorCode =
  /** The disk has no room. Nothing was written. */
  | 'SKP_STORE_FULL'
  /** The write failed for another reason. Nothing was written. */
  | 'SKP_STORE_WRITE'
  /** A table's name, a key or a value that cannot be stored. */
  | 'SKP_STORE_INPUT'
  | 'SKP_STORE_CLOSED';

export class StoreError extends SkoposError {
  constructor(code: StoreErrorCode, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(code, message, options);
  }
}

import { SkoposError } from '../errors.ts';

export type BusErrorCode =
  /** The disk has no room. Nothing was appended. */
  | 'SKP_BUS_FULL'
  /** The write failed for another reason (an I/O error). Nothing was appended. */
  | 'SKP_BUS_WRITE'
  | 'SKP_BUS_TOPIC_UNKNOWN'
  | 'SKP_BUS_TOPIC_OPTIONS'
  | 'SKP_BUS_NAME'
  | 'SKP_BUS_PARTITION'
  | 'SKP_BUS_POSITION'
  | 'SKP_BUS_EMPTY_BATCH'
  | 'SKP_BUS_TOO_LARGE'
  /** Stored bytes do not match their checksum. */
  | 'SKP_BUS_CORRUPT'
  | 'SKP_BUS_CLOSED'
  /** The member of a group no longer has the partitions that it commits for. */
  | 'SKP_BUS_FENCED'
  /** A broker cannot be reached or refused the request. */
  | 'SKP_BUS_BROKER';

export class BusError extends SkoposError {
  constructor(code: BusErrorCode, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(code, message, options);
  }
}

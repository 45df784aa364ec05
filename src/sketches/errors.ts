import { SkoposError } from '../errors.ts';

export type SketchErrorCode =
  /** A sum of squares or a moment left the range of doubles. */
  | 'SKP_SKETCH_OVERFLOW'
  | 'SKP_SKETCH_UNDERFLOW'
  /** A size, precision or rate that no sketch can have. */
  | 'SKP_SKETCH_OPTIONS'
  /** Two sketches of different make. */
  | 'SKP_SKETCH_MERGE'
  /** Bytes that are no sketch, or one of another kind or of a later version. */
  | 'SKP_SKETCH_BYTES';

export class SketchError extends SkoposError {
  constructor(code: SketchErrorCode, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(code, message, options);
  }
}

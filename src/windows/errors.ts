import { SkoposError } from '../errors.ts';

/** A selector of windows that cannot be read (`SKP_WINDOW_SYNTAX`), or names a day that there is none of (`SKP_WINDOW_DAY`). */
export class WindowError extends SkoposError {
  /** Where in the selector, UTF-16 units from 0. */
  readonly offset: number;
  constructor(
    code: 'SKP_WINDOW_SYNTAX' | 'SKP_WINDOW_DAY',
    message: string,
    offset: number,
    options: { hint?: string; cause?: unknown } = {},
  ) {
    super(code, message, options);
    this.offset = offset;
  }
}

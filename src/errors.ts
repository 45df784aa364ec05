/**
 * An error that a person can act on: a stable code, what was being done and with what, and how to mend it.
 * Each area has a subclass of its own with its codes (`SKP_BUS_FULL`, `SKP_PARSER_CONFIG`, …).
 */
export class SkoposError extends Error {
  readonly code: string;
  readonly hint: string | undefined;

  constructor(code: string, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.hint = options.hint;
  }
}

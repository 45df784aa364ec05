import type { SourcePosition, SourceSpan, StellarError } from './errors.ts';

/** An error as data, for an API or an editor. */
export interface StellarErrorData {
  readonly code: string;
  /** The sentence alone. */
  readonly message: string;
  /** What would have been right there: the kind of token for a syntax error. */
  readonly expected?: string;
  /** How to mend it, the nearest name included. */
  readonly hint?: string;
  readonly position?: SourcePosition;
  /** The sub-expression that raised. */
  readonly span?: SourceSpan;
  /** The line with a caret under the place. */
  readonly caret?: string;
}

export function errorData(error: StellarError): StellarErrorData {
  return {
    code: error.code,
    message: error.detail,
    ...(error.expected === undefined ? {} : { expected: error.expected }),
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    ...(error.position === undefined ? {} : { position: error.position }),
    ...(error.span === undefined ? {} : { span: error.span }),
    ...(error.caret === undefined ? {} : { caret: error.caret }),
  };
}

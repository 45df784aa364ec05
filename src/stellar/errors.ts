import { SkoposError } from '../errors.ts';

/** A place in a source text. `offset` counts UTF-16 units from 0, `line` and `column` from 1. */
export interface SourcePosition {
  readonly offset: number;
  readonly line: number;
  readonly column: number;
}

/** A part of a source text in UTF-16 units from 0; `end` is the first behind it. */
export interface SourceSpan {
  readonly offset: number;
  readonly end: number;
}

export type StellarErrorCode =
  | 'SKP_STELLAR_SYNTAX'
  | 'SKP_STELLAR_TOO_LONG'
  | 'SKP_STELLAR_TOO_DEEP'
  | 'SKP_STELLAR_UNKNOWN_FUNCTION'
  | 'SKP_STELLAR_UNKNOWN_VARIABLE'
  | 'SKP_STELLAR_ARGUMENTS'
  | 'SKP_STELLAR_TYPE'
  | 'SKP_STELLAR_ARITHMETIC'
  | 'SKP_STELLAR_CONDITION'
  | 'SKP_STELLAR_CAPABILITY'
  | 'SKP_STELLAR_BUDGET'
  | 'SKP_STELLAR_PREDICATE'
  | 'SKP_STELLAR_ASSIGNMENT'
  | 'SKP_STELLAR_FUNCTION';

const shownLineWidth = 160;

export function positionAt(source: string, offset: number): SourcePosition {
  return positionsIn(source)(offset);
}

/** `positionAt` for whoever asks for many places of one text: its lines are counted once. */
export function positionsIn(source: string): (offset: number) => SourcePosition {
  const starts = [0];
  for (let i = source.indexOf('\n'); i >= 0; i = source.indexOf('\n', i + 1)) starts.push(i + 1);
  return (offset) => {
    const at = Math.min(Math.max(offset, 0), source.length);
    let line = 0;
    for (let high = starts.length; high - line > 1; ) {
      const middle = (line + high) >>> 1;
      if (starts[middle]! <= at) line = middle;
      else high = middle;
    }
    return { offset: at, line: line + 1, column: at - starts[line]! + 1 };
  };
}

/** The line of `position` with a caret under it; a long line is cut to what surrounds the place. */
export function caretText(source: string, position: SourcePosition): string {
  const start = position.offset - position.column + 1;
  const newline = source.indexOf('\n', start);
  const line = source.slice(start, newline < 0 ? source.length : newline).replace(/[\t\r\f\0]/g, ' ');
  const from = line.length <= shownLineWidth ? 0 : Math.max(0, position.column - shownLineWidth / 2);
  const head = from > 0 ? '…' : '';
  const tail = from + shownLineWidth < line.length ? '…' : '';
  return `${head}${line.slice(from, from + shownLineWidth)}${tail}\n${' '.repeat(head.length + position.column - 1 - from)}^`;
}

/**
 * Everything that goes wrong while compiling or evaluating. `detail` is the sentence alone; `message` has the place and
 * the line with a caret behind it once the source is known; both are also there as data for an API to return.
 */
export class StellarError extends SkoposError {
  readonly detail: string;
  readonly source: string | undefined;
  readonly position: SourcePosition | undefined;
  readonly caret: string | undefined;
  /** The sub-expression that raised, from its first character up to but without `end`. */
  readonly span: SourceSpan | undefined;
  /** What would have been right, for a syntax error. */
  readonly expected: string | undefined;

  constructor(
    code: StellarErrorCode,
    detail: string,
    options: {
      hint?: string | undefined;
      cause?: unknown;
      source?: string;
      offset?: number;
      span?: SourceSpan;
      expected?: string;
    } = {},
  ) {
    const { source, offset } = options;
    const position = source === undefined || offset === undefined ? undefined : positionAt(source, offset);
    const caret = source === undefined || position === undefined ? undefined : caretText(source, position);
    super(
      code,
      position === undefined
        ? detail
        : `${detail} (line ${position.line}, column ${position.column})\n${caret}${options.hint === undefined ? '' : `\n${options.hint}`}`,
      {
        ...(options.hint === undefined ? {} : { hint: options.hint }),
        ...(options.cause === undefined ? {} : { cause: options.cause }),
      },
    );
    this.detail = detail;
    this.source = source;
    this.position = position;
    this.caret = caret;
    this.span = options.span;
    this.expected = options.expected;
  }
}

export function syntaxError(
  source: string,
  offset: number,
  detail: string,
  hint?: string,
  place: { readonly end?: number; readonly expected?: string } = {},
): StellarError {
  const { end = Math.min(offset + 1, source.length), expected } = place;
  return new StellarError('SKP_STELLAR_SYNTAX', detail, {
    source,
    offset,
    hint,
    span: { offset, end },
    ...(expected === undefined ? {} : { expected }),
  });
}

/** A function was handed something it cannot work with; `what` names the argument and what was expected of it. */
export function argumentError(what: string, hint?: string): StellarError {
  return new StellarError('SKP_STELLAR_ARGUMENTS', what, { hint });
}

export function typeError(what: string, hint?: string): StellarError {
  return new StellarError('SKP_STELLAR_TYPE', what, { hint });
}

/** Gives an error raised inside of an evaluation its place in the source. */
export function locate(error: unknown, source: string, offset: number, span?: SourceSpan): StellarError {
  const place = { source, offset, ...(span === undefined ? {} : { span }) };
  if (error instanceof StellarError) {
    if (error.position !== undefined) return error;
    return new StellarError(error.code as StellarErrorCode, error.detail, {
      hint: error.hint,
      cause: error.cause,
      ...place,
    });
  }
  if (error instanceof RangeError && /call stack/i.test(error.message)) {
    return new StellarError('SKP_STELLAR_BUDGET', 'the evaluation nests too deeply', place);
  }
  if (error instanceof RangeError && /Invalid (?:string|array) length|size exceeded/.test(error.message)) {
    return new StellarError('SKP_STELLAR_BUDGET', 'a value grows too large', place);
  }
  const text = error instanceof Error ? error.message : String(error);
  return new StellarError('SKP_STELLAR_FUNCTION', text, { cause: error, ...place });
}

/** A search query that cannot be read, with the place where reading stopped. */
import { SkoposError } from '../../errors.ts';

export type QueryErrorCode =
  | 'SKP_QUERY_SYNTAX'
  /** Longer, deeper or of more clauses than is allowed. */
  | 'SKP_QUERY_LIMIT'
  /** Understood, but not offered. */
  | 'SKP_QUERY_UNSUPPORTED';

export class QueryError extends SkoposError {
  /** Character of the query, counted from 0; its length for what is missing at its end. */
  readonly offset: number;
  /** What would have been right there. */
  readonly expected: string;
  /** The query around the place, and a line with `^` under it. */
  readonly caret: string;

  constructor(
    code: QueryErrorCode,
    query: string,
    offset: number,
    problem: { readonly expected: string; readonly found?: string; readonly hint?: string },
  ) {
    const found = problem.found ?? foundAt(query, offset);
    const caret = caretUnder(query, offset);
    super(
      code,
      `Query, character ${offset + 1}: expected ${problem.expected}, found ${found}\n${caret}`,
      problem.hint === undefined ? {} : { hint: problem.hint },
    );
    this.offset = offset;
    this.expected = problem.expected;
    this.caret = caret;
  }
}

function foundAt(query: string, offset: number): string {
  if (offset >= query.length) return 'the end';
  const word = /^(?:\s+|[^\s()[\]{}"]{1,30}|.)/su.exec(query.slice(offset, offset + 40));
  return JSON.stringify(word?.[0] ?? query.charAt(offset));
}

function caretUnder(query: string, offset: number): string {
  const from = Math.max(0, offset - 40);
  const to = Math.min(query.length, offset + 40);
  const line = `${from > 0 ? '…' : ''}${query.slice(from, to)}${to < query.length ? '…' : ''}`;
  return `${line.replaceAll(/[\s\p{Cc}]/gu, ' ')}\n${' '.repeat(offset - from + (from > 0 ? 1 : 0))}^`;
}

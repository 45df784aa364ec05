/**
 * How operators bind: as in Lucene's classic query parser, and not as in a programming language. Clauses stand side by side,
 * and each is required, optional or forbidden. AND makes the clauses on both of its sides required, NOT, `!` and `-` make
 * theirs forbidden, `+` makes its own required, all others are optional. Where a group has a required clause, optional ones
 * narrow nothing. So `a OR b AND c` asks for `b AND c`, and parentheses should stand wherever AND and OR meet.
 */
import type { Query } from './ast.ts';
import { and, not, or } from './build.ts';
import type { QueryWarning } from './options.ts';

export type Conjunction = 'none' | 'and' | 'or';
export type Occurrence = 'required' | 'optional' | 'forbidden';

export interface Clause {
  readonly query: Query;
  occurrence: Occurrence;
  readonly start: number;
  readonly conjunction: Conjunction;
}

/** Adds what was read next to the clauses of a group; an operator before it reaches back to the one before. */
export function addClause(
  clauses: Clause[],
  read: Omit<Clause, 'occurrence'> & { readonly modifier: Occurrence },
  andByDefault: boolean,
): void {
  const { modifier, ...clause } = read;
  const last = clauses.at(-1);
  if (last !== undefined && last.occurrence !== 'forbidden') {
    if (clause.conjunction === 'and') last.occurrence = 'required';
    if (clause.conjunction === 'or' && andByDefault) last.occurrence = 'optional';
  }
  const required =
    modifier === 'required' || clause.conjunction === 'and' || (andByDefault && clause.conjunction !== 'or');
  const occurrence = modifier === 'forbidden' ? 'forbidden' : required ? 'required' : 'optional';
  clauses.push({ ...clause, occurrence });
}

/** In the order in which they were written; all optional ones stand where the first of them did. */
export function joinClauses(clauses: readonly Clause[]): Query {
  const required = clauses.some((clause) => clause.occurrence === 'required');
  const optional = clauses.filter((clause) => clause.occurrence === 'optional');
  const members: Query[] = [];
  for (const clause of clauses) {
    if (clause.occurrence === 'forbidden') members.push(not(clause.query));
    else if (clause.occurrence === 'required') members.push(clause.query);
    else if (!required && clause === optional[0]) members.push(or(optional.map(({ query }) => query)));
  }
  return and(members);
}

/** Who writes `a OR b AND c` most often does not mean what it says. */
export function warnOfIdle(clauses: readonly Clause[], warn: (warning: QueryWarning) => void): void {
  if (!clauses.some((clause) => clause.occurrence === 'required')) return;
  for (const [index, clause] of clauses.entries()) {
    const beside = clause.conjunction === 'or' || clauses[index + 1]?.conjunction === 'or';
    if (clause.occurrence !== 'optional' || !beside) continue;
    warn({
      offset: clause.start,
      message: 'this clause narrows nothing, since others beside it are required',
      hint: 'Write parentheses where AND and OR meet: a OR (b AND c).',
    });
  }
}

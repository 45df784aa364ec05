/** Makes trees in their simplest form: no nesting of a kind in itself, no group of one, no needless `all` and `none`. */
import type { Query } from './ast.ts';

export const all: Query = Object.freeze({ type: 'all' });
export const none: Query = Object.freeze({ type: 'none' });

export function and(clauses: readonly Query[]): Query {
  const flat = clauses.flatMap((clause) => (clause.type === 'and' ? clause.clauses : [clause]));
  if (flat.some((clause) => clause.type === 'none')) return none;
  const rest = flat.filter((clause) => clause.type !== 'all');
  return rest.length === 0 ? all : rest.length === 1 ? rest[0]! : { type: 'and', clauses: rest };
}

export function or(clauses: readonly Query[]): Query {
  const flat = clauses.flatMap((clause) => (clause.type === 'or' ? clause.clauses : [clause]));
  if (flat.some((clause) => clause.type === 'all')) return all;
  const rest = flat.filter((clause) => clause.type !== 'none');
  return rest.length === 0 ? none : rest.length === 1 ? rest[0]! : { type: 'or', clauses: rest };
}

export function not(clause: Query): Query {
  if (clause.type === 'not') return clause.clause;
  if (clause.type === 'all') return none;
  if (clause.type === 'none') return all;
  return { type: 'not', clause };
}

import type { Node } from './ast.ts';

/**
 * What a parsed piece may be used as, the strictest first: Metron's grammar lets a string literal stand in a comparison but
 * not beside `-`, and `and` in a branch but not as an argument. Each use states the loosest form that it takes.
 */
export const OPERAND = 0; // of - * / %
export const TEXT = 1; // of + (extension: Metron refuses a string literal there)
export const ATOM = 2; // left of `in`, of `??`
export const COMPARISON = 3; // beside a comparison operator
export const MEMBERSHIP = 4; // x in y
export const LOGIC = 5; // beside and / or, a condition
export const CONDITIONAL = 6; // an argument, an element
export const ANY = 7; // a whole statement, a branch, a lambda's body
export type Form = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7;

export interface Piece {
  readonly node: Node;
  readonly form: Form;
}

/** What a form is called where it cannot stand. */
export function formName(form: Form): string {
  if (form === ANY) return 'a match';
  if (form === CONDITIONAL) return 'a condition';
  return form === TEXT || form === ATOM ? 'such a value' : 'and, or, in or a comparison';
}

/** The conditions of JSONPath: `(@.a == 'x' || @.b > 3) && !@.c`, `@.a in ['x', 'y']`. */
import { parseSteps, type Step, select, wrong } from './jsonpath.ts';
import type { TextCursor } from './text-cursor.ts';

export type Filter = (node: unknown, root: unknown) => boolean;

/** What stands on one side of a comparison; undefined is "no such node". */
type Operand = (node: unknown, root: unknown) => unknown;

export function parseFilter(cursor: TextCursor): Filter {
  const first = parseAnd(cursor);
  const others: Filter[] = [];
  while (takeToken(cursor, '||')) others.push(parseAnd(cursor));
  return others.length === 0 ? first : (node, root) => first(node, root) || others.some((f) => f(node, root));
}

function parseAnd(cursor: TextCursor): Filter {
  const first = parseTerm(cursor);
  const others: Filter[] = [];
  while (takeToken(cursor, '&&')) others.push(parseTerm(cursor));
  return others.length === 0
    ? first
    : (node, root) => first(node, root) && others.every((f) => f(node, root));
}

function parseTerm(cursor: TextCursor): Filter {
  if (takeToken(cursor, '!')) {
    const negated = parseTerm(cursor);
    return (node, root) => !negated(node, root);
  }
  if (takeToken(cursor, '(')) {
    const inner = parseFilter(cursor);
    if (!takeToken(cursor, ')')) throw wrong(cursor, 'expected )');
    return inner;
  }
  const left = parseOperand(cursor);
  for (const [sign, compare] of comparisons) {
    if (takeToken(cursor, sign)) {
      const right = parseOperand(cursor);
      return (node, root) => compare(left(node, root), right(node, root));
    }
  }
  return (node, root) => left(node, root) !== undefined;
}

const comparisons: readonly (readonly [string, (a: unknown, b: unknown) => boolean])[] = [
  ['==', (a, b) => same(a, b)],
  ['!=', (a, b) => !same(a, b)],
  ['<=', (a, b) => order(a, b) <= 0],
  ['>=', (a, b) => order(a, b) >= 0],
  ['<', (a, b) => order(a, b) < 0],
  ['>', (a, b) => order(a, b) > 0],
  ['nin ', (a, b) => Array.isArray(b) && !b.some((item) => same(a, item))],
  ['in ', (a, b) => Array.isArray(b) && b.some((item) => same(a, item))],
];

function same(a: unknown, b: unknown): boolean {
  if (typeof a === 'object' && a !== null && typeof b === 'object' && b !== null)
    return JSON.stringify(a) === JSON.stringify(b);
  return a === b;
}

/** Negative, zero or positive; NaN, with which no comparison holds, when the two cannot be ordered. */
function order(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : a > b ? 1 : 0;
  return Number.NaN;
}

const number = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const word = /true|false|null/y;

function parseOperand(cursor: TextCursor): Operand {
  cursor.skipSpace();
  if (cursor.take('@')) return pathOperand(parseSteps(cursor), false);
  if (cursor.take('$')) return pathOperand(parseSteps(cursor), true);
  const literal = parseLiteral(cursor);
  return () => literal;
}

function pathOperand(steps: readonly Step[], fromRoot: boolean): Operand {
  return (node, root) => select(root, steps, fromRoot ? root : node)[0];
}

function parseLiteral(cursor: TextCursor): unknown {
  cursor.skipSpace();
  if (cursor.take('[')) {
    const items: unknown[] = [];
    if (takeToken(cursor, ']')) return items;
    do items.push(parseLiteral(cursor));
    while (takeToken(cursor, ','));
    if (!takeToken(cursor, ']')) throw wrong(cursor, 'expected ]');
    return items;
  }
  const text = cursor.quoted();
  if (text !== undefined) return text;
  const digits = cursor.match(number);
  if (digits !== undefined) return Number(digits);
  const named = cursor.match(word);
  if (named === undefined) throw wrong(cursor, 'expected @, $, quoted text, a number, true, false or null');
  return named === 'null' ? null : named === 'true';
}

function takeToken(cursor: TextCursor, token: string): boolean {
  cursor.skipSpace();
  return cursor.take(token);
}

/** Compares messages with what observed cases say. */
import { excerpt } from './errors.ts';
import { isMap } from './fields.ts';
import { parseJson } from './json.ts';
import type { Message } from './parser.ts';

/** Appends to `problems` how a message differs from what a case wants. */
export function compareMessage(
  wanted: Message,
  actual: Message,
  exact: boolean,
  unordered: ReadonlySet<unknown>,
  problems: string[],
): void {
  for (const key of Object.keys(wanted)) {
    if (!Object.hasOwn(actual, key)) problems.push(`${key} is missing`);
    else if (
      !(unordered.has(key) ? sameParts(wanted[key], actual[key]) : sameValue(wanted[key], actual[key]))
    ) {
      problems.push(`${key}: expected ${shown(wanted[key])}, got ${shown(actual[key])}`);
    }
  }
  if (!exact) return;
  for (const key of Object.keys(actual)) {
    if (!Object.hasOwn(wanted, key)) problems.push(`${key} is not expected: ${shown(actual[key])}`);
  }
}

function shown(value: unknown): string {
  return typeof value === 'string' ? excerpt(value) : String(JSON.stringify(value)).slice(0, 200);
}

export function sameValue(a: unknown, b: unknown): boolean {
  if (typeof a === 'number' && typeof b === 'number') return a === b;
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, i) => sameValue(item, b[i]));
  if (isMap(a) && isMap(b)) {
    const keys = Object.keys(a);
    return (
      keys.length === Object.keys(b).length &&
      keys.every((key) => Object.hasOwn(b, key) && sameValue(a[key], b[key]))
    );
  }
  return a === b;
}

/** Texts whose parts stand in any order: JSON objects, or words. */
function sameParts(a: unknown, b: unknown): boolean {
  if (typeof a !== 'string' || typeof b !== 'string') return sameValue(a, b);
  if (a.startsWith('{') && b.startsWith('{')) return sameValue(parseJson(a), parseJson(b));
  return sameValue(a.split(' ').sort(), b.split(' ').sort());
}

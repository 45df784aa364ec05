/**
 * Sets of UTF-16 code units, kept as sorted, disjoint, non-adjacent ranges: `[first, last, first, last, …]`. They let the
 * regular-expression translator reason about what may follow what, whatever way a class was written.
 */
export type CharSet = readonly number[];

const last = 0xffff;

export const everything: CharSet = [0, last];
export const nothing: CharSet = [];

/** The line terminators of Java regular expressions, at which `.` stops. */
export const lineTerminators: CharSet = [0x0a, 0x0a, 0x0d, 0x0d, 0x85, 0x85, 0x2028, 0x2029];
export const digits: CharSet = [0x30, 0x39];
export const wordCharacters: CharSet = [0x30, 0x39, 0x41, 0x5a, 0x5f, 0x5f, 0x61, 0x7a];
export const whiteSpace: CharSet = [0x09, 0x0d, 0x20, 0x20];
export const horizontalSpace: CharSet = [
  0x09, 0x09, 0x20, 0x20, 0xa0, 0xa0, 0x1680, 0x1680, 0x180e, 0x180e, 0x2000, 0x200a, 0x202f, 0x202f, 0x205f,
  0x205f, 0x3000, 0x3000,
];
export const verticalSpace: CharSet = [0x0a, 0x0d, 0x85, 0x85, 0x2028, 0x2029];

export function range(from: number, to: number): CharSet {
  return [from, to];
}

export function union(a: CharSet, b: CharSet): CharSet {
  if (a.length === 0) return b;
  if (b.length === 0) return a;
  const pairs: [number, number][] = [];
  for (const set of [a, b]) for (let i = 0; i < set.length; i += 2) pairs.push([set[i]!, set[i + 1]!]);
  pairs.sort((x, y) => x[0] - y[0]);
  const out: number[] = [];
  for (const [from, to] of pairs) {
    const end = out.length - 1;
    if (end > 0 && from <= out[end]! + 1) out[end] = Math.max(out[end]!, to);
    else out.push(from, to);
  }
  return out;
}

export function complement(set: CharSet): CharSet {
  const out: number[] = [];
  let next = 0;
  for (let i = 0; i < set.length; i += 2) {
    if (set[i]! > next) out.push(next, set[i]! - 1);
    next = set[i + 1]! + 1;
  }
  if (next <= last) out.push(next, last);
  return out;
}

export function intersection(a: CharSet, b: CharSet): CharSet {
  return complement(union(complement(a), complement(b)));
}

export function disjoint(a: CharSet, b: CharSet): boolean {
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    if (a[i + 1]! < b[j]!) i += 2;
    else if (b[j + 1]! < a[i]!) j += 2;
    else return false;
  }
  return true;
}

/** Adds the other case of every ASCII letter, which is what Java's `(?i)` means without `(?u)`. */
export function foldAsciiCase(set: CharSet): CharSet {
  let out = set;
  for (let i = 0; i < set.length; i += 2) {
    for (let c = Math.max(set[i]!, 0x41); c <= Math.min(set[i + 1]!, 0x7a); c++) {
      if (c <= 0x5a || c >= 0x61) out = union(out, [c ^ 0x20, c ^ 0x20]);
    }
  }
  return out;
}

/** The code units of the basic plane that a Unicode property (`L`, `Script=Greek`) holds; undefined when it is unknown. */
export function unicodeProperty(name: string): CharSet | undefined {
  let pattern: RegExp;
  try {
    pattern = new RegExp(`^\\p{${name}}$`, 'u');
  } catch {
    return undefined;
  }
  const out: number[] = [];
  for (let c = 0; c <= last; c++) {
    if (!pattern.test(String.fromCharCode(c))) continue;
    if (out.length > 0 && out[out.length - 1] === c - 1) out[out.length - 1] = c;
    else out.push(c, c);
  }
  return out;
}

function escapeUnit(c: number, special: string): string {
  if (c >= 0x20 && c < 0x7f) {
    const char = String.fromCharCode(c);
    return special.includes(char) ? `\\${char}` : char;
  }
  return c <= 0xff ? `\\x${c.toString(16).padStart(2, '0')}` : `\\u${c.toString(16).padStart(4, '0')}`;
}

function ranges(set: CharSet): string {
  let out = '';
  for (let i = 0; i < set.length; i += 2) {
    const from = set[i]!;
    const to = set[i + 1]!;
    out += escapeUnit(from, '\\]^-[');
    if (to > from) out += (to > from + 1 ? '-' : '') + escapeUnit(to, '\\]^-[');
  }
  return out;
}

/** The set as JavaScript regular-expression source (no flags), one atom. */
export function setSource(set: CharSet): string {
  if (set.length === 2 && set[0] === set[1]) return escapeUnit(set[0]!, '\\^$.*+?()[]{}|/');
  if (set.length === 2 && set[0] === 0 && set[1] === last) return '[^]';
  if (set.length === 0) return '[]';
  const negated = complement(set);
  return negated.length < set.length || set[set.length - 1] === last
    ? `[^${ranges(negated)}]`
    : `[${ranges(set)}]`;
}

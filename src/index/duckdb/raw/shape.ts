import type { Part, SlotForm, Template } from './template.ts';

/** A way that a column's values may stand in raw lines. */
export interface Candidate {
  readonly column: string;
  readonly form: SlotForm;
}

/** A line with the texts of its candidates, null where there is no value. */
export interface Sample {
  readonly raw: string;
  readonly values: readonly (string | null)[];
}

/** What stands around a value, and the candidates that all samples so far agree on. */
export interface Unit {
  readonly pre: string;
  readonly post: string;
  readonly set: readonly number[];
  /** Only with a value. */
  readonly optional: boolean;
  /** `-` where a value is missing: seen in some samples, in all samples. */
  readonly dash: 'no' | 'some' | 'all';
}

/** Units one after the other with a literal after them. */
export interface Run {
  readonly units: readonly Unit[];
  readonly tail: string;
}

/** Runs that all lines of the shape have; between them the lines differ. The first is at the start, the last at the end. */
export type Shape = readonly Run[];

/** Bounds for hostile lines: places where one value is looked for, and columns that may be what a dash stands for. */
const MOST_PLACES = 8;
const MOST_MISSING = 32;

export function isWord(text: string, at: number): boolean {
  const c = text.charCodeAt(at);
  return (c >= 48 && c <= 57) || (c >= 97 && c <= 122) || (c >= 65 && c <= 90) || c === 95 || c >= 128;
}

function isSeparator(c: string | undefined): boolean {
  return c === undefined || '\t ,|;'.includes(c);
}

/** The value does not stand within a longer word or number. */
function standsAlone(raw: string, start: number, value: string): boolean {
  const end = start + value.length;
  const firstWord = isWord(value, 0);
  const lastWord = isWord(value, value.length - 1);
  if (start > 0 && isWord(raw, start - 1) && (firstWord || value.length < 3)) return false;
  if (end < raw.length && isWord(raw, end) && (lastWord || value.length < 3)) return false;
  const number = /^[\d.]+$/.test(value);
  if (number && start > 1 && raw[start - 1] === '.' && /\d/.test(raw[start - 2]!)) return false;
  if (number && end + 1 < raw.length && raw[end] === '.' && /\d/.test(raw[end + 1]!)) return false;
  return true;
}

/** From left to right the longest values that stand in the line; candidates with the same value are told apart by other samples. */
export function shapeOf({ raw, values }: Sample): Run {
  const places = new Map<number, { length: number; set: number[]; dash: boolean }>();
  const missing: number[] = [];
  for (const [i, value] of values.entries()) {
    if (value === null && missing.length < MOST_MISSING) missing.push(i);
    if (value === null || value === '') continue;
    let seen = 0;
    for (let at = raw.indexOf(value); at >= 0 && seen < MOST_PLACES; at = raw.indexOf(value, at + 1)) {
      seen++;
      if (!standsAlone(raw, at, value)) continue;
      const place = places.get(at);
      if (place === undefined || place.length < value.length)
        places.set(at, { length: value.length, set: [i], dash: false });
      else if (place.length === value.length) place.set.push(i);
    }
  }
  if (missing.length > 0) {
    for (let at = raw.indexOf('-'); at >= 0; at = raw.indexOf('-', at + 1)) {
      if (!places.has(at) && isSeparator(raw[at - 1]) && isSeparator(raw[at + 1]))
        places.set(at, { length: 1, set: missing, dash: true });
    }
  }
  const units: { pre: string; post: string; set: number[]; optional: boolean; dash: Unit['dash'] }[] = [];
  let end = 0;
  for (const [start, { length, set, dash }] of [...places].sort(([a], [b]) => a - b)) {
    if (start < end) continue;
    let pre = raw.slice(end, start);
    const previous = units.at(-1);
    // A closing quote belongs to the value before it, which may be missing with it.
    if (previous?.pre.endsWith('"') && pre.startsWith('"') && pre.length > 1) {
      previous.post = '"';
      pre = pre.slice(1);
    }
    units.push({ pre, post: '', set, optional: false, dash: dash ? 'all' : 'no' });
    end = start + length;
  }
  let tail = raw.slice(end);
  const last = units.at(-1);
  if (last?.pre.endsWith('"') === true && tail.startsWith('"')) {
    last.post = '"';
    tail = tail.slice(1);
  }
  return { units, tail };
}

/** A guess of it: of the candidates that all samples agreed on the one at `which`. */
export function templateOf(shape: Shape, candidates: readonly Candidate[], which: number): Template {
  return { runs: shape.map((run) => partsOf(run, candidates, which)) };
}

function partsOf({ units, tail }: Run, candidates: readonly Candidate[], which: number): Part[] {
  const list: Part[] = [];
  const add = (text: string): void => {
    if (text === '') return;
    const last = list.at(-1);
    if (typeof last === 'string') list[list.length - 1] = last + text;
    else list.push(text);
  };
  for (const { pre, post, set, optional, dash } of units) {
    if (dash === 'all') {
      add(`${pre}-${post}`);
      continue;
    }
    const { column, form } = candidates[set.at(which)!]!;
    if (optional) {
      list.push({ column, form, optional: { before: pre, after: post }, absent: '' });
    } else {
      add(pre);
      list.push({ column, form, optional: null, absent: dash === 'some' ? '-' : '' });
      add(post);
    }
  }
  add(tail);
  return list;
}

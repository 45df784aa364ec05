import { type Part, type Slot, type SlotForm, savedBy, type Template } from './template.ts';

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
interface Unit {
  readonly pre: string;
  readonly post: string;
  readonly set: readonly number[];
  /** Only with a value. */
  readonly optional: boolean;
  /** `-` where a value is missing: seen in some samples, in all samples. */
  readonly dash: 'no' | 'some' | 'all';
}

/** Units one after the other with a literal after them. */
interface Run {
  readonly units: readonly Unit[];
  readonly tail: string;
}

/** Runs that all lines of the shape have; between them the lines differ. The first is at the start, the last at the end. */
type Shape = readonly Run[];

const LONGEST = 8192;
const MAX_SHAPES = 12;
/** How far ahead a place that is not in every line is looked for. */
const LOOKAHEAD = 12;

/**
 * Shapes of raw lines, the most useful first: places where values of other columns stand, what is between them, and a rest. They
 * are guesses from samples; a line is kept without its text only when its template makes exactly that line.
 */
export function learnTemplates(
  samples: readonly Sample[],
  candidates: readonly Candidate[],
  limit: number,
): Template[] {
  const usable = samples.filter(({ raw }) => raw.length > 0 && raw.length <= LONGEST);
  const shapes: Shape[] = [];
  for (const sample of usable) {
    const own = shapeOf(sample);
    let merged = false;
    for (let i = 0; i < shapes.length && !merged; i++) {
      const shape = merge(shapes[i]!, own, sample);
      if (shape === null) continue;
      shapes[i] = shape;
      merged = true;
    }
    if (!merged && shapes.length < MAX_SHAPES) shapes.push([own]);
  }
  return choose(
    shapes.map((shape) => templateOf(shape, candidates)),
    usable,
    candidates,
    limit,
  );
}

/** Templates that together save most, each for samples that those before it do not fit. */
export function choose<T extends Template>(
  templates: readonly T[],
  samples: readonly Sample[],
  candidates: readonly Candidate[],
  limit: number,
): T[] {
  const index = new Map(candidates.map(({ column, form }, i) => [`${column} ${form}`, i]));
  const saved = templates.map((template) =>
    samples.map(({ raw, values }) => {
      const textOf = (slot: Slot): string | null =>
        values[index.get(`${slot.column} ${slot.form}`) ?? -1] ?? null;
      return savedBy(template, raw, textOf);
    }),
  );
  const chosen: T[] = [];
  const left = new Set(samples.keys());
  while (chosen.length < limit && left.size > 0) {
    let best = -1;
    let most = 0;
    for (const [t, savings] of saved.entries()) {
      let sum = 0;
      for (const s of left) {
        const bytes = savings[s] ?? null;
        if (bytes !== null && bytes * 3 >= samples[s]!.raw.length) sum += bytes;
      }
      if (sum > most) [best, most] = [t, sum];
    }
    if (best < 0) break;
    const fits = [...left].filter((s) => (saved[best]![s] ?? null) !== null);
    if (fits.length * 40 < samples.length) break;
    for (const s of fits) left.delete(s);
    chosen.push(templates[best]!);
  }
  return chosen;
}

function isWord(text: string, at: number): boolean {
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
function shapeOf({ raw, values }: Sample): Run {
  const places = new Map<number, { length: number; set: number[]; dash: boolean }>();
  const missing: number[] = [];
  for (const [i, value] of values.entries()) {
    if (value === null) missing.push(i);
    if (value === null || value === '') continue;
    for (let at = raw.indexOf(value); at >= 0; at = raw.indexOf(value, at + 1)) {
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

/** Null when the sample is of another shape. */
function merge(shape: Shape, own: Run, sample: Sample): Shape | null {
  const first = shape[0]!;
  const last = shape.at(-1)!;
  const whole = shape.length === 1;
  const left = align(first.units, own.units, sample, 1, whole && first.tail === own.tail);
  if (whole && left.done && first.tail === own.tail) return [{ ...first, units: left.units }];
  const head: Run = {
    units: left.units,
    tail: wordEdge(commonStart(literalAt(first, left.i), literalAt(own, left.j))),
  };
  const knownRest: Run = whole ? { units: first.units.slice(left.i), tail: first.tail } : last;
  const ownRest: Run = { units: own.units.slice(left.j), tail: own.tail };
  const right = mergeEnd(knownRest, ownRest, sample);
  const ownInner: Run = {
    units: ownRest.units.slice(0, ownRest.units.length - right.j),
    tail: literalAt(ownRest, ownRest.units.length - right.j),
  };
  const knownInner: Run = whole
    ? {
        units: knownRest.units.slice(0, knownRest.units.length - right.i),
        tail: literalAt(knownRest, knownRest.units.length - right.i),
      }
    : shape[1] === last
      ? { units: [], tail: '' }
      : shape[1]!;
  const inner = commonRun(knownInner, ownInner);
  const merged = [head, ...(inner === null ? [] : [inner]), right.run];
  const count = (runs: readonly Run[]): number => runs.reduce((sum, { units }) => sum + units.length, 0);
  const kept = count(merged);
  return kept >= 2 && kept * 10 >= Math.max(count(shape), own.units.length) * 6 ? merged : null;
}

function literalAt({ units, tail }: Run, i: number): string {
  return units[i]?.pre ?? tail;
}

/** What two lines have in common at their ends, and how many units of each it took. */
function mergeEnd(known: Run, own: Run, sample: Sample): { run: Run; i: number; j: number } {
  if (known.tail !== own.tail) {
    return { run: { units: [], tail: wordStart(commonEnd(known.tail, own.tail)) }, i: 0, j: 0 };
  }
  const { units, i, j } = align(known.units, own.units, sample, -1, false);
  const nearest = looselyJoined(known.units.at(-1 - i), own.units.at(-1 - j));
  return nearest === null
    ? { run: { units, tail: own.tail }, i, j }
    : { run: { units: [nearest, ...units], tail: own.tail }, i: i + 1, j: j + 1 };
}

/** Two values in one place whose texts before them have only their ends in common. */
function looselyJoined(a: Unit | undefined, b: Unit | undefined): Unit | null {
  if (a === undefined || b === undefined || a.post !== b.post) return null;
  const set = a.set.filter((s) => b.set.includes(s));
  const pre = wordStart(commonEnd(a.pre, b.pre));
  return set.length === 0 || pre === '' ? null : { ...a, pre, set, dash: dashOf(a, b) };
}

/** The longest run of units that stand in both; null when it is not worth the search for it in each line. */
function commonRun(known: Run, own: Run): Run | null {
  let best: Run | null = null;
  for (let i = 0; i < known.units.length; i++) {
    for (let j = 0; j < own.units.length; j++) {
      const units: Unit[] = [];
      const start = joined(known.units[i]!, own.units[j]!) ?? looselyJoined(known.units[i], own.units[j]);
      if (start === null) continue;
      units.push(start);
      for (let n = 1; ; n++) {
        const a = known.units[i + n];
        const b = own.units[j + n];
        const both = a === undefined || b === undefined ? null : joined(a, b);
        if (both !== null) {
          units.push(both);
          continue;
        }
        if (units.length > (best?.units.length ?? 1)) {
          const tail = wordEdge(commonStart(literalAt(known, i + n), literalAt(own, j + n)));
          best = { units, tail };
        }
        break;
      }
    }
  }
  return best;
}

function dashOf(a: Unit, b: Unit): Unit['dash'] {
  return a.dash === b.dash ? a.dash : 'some';
}

function joined(a: Unit, b: Unit): Unit | null {
  if (a.pre !== b.pre || a.post !== b.post) return null;
  const set = a.set.filter((s) => b.set.includes(s));
  return set.length === 0 ? null : { ...a, set, optional: a.optional || b.optional, dash: dashOf(a, b) };
}

/** Pairs units from one end on, as far as they agree. `i` and `j` count how many were used. */
function align(
  known: readonly Unit[],
  own: readonly Unit[],
  { values }: Sample,
  step: 1 | -1,
  toEnd: boolean,
): { units: Unit[]; i: number; j: number; done: boolean } {
  const at = (list: readonly Unit[], n: number): Unit | undefined =>
    step === 1 ? list[n] : list[list.length - 1 - n];
  const units: Unit[] = [];
  let i = 0;
  let j = 0;
  const matches = (a: Unit | undefined, b: Unit | undefined): boolean =>
    a !== undefined && b !== undefined && joined(a, b) !== null;
  for (;;) {
    const a = at(known, i);
    const b = at(own, j);
    const both = a !== undefined && b !== undefined ? joined(a, b) : null;
    if (both !== null) {
      units.push(both);
      i++;
      j++;
      continue;
    }
    const skip = missingRun((n) => at(known, i + n), b, matches, toEnd);
    if (skip > 0) {
      const run = Array.from({ length: skip }, (_, n) => at(known, i + n)!);
      const absent = run.map((unit) => unit.set.filter((s) => values[s] === null));
      if (absent.every((set) => set.length > 0)) {
        for (const [n, unit] of run.entries()) units.push({ ...unit, set: absent[n]!, optional: true });
        i += skip;
        continue;
      }
    }
    const extra = missingRun((n) => at(own, j + n), a, matches, toEnd);
    if (extra === 0) break;
    for (let n = 0; n < extra; n++) units.push({ ...at(own, j + n)!, optional: true });
    j += extra;
  }
  if (step === -1) units.reverse();
  return { units, i, j, done: i === known.length && j === own.length };
}

/** How many units, each with a key before its value, stand before the one that matches `other`. `toEnd`: or all of the rest, when the other line has ended. */
function missingRun(
  get: (n: number) => Unit | undefined,
  other: Unit | undefined,
  matches: (a: Unit | undefined, b: Unit | undefined) => boolean,
  toEnd: boolean,
): number {
  for (let n = 0; n < LOOKAHEAD; n++) {
    const unit = get(n);
    if (unit === undefined) return toEnd && other === undefined ? n : 0;
    if (matches(unit, other)) return n;
    if (!/\w\w/.test(unit.pre)) return 0;
  }
  return 0;
}

function commonStart(a: string, b: string): string {
  let n = 0;
  while (n < a.length && n < b.length && a[n] === b[n]) n++;
  return a.slice(0, n);
}

function commonEnd(a: string, b: string): string {
  let n = 0;
  while (n < a.length && n < b.length && a[a.length - 1 - n] === b[b.length - 1 - n]) n++;
  return a.slice(a.length - n);
}

/** Without the run of letters, digits, dots, colons and dashes at its end: what samples share of a number or a time is chance. */
function wordEdge(text: string): string {
  return text.slice(0, text.length - /[\w.:+/-]*$/.exec(text)![0].length);
}

function wordStart(text: string): string {
  return text.slice(/^[\w.:+/-]*/.exec(text)![0].length);
}

function templateOf(shape: Shape, candidates: readonly Candidate[]): Template {
  return { runs: shape.map((run) => partsOf(run, candidates)) };
}

function partsOf({ units, tail }: Run, candidates: readonly Candidate[]): Part[] {
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
    const { column, form } = candidates[set[0]!]!;
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

import type { Run, Sample, Shape, Unit } from './shape.ts';

/** How far ahead a place that is not in every line is looked for. */
const LOOKAHEAD = 12;

/** The shape that fits a further line too; null when the line is of another. */
export function merge(shape: Shape, own: Run, sample: Sample): Shape | null {
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

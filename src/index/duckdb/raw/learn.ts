import { merge } from './merge.ts';
import { type Candidate, type Run, type Sample, type Shape, shapeOf, templateOf } from './shape.ts';
import { type Slot, savedBy, slotsOf, type Template } from './template.ts';

/** Bounds for hostile lines: learning runs between other work. */
const LONGEST = 8192;
const ALTOGETHER = 65_536;
const MOST_UNITS = 128;
const MAX_SHAPES = 12;
/** Shapes of lines with the same literals: a column may have in most lines what all lines have as it is. */
const MAX_ALIKE = 24;
/** Lines that a template must fit: what fits fewer may be chance. */
const FEWEST = 3;

/**
 * Shapes of raw lines, the most useful first: places where values of other columns stand, what is between them, and a rest. They
 * are guesses from samples; a line is kept without its text only when its template makes exactly that line.
 */
export function learnTemplates(
  samples: readonly Sample[],
  candidates: readonly Candidate[],
  limit: number,
): Template[] {
  let length = 0;
  const usable = samples.filter(({ raw }) => {
    // What is between values becomes part of a statement, which cannot have NULs in it.
    if (raw.length === 0 || raw.length > LONGEST || length > ALTOGETHER || raw.includes('\0')) return false;
    length += raw.length;
    return true;
  });
  const shapes: Shape[] = [];
  const alike = new Map<string, Run>();
  for (const sample of usable) {
    const own = shapeOf(sample);
    if (own.units.length > MOST_UNITS) continue;
    addAlike(alike, own);
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
    [...shapes, ...[...alike.values()].map((run) => [run])]
      // Few lines may not tell two forms of a column apart.
      .flatMap((shape) => [-1, 0].map((which) => templateOf(shape, candidates, which)))
      .filter((template) => slotsOf(template).length > 0),
    usable,
    candidates,
    limit,
  );
}

/** Lines with the same literals agree on which columns stand between them. */
function addAlike(alike: Map<string, Run>, own: Run): void {
  const literals = JSON.stringify([own.units.map(({ pre, post, dash }) => [pre, post, dash]), own.tail]);
  const known = alike.get(literals);
  if (known === undefined) {
    if (alike.size < MAX_ALIKE) alike.set(literals, own);
    return;
  }
  const units = known.units.map((unit, i) => ({
    ...unit,
    set: unit.set.filter((one) => own.units[i]!.set.includes(one)),
  }));
  if (units.every(({ set }) => set.length > 0)) alike.set(literals, { ...known, units });
}

/** Templates that together save most, each for at least so many samples that those before it do not fit. */
export function choose<T extends Template>(
  templates: readonly T[],
  samples: readonly Sample[],
  candidates: readonly Candidate[],
  limit: number,
  least = FEWEST,
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
    if (fits.length < least || fits.length * 40 < samples.length) break;
    for (const s of fits) left.delete(s);
    chosen.push(templates[best]!);
  }
  return chosen;
}

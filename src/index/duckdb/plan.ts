import type { Scope } from '../event-index.ts';
import { Bindings } from './binding.ts';
import type { Catalog } from './catalog.ts';
import { all, type ConditionOptions, condition, type ValueOracle } from './condition.ts';
import type { Tally } from './count.ts';
import type { Session } from './database.ts';
import { type Place, placesFor, segmentsPlace } from './places.ts';
import type { Segment } from './segments.ts';
import { type Answers, type Probe, probeKey, type ValueIndex } from './value-index.ts';

/** A place with the rows of it that a request means. */
export interface Selection {
  readonly place: Place;
  /** SQL after WHERE. */
  readonly where: string;
  /** Every row of the place is meant. */
  readonly everything: boolean;
  /** What is known of the segments without looking at all of their rows; null when nothing is. */
  readonly known: Known | null;
}

/** Rows of segments that were counted already: those of which `counted` is true. Others still are to be, those of which `rest` is. */
export interface Known {
  readonly tallies: ReadonlyMap<number, Tally>;
  readonly counted: string;
  readonly rest: string;
}

/** The places of a scope, each with its condition, and the values that the conditions bind. */
export interface Plan {
  readonly selections: readonly Selection[];
  readonly bindings: Bindings;
}

/**
 * Where a request looks. The files of values are asked first: where they say that nothing has a value, the condition on it
 * is left out, and with it whole segments.
 */
export async function planFor(
  session: Session,
  catalog: Catalog,
  values: ValueIndex,
  scope: Scope,
  options: ConditionOptions,
): Promise<Plan> {
  const planner = new Planner(scope, options);
  const selections: Selection[] = [];
  for (const place of placesFor(catalog, scope))
    selections.push(...(await planner.select(session, values, place)));
  return { selections, bindings: planner.bindings };
}

class Planner {
  readonly bindings = new Bindings();
  readonly #scope: Scope;
  readonly #options: ConditionOptions;

  constructor(scope: Scope, options: ConditionOptions) {
    this.#scope = scope;
    this.#options = options;
  }

  async select(session: Session, values: ValueIndex, place: Place): Promise<Selection[]> {
    const probes = new Map<string, Probe>();
    const covered = new Set(
      place.segments.flatMap(({ valueColumns, texts }) => [...valueColumns, ...texts.keys()]),
    );
    const where = this.#where(place, covered, (probe) => {
      probes.set(probeKey(probe), probe);
      return 'some';
    });
    if (where === 'false') return [];
    if (probes.size === 0) return [{ place, where, everything: where === 'true', known: null }];
    const answers = await values.ask(session, place.segments, [...probes.values()], this.bindings);
    const byAnswer = Map.groupBy(place.segments, ({ id }) =>
      [...probes.keys()].filter((key) => answers.get(id)!.get(key)?.count !== 0).join('\n'),
    );
    const selections: Selection[] = [];
    for (const segments of byAnswer.values()) {
      const told = answers.get(segments[0]!.id)!;
      const present = new Set([...probes.keys()].filter((key) => told.get(key)?.count !== 0));
      const narrowed = this.#where(place, covered, (probe) =>
        present.has(probeKey(probe)) ? 'some' : 'none',
      );
      if (narrowed === 'false') continue;
      const [only] = present.size === 1 ? present : [];
      selections.push({
        place: segments.length === place.segments.length ? place : segmentsPlace(segments, place.inRange),
        where: narrowed,
        everything: narrowed === 'true',
        known: only === undefined ? null : this.#known(place, covered, probes.get(only)!, segments, answers),
      });
    }
    return selections;
  }

  /**
   * When a condition is true wherever the one that was asked about is, those rows are counted already, and only others are left to
   * look for.
   */
  #known(
    place: Place,
    covered: ReadonlySet<string>,
    { column, test, whole }: Probe,
    segments: readonly Segment[],
    answers: ReadonlyMap<number, Answers>,
  ): Known | null {
    const key = probeKey({ column, test });
    const tallies = new Map<number, Tally>();
    for (const { id } of segments) {
      const tally = answers.get(id)!.get(key);
      if (tally === undefined) return null;
      tallies.set(id, tally);
    }
    const taken = (answer: 'none' | 'all'): string =>
      this.#where(place, covered, (probe) => (probeKey(probe) === key ? answer : 'none'));
    if (taken('all') !== 'true') return null;
    return { tallies, counted: whole, rest: taken('none') };
  }

  #where(place: Place, covered: ReadonlySet<string>, ask: ValueOracle['ask']): string {
    const parts = [...place.where];
    if (!place.inRange) {
      const { from, to } = this.#scope.timeRange ?? { from: null, to: null };
      if (from !== null) parts.push(`ts >= ${this.bindings.integer(BigInt(Math.trunc(from)))}`);
      if (to !== null) parts.push(`ts < ${this.bindings.integer(BigInt(Math.trunc(to)))}`);
    }
    parts.push(condition(this.#scope.query, place, this.bindings, this.#options, { covered, ask }));
    return all(parts);
  }
}

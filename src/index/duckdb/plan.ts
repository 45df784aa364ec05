import type { Scope } from '../event-index.ts';
import { Bindings } from './binding.ts';
import type { Catalog } from './catalog.ts';
import { all, type ConditionOptions, condition } from './condition.ts';
import type { Tally } from './count.ts';
import type { Session } from './database.ts';
import { type Place, placesFor, segmentsPlace } from './places.ts';
import { type Answers, type Probe, probeKey, type ValueIndex } from './value-index.ts';

/** A place with the rows of it that a request means. */
export interface Selection {
  readonly place: Place;
  /** SQL after WHERE. */
  readonly where: string;
  /** Every row of the place is meant. */
  readonly everything: boolean;
  /** What is known of segments (by id) without counting. */
  readonly known: ReadonlyMap<number, Tally>;
}

/** The places of a scope, each with its condition, and the values that the conditions bind. */
export interface Plan {
  readonly selections: readonly Selection[];
  readonly bindings: Bindings;
}

const NOTHING_KNOWN: ReadonlyMap<number, Tally> = new Map();

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
    const covered = new Set(place.segments.flatMap(({ valueColumns }) => [...valueColumns]));
    const where = this.#where(place, covered, (probe) => {
      probes.set(probeKey(probe), probe);
      return true;
    });
    if (where === 'false') return [];
    if (probes.size === 0) return [{ place, where, everything: where === 'true', known: NOTHING_KNOWN }];
    const answers = await values.ask(session, place.segments, [...probes.values()], this.bindings);
    const [only] = probes.size === 1 ? probes.keys() : [];
    const byAnswer = Map.groupBy(place.segments, ({ id }) =>
      [...probes.keys()].map((key) => (answers.get(id)!.get(key)?.count === 0 ? 0 : 1)).join(''),
    );
    const selections: Selection[] = [];
    for (const segments of byAnswer.values()) {
      const told = answers.get(segments[0]!.id)!;
      const narrowed = this.#where(place, covered, (probe) => told.get(probeKey(probe))?.count !== 0);
      if (narrowed === 'false') continue;
      selections.push({
        place: segments.length === place.segments.length ? place : segmentsPlace(segments, place.inRange),
        where: narrowed,
        everything: narrowed === 'true',
        known:
          only !== undefined && place.where.length === 0 && place.inRange && probes.get(only)?.whole === where
            ? talliesOf(
                segments.map(({ id }) => [id, answers.get(id)!]),
                only,
              )
            : NOTHING_KNOWN,
      });
    }
    return selections;
  }

  #where(place: Place, covered: ReadonlySet<string>, ask: (probe: Probe) => boolean): string {
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

/** What is known of segments when their condition is the one that was asked about. */
function talliesOf(segments: readonly (readonly [number, Answers])[], key: string): Map<number, Tally> {
  const tallies = new Map<number, Tally>();
  for (const [id, answers] of segments) {
    const tally = answers.get(key);
    if (tally !== undefined) tallies.set(id, tally);
  }
  return tallies;
}

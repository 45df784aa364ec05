import type { Scope } from '../event-index.ts';
import { Bindings } from './binding.ts';
import type { Catalog } from './catalog.ts';
import { all, type ConditionOptions, condition } from './condition.ts';
import { type Place, placesFor } from './places.ts';

/** A place with the rows of it that a request means. */
export interface Selection {
  readonly place: Place;
  /** SQL after WHERE. */
  readonly where: string;
  /** Every row of the place is meant. */
  readonly everything: boolean;
}

/** The places of a scope, each with its condition, and the values that the conditions bind. */
export interface Plan {
  readonly selections: readonly Selection[];
  readonly bindings: Bindings;
}

export function planFor(catalog: Catalog, scope: Scope, options: ConditionOptions): Plan {
  const bindings = new Bindings();
  const selections: Selection[] = [];
  for (const place of placesFor(catalog, scope)) {
    const selection = select(place, scope, bindings, options);
    if (selection !== null) selections.push(selection);
  }
  return { selections, bindings };
}

function select(place: Place, scope: Scope, bindings: Bindings, options: ConditionOptions): Selection | null {
  const parts = [...place.where];
  if (!place.inRange) {
    const { from, to } = scope.timeRange ?? { from: null, to: null };
    if (from !== null) parts.push(`ts >= ${bindings.integer(BigInt(Math.trunc(from)))}`);
    if (to !== null) parts.push(`ts < ${bindings.integer(BigInt(Math.trunc(to)))}`);
  }
  parts.push(condition(scope.query, place, bindings, options));
  const where = all(parts);
  return where === 'false' ? null : { place, where, everything: where === 'true' };
}

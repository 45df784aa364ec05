import type { Scope } from '../event-index.ts';
import type { Catalog } from './catalog.ts';
import { identifier, pathLiteral } from './names.ts';
import { type RawLines, rawKey } from './raw/raw-lines.ts';
import type { HotTable, Segment } from './segments.ts';
import type { Sensor } from './sensors.ts';

/** Something that is read by one SELECT: a hot table, or segments of one sensor with the same columns. */
export interface Place {
  readonly sensor: Sensor;
  readonly alerts: boolean;
  readonly columns: ReadonlySet<string>;
  /** Columns of text without upper-case letters. */
  readonly lower: ReadonlySet<string>;
  /** Columns of text without letters. */
  readonly caseless: ReadonlySet<string>;
  /** How raw lines are kept; null when they are a column like others. */
  readonly raw: RawLines | null;
  /** FROM clause. */
  readonly from: string;
  /** Conditions that belong to the place itself. */
  readonly where: readonly string[];
  readonly table: HotTable | null;
  readonly segments: readonly Segment[];
  /** Every row lies within the scope's time range, so that it needs no check. */
  readonly inRange: boolean;
}

const NONE: ReadonlySet<string> = new Set();

/** Where the events of a scope may be, by sensor, time range and being alerts. The newest segments come first. */
export function placesFor(catalog: Catalog, scope: Omit<Scope, 'query'>): Place[] {
  const places: Place[] = [];
  for (const sensor of sensorsOf(catalog, scope.sensors)) {
    for (const table of catalog.tables) {
      if (table.sensor === sensor && (table.alerts || scope.alertsOnly !== true))
        places.push(tablePlace(table, scope));
    }
    const groups = new Map<string, { segments: Segment[]; inRange: boolean }>();
    for (const segment of catalog.segments) {
      if (segment.sensor !== sensor || (scope.alertsOnly === true && !segment.alerts)) continue;
      const fit = rangeFit(segment, scope);
      if (fit === 'outside') continue;
      const inRange = fit === 'inside';
      // Segments with patched rows need conditions of their own.
      const shape =
        segment.superseded.size > 0
          ? `#${segment.id}`
          : `${segment.alerts} ${inRange} ${listed(segment.columns)} ${listed(segment.lower)} ${listed(segment.caseless)} ${rawKey(segment.raw)}`;
      const group = groups.get(shape);
      if (group === undefined) groups.set(shape, { segments: [segment], inRange });
      else group.segments.push(segment);
    }
    for (const group of groups.values()) places.push(segmentsPlace(group.segments, group.inRange));
  }
  return places;
}

function sensorsOf(catalog: Catalog, names: readonly string[] | undefined): Sensor[] {
  if (names === undefined || names.length === 0) {
    return [...catalog.sensors.values()].filter((sensor) => sensor.name !== 'error');
  }
  const found: Sensor[] = [];
  for (const name of new Set(names)) {
    const sensor = catalog.sensors.get(name);
    if (sensor !== undefined) found.push(sensor);
  }
  return found;
}

const lists = new WeakMap<ReadonlySet<string>, string>();

/** The names in a set that does not change, in order: told once, since each search asks it of each segment. */
export function listed(names: ReadonlySet<string>): string {
  let list = lists.get(names);
  if (list === undefined) lists.set(names, (list = [...names].sort().join(',')));
  return list;
}

function tablePlace(table: HotTable, scope: Omit<Scope, 'query'>): Place {
  const { from, to } = scope.timeRange ?? { from: null, to: null };
  return {
    sensor: table.sensor,
    alerts: table.alerts,
    // A copy: the table may get columns while a search is under way.
    columns: new Set(table.columns),
    lower: NONE,
    caseless: NONE,
    raw: null,
    from: identifier(table.name),
    where: table.alerts && scope.alertsOnly === true ? ['alert'] : [],
    table,
    segments: [],
    inRange: from === null && to === null,
  };
}

export function segmentsPlace(segments: readonly Segment[], inRange: boolean): Place {
  const first = segments[0]!;
  const files = segments.map((segment) => pathLiteral(segment.path)).join(', ');
  return {
    sensor: first.sensor,
    alerts: first.alerts,
    columns: first.columns,
    lower: first.lower,
    caseless: first.caseless,
    raw: first.raw,
    from: `read_parquet([${files}])`,
    where: first.superseded.size > 0 ? [`file_row_number NOT IN (${[...first.superseded].join(', ')})`] : [],
    table: null,
    segments,
    inRange,
  };
}

function rangeFit(segment: Segment, scope: Omit<Scope, 'query'>): 'inside' | 'partly' | 'outside' {
  const from = scope.timeRange?.from ?? null;
  const to = scope.timeRange?.to ?? null;
  if (from === null && to === null) return 'inside';
  if (segment.minTime === null || segment.maxTime === null) return 'outside';
  if ((from !== null && segment.maxTime < from) || (to !== null && segment.minTime >= to)) return 'outside';
  const inside =
    segment.timed === segment.rows &&
    (from === null || segment.minTime >= from) &&
    (to === null || segment.maxTime < to);
  return inside ? 'inside' : 'partly';
}

import type { IndexedEvent } from '../event-index.ts';
import { Bindings } from './binding.ts';
import type { Found } from './count.ts';
import type { Session } from './database.ts';
import { documentReader } from './documents.ts';
import { listed, type Place, segmentsPlace } from './places.ts';
import type { Plan } from './plan.ts';
import { rawKey } from './raw/raw-lines.ts';

export interface TimedEvent {
  readonly event: IndexedEvent;
  readonly time: number | null;
}

/** By time, then by guid; events without a time come first. */
export function compareByTime(a: TimedEvent, b: TimedEvent): number {
  if (a.time !== b.time) {
    if (a.time === null) return -1;
    if (b.time === null) return 1;
    return a.time - b.time;
  }
  return a.event.guid < b.event.guid ? -1 : a.event.guid > b.event.guid ? 1 : 0;
}

/** Whole events that a search found, in no order: for searches that found few, where looking twice costs more. */
export async function readMatches(
  session: Session,
  plan: Plan,
  found: readonly Found[],
  bound: string | null,
  fields: readonly string[] | undefined,
): Promise<TimedEvent[]> {
  const events: TimedEvent[] = [];
  for (const [where, same] of Map.groupBy(found, (one) => one.where)) {
    const condition = bound === null ? where : `${where} AND ts ${bound}`;
    for (const { place } of alike(same)) {
      const reader = documentReader(place, fields);
      const sql = `SELECT ts::DOUBLE, ${reader.selects.join(', ')} FROM ${place.from} WHERE ${condition}`;
      for (const row of await session.rows(sql, plan.bindings.for(sql))) {
        events.push({ event: reader.read(row, 1), time: row[0] === null ? null : Number(row[0]) });
      }
    }
  }
  return events;
}

export interface ChosenEvent {
  readonly found: Found;
  readonly guid: string;
  readonly time: number | null;
}

/** Whole events by guid and time, in the given order. */
export async function readChosen(
  session: Session,
  chosen: readonly ChosenEvent[],
  fields: readonly string[] | undefined,
): Promise<IndexedEvent[]> {
  const byFound = Map.groupBy(chosen, ({ found }) => found);
  const events = new Map<string, IndexedEvent>();
  for (const { place, members } of alike([...byFound.keys()])) {
    const wanted = members.flatMap((found) => byFound.get(found) ?? []);
    const reader = documentReader(place, fields);
    const bindings = new Bindings();
    const guids = wanted.map(({ guid }) => bindings.text(guid));
    const times = new Set(wanted.flatMap(({ time }) => time ?? []));
    // The times go first: segments are ordered by them, so that whole row groups need not be unpacked.
    const when = [
      times.size > 0 ? `ts IN (${[...times].join(', ')})` : '',
      wanted.some(({ time }) => time === null) ? 'ts IS NULL' : '',
    ];
    const rows = await session.rows(
      `SELECT ${reader.selects.join(', ')} FROM ${place.from}
       WHERE (${when.filter((part) => part !== '').join(' OR ')}) AND guid IN (${guids.join(', ')})`,
      bindings.params(),
    );
    for (const row of rows) {
      const event = reader.read(row);
      events.set(keyOf(event.sensor, event.guid), event);
    }
  }
  return chosen.flatMap(({ found, guid }) => events.get(keyOf(found.place.sensor.name, guid)) ?? []);
}

function keyOf(sensor: string, guid: string): string {
  return `${guid} ${sensor}`;
}

/** Segments with the same columns are read as one place. */
function alike(found: readonly Found[]): { place: Place; members: Found[] }[] {
  const groups = Map.groupBy(found, ({ place }) =>
    place.table !== null || place.where.length > 0
      ? place.from
      : `${place.sensor.id} ${place.alerts} ${listed(place.columns)} ${rawKey(place.raw)}`,
  );
  return [...groups.values()].map((members) => {
    const [first] = members;
    const { place } = first!;
    return {
      place:
        members.length === 1
          ? place
          : segmentsPlace(
              members.flatMap((one) => one.place.segments),
              place.inRange,
            ),
      members,
    };
  });
}

import type { IndexedEvent } from '../event-index.ts';
import type { Catalog } from './catalog.ts';
import type { Session } from './database.ts';
import { documentReader } from './documents.ts';
import { type Place, placesFor, segmentsPlace } from './places.ts';
import type { Sensor } from './sensors.ts';

export interface FoundEvent {
  readonly event: IndexedEvent;
  readonly sensor: Sensor;
  readonly place: Place;
  /** Of the row in its segment; null in a table. */
  readonly rowNumber: number | null;
}

/** The event with this guid: alerts are looked through first, then tables, then segments from the newest on. */
export async function findEvent(
  session: Session,
  catalog: Catalog,
  guid: string,
  sensor: string | undefined,
): Promise<FoundEvent | null> {
  const sensors = sensor === undefined ? [...catalog.sensors.keys()] : [sensor];
  if (sensors.length === 0) return null;
  const places = placesFor(catalog, { sensors })
    .map((place) => within(place, guid))
    .filter((place) => place !== null);
  places.sort((a, b) => rank(a) - rank(b));
  for (const place of places) {
    const reader = documentReader(place);
    const number = place.table === null ? 'file_row_number::DOUBLE' : 'NULL';
    const where = ['guid = $guid', ...place.where].join(' AND ');
    const file = place.table === null ? 'filename' : 'NULL';
    const rows = await session.rows(
      `SELECT ${reader.selects.join(', ')}, ${number}, ${file} FROM ${place.from} WHERE ${where} LIMIT 1`,
      { guid },
    );
    const row = rows[0];
    if (row === undefined) continue;
    const path = row.at(-1);
    const segments = path === null ? [] : place.segments.filter((segment) => segment.path === path);
    return {
      event: reader.read(row),
      sensor: place.sensor,
      place: { ...place, segments },
      rowNumber: row.at(-2) === null ? null : Number(row.at(-2)),
    };
  }
  return null;
}

/** Without the segments that cannot hold the guid. */
function within(place: Place, guid: string): Place | null {
  if (place.table !== null) return place;
  const segments = place.segments.filter((segment) => guid >= segment.minGuid && guid <= segment.maxGuid);
  return segments.length === 0
    ? null
    : segments.length === place.segments.length
      ? place
      : narrowed(place, segments);
}

function narrowed(place: Place, segments: Place['segments']): Place {
  return { ...segmentsPlace(segments, place.inRange), where: place.where };
}

function rank(place: Place): number {
  return (place.table === null ? 2 : 0) + (place.alerts ? 0 : 1);
}

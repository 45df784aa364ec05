import type { EncodedEvents } from '../event-index.ts';
import type { Catalog } from './catalog.ts';
import type { Session } from './database.ts';
import { guidOfLine } from './lines.ts';
import { identifier, pathLiteral } from './names.ts';

/**
 * Indices of events whose guid is in the index, or came before in the same write (`seen`, by sensor). Asked only where no
 * position in the bus tells; it reads the guids of the sensor's tables and of the segments in whose range they fall.
 */
export async function findDuplicates(
  session: Session,
  catalog: Catalog,
  events: EncodedEvents,
  seen: Map<string, Set<string>>,
): Promise<Set<number>> {
  let before = seen.get(events.sensor);
  if (before === undefined) seen.set(events.sensor, (before = new Set()));
  const duplicates = new Set<number>();
  const fresh = new Map<string, number>();
  let start = 0;
  for (let i = 0; i < events.count; i++) {
    const end = events.lineEnds[i] ?? start;
    const guid = guidOfLine(events.ndjson.subarray(start, end));
    start = end;
    if (guid === null) continue;
    if (before.has(guid)) duplicates.add(i);
    else fresh.set(guid, i);
    before.add(guid);
  }
  for (const guid of await storedGuids(session, catalog, events.sensor, [...fresh.keys()])) {
    duplicates.add(fresh.get(guid)!);
  }
  return duplicates;
}

async function storedGuids(
  session: Session,
  catalog: Catalog,
  sensorName: string,
  guids: string[],
): Promise<string[]> {
  const sensor = catalog.sensors.get(sensorName);
  if (sensor === undefined || guids.length === 0) return [];
  const places = catalog.tables.filter((t) => t.sensor === sensor).map((t) => identifier(t.name));
  for (const segment of catalog.segments) {
    if (segment.sensor !== sensor) continue;
    if (guids.some((g) => g >= segment.minGuid && g <= segment.maxGuid)) {
      places.push(`read_parquet(${pathLiteral(segment.path)})`);
    }
  }
  if (places.length === 0) return [];
  const wanted = `guid IN (SELECT unnest(from_json($guids, '["VARCHAR"]')))`;
  const rows = await session.rows(
    places.map((place) => `SELECT guid FROM ${place} WHERE ${wanted}`).join(' UNION '),
    { guids: JSON.stringify(guids) },
  );
  return rows.map((row) => String(row[0]));
}

import type { IndexedEvent, PatchOperation } from '../event-index.ts';
import { missingEvent, patchedEvent } from '../patch.ts';
import type { Catalog } from './catalog.ts';
import type { Database } from './database.ts';
import { type FoundEvent, findEvent } from './find.ts';
import { kindBit, physicalLine } from './lines.ts';
import { identifier, READ_TYPE } from './names.ts';
import type { HotTable } from './segments.ts';
import { columnKind } from './sensors.ts';

export interface PatchOptions {
  readonly maxColumns: number;
  readonly clock: () => number;
}

/**
 * Changes one event. It moves to the table of alerts with its first patch: out of the table it was in, or, from a sealed
 * segment, with a note that the row there no longer counts. The event as it was indexed is kept in `originals`.
 *
 * Null when the event's table is being sealed: to be asked again afterwards.
 */
export async function patchEvent(
  database: Database,
  catalog: Catalog,
  guid: string,
  sensorName: string | undefined,
  operations: readonly PatchOperation[],
  expectedVersion: number | undefined,
  options: PatchOptions,
): Promise<IndexedEvent | null> {
  const session = database.writer;
  const found = await findEvent(session, catalog, guid, sensorName);
  if (found === null) throw missingEvent(guid, sensorName);
  if (found.place.table?.closed === true) return null;
  const { event, sensor } = found;
  const patched = patchedEvent(event, operations, expectedVersion);
  const { source, version } = patched;
  let changed: HotTable | undefined;
  try {
    await session.transaction(async () => {
      if (event.version === 0) {
        await session.run('INSERT INTO originals VALUES ($guid, $sensor, $document, $now::DOUBLE)', {
          guid,
          sensor: sensor.name,
          document: JSON.stringify(event.source),
          now: options.clock(),
        });
      }
      const table = await catalog.openTable(session, sensor, true, options.clock());
      changed = table;
      const columns: [string, string][] = [];
      const chosen = new Map<string, string>();
      for (const name of Object.keys(source)) {
        const kind = columnKind(kindBit(source[name]), sensor.fields.get(name));
        if (kind === null) continue;
        const column = await catalog.column(session, sensor, name, kind, options.maxColumns);
        if (column === null) continue;
        chosen.set(name, column);
        columns.push([column, READ_TYPE[kind]]);
      }
      await catalog.addColumns(
        session,
        table,
        columns.map(([column]) => column),
      );
      // After the columns are there: a table cannot get columns in a transaction that already took rows from it.
      await removeRow(database, found, guid);
      columns.push(['more', 'VARCHAR'], ['nulls', 'VARCHAR']);
      const line = physicalLine(source, chosen);
      const shape = JSON.stringify(Object.fromEntries(columns));
      const names = columns.map(([column]) => identifier(column));
      await session.run(
        `INSERT INTO ${identifier(table.name)} (${names.join(', ')}, version, alert)
         SELECT ${names.map((name) => `e.${name}`).join(', ')}, $version::INTEGER, $alert::BOOLEAN
         FROM (SELECT from_json($line, $shape) AS e)`,
        {
          line,
          shape,
          version,
          alert: source['is_alert'] === true || String(source['is_alert']).toLowerCase() === 'true',
        },
      );
    });
  } catch (error) {
    catalog.change();
    await catalog.load(session);
    throw error;
  } finally {
    catalog.settle();
  }
  if (found.place.table !== null) found.place.table.rows--;
  if (changed !== undefined) changed.rows++;
  return patched;

  async function removeRow(db: Database, from: FoundEvent, id: string): Promise<void> {
    const { table, segments } = from.place;
    if (table !== null) {
      await db.writer.run(`DELETE FROM ${identifier(table.name)} WHERE guid = $id`, { id });
      return;
    }
    const segment = segments[0]!;
    catalog.change();
    await db.writer.run('INSERT INTO superseded VALUES ($segment, $row::DOUBLE, $id)', {
      segment: segment.id,
      row: from.rowNumber,
      id,
    });
    segment.superseded.add(from.rowNumber!);
  }
}

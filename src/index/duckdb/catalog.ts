import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Session } from './database.ts';
import { type ColumnKind, identifier, STORED_TYPE } from './names.ts';
import { textFactsOf } from './ngram-files.ts';
import { rawLinesOf } from './raw/raw-lines.ts';
import { readTemplate } from './raw/template.ts';
import { prepareSchema } from './schema.ts';
import {
  ALERT_COLUMNS,
  BASE_COLUMNS,
  type HotTable,
  ngramsFile,
  type Segment,
  valuesFile,
} from './segments.ts';
import { type Field, rememberColumn, type Sensor } from './sensors.ts';

/**
 * What tables, columns and segments there are. Held in memory and in the database; what a failed transaction added is
 * forgotten by loading it again.
 */
export class Catalog {
  readonly sensors = new Map<string, Sensor>();
  tables: HotTable[] = [];
  segments: Segment[] = [];
  readonly positions = new Map<string, Map<number, number>>();
  readonly #sensorsById = new Map<number, Sensor>();
  readonly folder: string;
  /** Grows when a change of tables, columns or segments begins and when it ends. */
  #epoch = 0;
  #changing = false;
  #settled: (() => void)[] = [];

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async create(session: Session, folder: string): Promise<Catalog> {
    await prepareSchema(session, folder);
    const catalog = new Catalog(folder);
    await catalog.load(session);
    return catalog;
  }

  /** To be called before tables, columns or segments change here and in the database; `settle` ends it. */
  change(): void {
    if (this.#changing) return;
    this.#changing = true;
    this.#epoch++;
  }

  settle(): void {
    if (!this.#changing) return;
    this.#changing = false;
    this.#epoch++;
    for (const resolve of this.#settled.splice(0)) resolve();
  }

  /** Runs `work` in a transaction that sees the database as this catalog describes it at that moment. */
  async snapshot<T>(session: Session, work: () => Promise<T>): Promise<T> {
    for (;;) {
      while (this.#changing) await new Promise<void>((resolve) => this.#settled.push(resolve));
      const epoch = this.#epoch;
      await session.run('BEGIN TRANSACTION READ ONLY');
      try {
        // A transaction's view begins with its first statement.
        await session.rows('SELECT 1 FROM positions LIMIT 1');
        if (this.#epoch === epoch) return await work();
      } finally {
        await session.run('ROLLBACK').catch(() => undefined);
      }
    }
  }

  async load(session: Session): Promise<void> {
    this.sensors.clear();
    this.#sensorsById.clear();
    this.positions.clear();
    for (const [id, name, overflowed] of await session.rows(
      'SELECT id, name, overflowed FROM sensors ORDER BY id',
    )) {
      this.#rememberSensor(Number(id), String(name), overflowed === true);
    }
    for (const [sensorId, id, name, kinds] of await session.rows(
      'SELECT sensor, id, name, kinds FROM fields ORDER BY sensor, id',
    )) {
      const sensor = this.#sensorsById.get(Number(sensorId))!;
      const field = sensor.fields.get(String(name)) ?? { id: 0, name: String(name), columns: new Map() };
      field.id = Number(id);
      sensor.lastFieldId = Math.max(sensor.lastFieldId, field.id);
      sensor.fields.set(field.name, field);
      for (const kind of String(kinds)) rememberColumn(sensor, field, kind as ColumnKind);
    }
    for (const [sensorId, id, text] of await session.rows('SELECT sensor, id, template FROM templates')) {
      const template = readTemplate(Number(id), String(text));
      this.#sensorsById.get(Number(sensorId))!.templates.set(template.id, template);
    }
    const columns = new Map<string, Set<string>>();
    for (const [table, column] of await session.rows(
      'SELECT table_name, column_name FROM duckdb_columns()',
    )) {
      const name = String(table);
      let set = columns.get(name);
      if (set === undefined) columns.set(name, (set = new Set()));
      set.add(String(column));
    }
    this.tables = [];
    for (const [name, sensorId, generation, alerts, createdAt, closed] of await session.rows(
      'SELECT name, sensor, generation, alerts, created_at, closed FROM hot_tables ORDER BY sensor, generation',
    )) {
      const table = String(name);
      const count = await session.rows(`SELECT count(*)::DOUBLE FROM ${identifier(table)}`);
      this.tables.push({
        name: table,
        sensor: this.#sensorsById.get(Number(sensorId))!,
        generation: Number(generation),
        alerts: alerts === true,
        createdAt: Number(createdAt),
        closed: closed === true,
        columns: columns.get(table) ?? new Set(),
        rows: Number(count[0]![0]),
      });
    }
    const superseded = new Map<number, Set<number>>();
    for (const [segment, row] of await session.rows('SELECT segment, row_number FROM superseded')) {
      const id = Number(segment);
      let set = superseded.get(id);
      if (set === undefined) superseded.set(id, (set = new Set()));
      set.add(Number(row));
    }
    // They never change, and this runs at each sealing: what is known of them is not read from their texts again.
    const known = new Map(this.segments.map((segment) => [segment.id, segment]));
    this.segments = (
      await session.rows(
        `SELECT id, sensor, alerts, file, row_count, bytes, min_time, max_time, timed, min_guid, max_guid, sealed_at, columns, lower_columns, raw_lines, value_columns, caseless_columns, text_facts
         FROM segments ORDER BY id`,
      )
    ).map((row) => {
      const sensor = this.#sensorsById.get(Number(row[1]))!;
      const file = String(row[3]);
      const id = Number(row[0]);
      const before = known.get(id);
      if (before?.file === file) return { ...before, sensor, superseded: superseded.get(id) ?? new Set() };
      const valuesPath = join(this.folder, 'segments', valuesFile(file));
      const ngramsPath = join(this.folder, 'segments', ngramsFile(file));
      return {
        id,
        sensor,
        alerts: row[2] === true,
        file,
        path: join(this.folder, 'segments', file),
        rows: Number(row[4]),
        bytes: Number(row[5]),
        minTime: row[6] === null ? null : Number(row[6]),
        maxTime: row[7] === null ? null : Number(row[7]),
        timed: Number(row[8]),
        minGuid: String(row[9]),
        maxGuid: String(row[10]),
        sealedAt: Number(row[11]),
        columns: new Set(String(row[12]).split(',')),
        lower: new Set(String(row[13]).split(',')),
        superseded: superseded.get(id) ?? new Set(),
        caseless: new Set(typeof row[16] === 'string' ? row[16].split(',') : []),
        raw: rawLinesOf(row[14], sensor.templates),
        valueColumns: valueColumns(row[15], valuesPath),
        valuesPath,
        texts: textFactsOf(row[17], existsSync(ngramsPath)),
        ngramsPath,
      };
    });
    for (const [topic, part, next] of await session.rows('SELECT topic, part, next_offset FROM positions')) {
      this.rememberPosition(String(topic), Number(part), Number(next));
    }
  }

  position(topic: string, partition: number): number {
    return this.positions.get(topic)?.get(partition) ?? 0;
  }

  rememberPosition(topic: string, partition: number, nextOffset: number): void {
    let partitions = this.positions.get(topic);
    if (partitions === undefined) this.positions.set(topic, (partitions = new Map()));
    partitions.set(partition, nextOffset);
  }

  #rememberSensor(id: number, name: string, overflowed: boolean): Sensor {
    const sensor: Sensor = {
      id,
      name,
      fields: new Map(),
      byColumn: new Map(),
      columnCount: 0,
      overflowed,
      lastFieldId: 0,
      templates: new Map(),
    };
    // The two fields that every store of events needs have columns by name.
    const guid: Field = { id: 0, name: 'guid', columns: new Map([['t', 'guid']]) };
    const time: Field = { id: 0, name: 'timestamp', columns: new Map([['i', 'ts']]) };
    sensor.fields.set('guid', guid);
    sensor.fields.set('timestamp', time);
    sensor.byColumn.set('guid', { field: guid, kind: 't' });
    sensor.byColumn.set('ts', { field: time, kind: 'i' });
    this.sensors.set(name, sensor);
    this.#sensorsById.set(id, sensor);
    return sensor;
  }

  /** The sensor of this name, made within the running transaction when new. */
  async sensor(session: Session, name: string): Promise<Sensor> {
    const known = this.sensors.get(name);
    if (known !== undefined) return known;
    const id = this.#sensorsById.size + 1;
    this.change();
    await session.run('INSERT INTO sensors VALUES ($id, $name, false)', { id, name });
    return this.#rememberSensor(id, name, false);
  }

  /** The column for values of a kind, made within the running transaction when new; null when the sensor has too many. */
  async column(
    session: Session,
    sensor: Sensor,
    name: string,
    kind: ColumnKind,
    limit: number,
  ): Promise<string | null> {
    let field = sensor.fields.get(name);
    const known = field?.columns.get(kind);
    if (known !== undefined) return known;
    if (sensor.columnCount >= limit) {
      if (!sensor.overflowed) {
        this.change();
        await session.run('UPDATE sensors SET overflowed = true WHERE id = $id', { id: sensor.id });
        sensor.overflowed = true;
      }
      return null;
    }
    this.change();
    if (field === undefined) sensor.fields.set(name, (field = { id: 0, name, columns: new Map() }));
    if (field.id === 0) {
      field.id = ++sensor.lastFieldId;
      await session.run('INSERT INTO fields VALUES ($sensor, $id, $name, $kind)', {
        sensor: sensor.id,
        id: field.id,
        name,
        kind,
      });
    } else {
      await session.run('UPDATE fields SET kinds = kinds || $kind WHERE sensor = $sensor AND id = $id', {
        sensor: sensor.id,
        id: field.id,
        kind,
      });
    }
    return rememberColumn(sensor, field, kind);
  }

  /** The table that takes in this sensor's events, made within the running transaction when there is none. */
  async openTable(session: Session, sensor: Sensor, alerts: boolean, now: number): Promise<HotTable> {
    const open = this.tables.find((t) => t.sensor === sensor && t.alerts === alerts && !t.closed);
    if (open !== undefined) return open;
    this.change();
    const generation = await this.#nextGeneration(session, sensor, alerts);
    const name = `${alerts ? 'alerts' : 'events'}_${sensor.id}_${generation}`;
    const extra = alerts ? ', version INTEGER NOT NULL DEFAULT 0, alert BOOLEAN NOT NULL DEFAULT true' : '';
    await session.run(
      `CREATE TABLE ${identifier(name)} (guid VARCHAR NOT NULL, ts BIGINT, more VARCHAR, nulls VARCHAR${extra})`,
    );
    await session.run(
      'INSERT INTO hot_tables VALUES ($name, $sensor, $generation, $alerts, $now::DOUBLE, false)',
      {
        name,
        sensor: sensor.id,
        generation,
        alerts,
        now,
      },
    );
    const table: HotTable = {
      name,
      sensor,
      generation,
      alerts,
      createdAt: now,
      columns: new Set<string>(alerts ? [...BASE_COLUMNS, ...ALERT_COLUMNS] : BASE_COLUMNS),
      rows: 0,
      closed: false,
    };
    this.tables.push(table);
    return table;
  }

  async #nextGeneration(session: Session, sensor: Sensor, alerts: boolean): Promise<number> {
    const rows = await session.rows(
      `SELECT coalesce(max(g), 0)::DOUBLE FROM (
         SELECT max(generation) AS g FROM hot_tables WHERE sensor = $sensor AND alerts = $alerts
         UNION ALL SELECT max(id) FROM segments WHERE sensor = $sensor)`,
      { sensor: sensor.id, alerts },
    );
    return Number(rows[0]![0]) + 1;
  }

  async addColumns(session: Session, table: HotTable, columns: Iterable<string>): Promise<void> {
    for (const column of columns) {
      if (table.columns.has(column)) continue;
      this.change();
      const type = STORED_TYPE[table.sensor.byColumn.get(column)!.kind];
      await session.run(`ALTER TABLE ${identifier(table.name)} ADD COLUMN ${identifier(column)} ${type}`);
      table.columns.add(column);
    }
  }
}

/** Without the file, which only makes searches faster, there are none. */
function valueColumns(text: unknown, path: string): ReadonlySet<string> {
  return new Set(typeof text === 'string' && text !== '' && existsSync(path) ? text.split(',') : []);
}

import { join } from 'node:path';
import { type EncodedEvents, FieldKind, type IndexBatch, type WriteReport } from '../event-index.ts';
import type { Catalog } from './catalog.ts';
import { type Database, isFatal, storeError } from './database.ts';
import { findDuplicates } from './duplicates.ts';
import { kindBit, parseObject, physicalLine } from './lines.ts';
import { type Choice, type Choices, Load, removeLoadFile, writeLoadFile } from './load.ts';
import type { ColumnKind } from './names.ts';
import type { HotTable } from './segments.ts';
import { columnKind, type Sensor } from './sensors.ts';

type Refused = WriteReport['refused'][number];

export interface WriterOptions {
  readonly maxColumns: number;
  readonly clock: () => number;
}

/** How the lines of a batch are read. */
interface Reading {
  /** Columns for the fields as they are named; null when every line must be written anew. */
  readonly choices: Choices | null;
  /** Lines with a null must be: DuckDB cannot tell it from absence. */
  readonly nulls: boolean;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The key under which a line lists its null fields. A sensor that has such a field gets its lines written anew. */
const NULLS_KEY = '$nulls';

/** Brings batches into the hot tables. Not concurrent: callers run it one at a time. */
export class Writer {
  readonly #database: Database;
  readonly #catalog: Catalog;
  readonly #options: WriterOptions;
  readonly #file: string;

  constructor(database: Database, catalog: Catalog, options: WriterOptions) {
    this.#database = database;
    this.#catalog = catalog;
    this.#options = options;
    this.#file = join(database.folder, 'tmp', 'load.ndjson');
  }

  /** All batches in one transaction; one report for each call whose batches came together. */
  async write(calls: readonly (readonly IndexBatch[])[]): Promise<WriteReport[]> {
    const refused = new Map<string, Refused>();
    for (;;) {
      const loads: Load[] = [];
      try {
        const reports = await this.#database.writer.transaction(() => this.#fill(calls, loads, refused));
        for (const load of loads) this.#table(load).rows += load.count;
        return reports.map((report, i) => (i === 0 ? { ...report, refused: [...refused.values()] } : report));
      } catch (error) {
        const failure = storeError(error);
        if (isFatal(error)) throw failure;
        this.#catalog.change();
        await this.#catalog.load(this.#database.writer);
        if (failure.code !== 'SKP_INDEX_STORE') throw failure;
        // Some line may be one that DuckDB does not read: find it, leave it out, write the rest.
        const before = refused.size;
        for (const load of loads) await this.#probe(load, refused);
        if (refused.size === before) throw failure;
      } finally {
        this.#catalog.settle();
        removeLoadFile(this.#file);
      }
    }
  }

  async #fill(
    calls: readonly (readonly IndexBatch[])[],
    loads: Load[],
    refused: ReadonlyMap<string, Refused>,
  ): Promise<WriteReport[]> {
    const session = this.#database.writer;
    const moved = new Map<string, { topic: string; partition: number; nextOffset: number }>();
    const reports: WriteReport[] = [];
    const seen = new Map<string, Set<string>>();
    for (const batches of calls) {
      let written = 0;
      let duplicates = 0;
      for (const batch of batches) {
        const { source } = batch;
        let compare = source === null || batch.mayRepeat === true;
        if (source !== null) {
          const key = `${source.partition} ${source.topic}`;
          const position =
            moved.get(key)?.nextOffset ?? this.#catalog.position(source.topic, source.partition);
          if (source.nextOffset <= position) {
            for (const events of batch.events) duplicates += events.count;
            continue;
          }
          compare ||= source.fromOffset < position;
          moved.set(key, source);
        }
        for (const events of batch.events) {
          const skip = compare ? await findDuplicates(session, this.#catalog, events, seen) : null;
          duplicates += skip?.size ?? 0;
          written += await this.#add(events, skip, loads, refused);
        }
      }
      reports.push({ written, duplicates, refused: [] });
    }
    for (const load of loads) await this.#load(load, load.parts);
    for (const { topic, partition, nextOffset } of moved.values()) {
      const known = this.#catalog.positions.get(topic)?.has(partition) === true;
      await session.run(
        known
          ? 'UPDATE positions SET next_offset = $next::DOUBLE WHERE topic = $topic AND part = $partition'
          : 'INSERT INTO positions VALUES ($topic, $partition, $next::DOUBLE)',
        { topic, partition, next: nextOffset },
      );
      this.#catalog.rememberPosition(topic, partition, nextOffset);
    }
    return reports;
  }

  /** Puts events into loads; returns how many. */
  async #add(
    events: EncodedEvents,
    skip: ReadonlySet<number> | null,
    loads: Load[],
    refused: ReadonlyMap<string, Refused>,
  ): Promise<number> {
    const sensor = await this.#catalog.sensor(this.#database.writer, events.sensor);
    const reading = await this.#readingOf(sensor, events);
    const dropping = (skip !== null && skip.size > 0) || refused.size > 0;
    if (reading.choices !== null && !reading.nulls && !dropping && events.alerts.length === 0) {
      this.#loadFor(loads, sensor, false, reading.choices).add(
        events.ndjson,
        events.count,
        longestLine(events.lineEnds),
      );
      return events.count;
    }
    return this.#addByLine(events, sensor, reading, skip, loads, refused);
  }

  async #addByLine(
    events: EncodedEvents,
    sensor: Sensor,
    { choices, nulls }: Reading,
    skip: ReadonlySet<number> | null,
    loads: Load[],
    refused: ReadonlyMap<string, Refused>,
  ): Promise<number> {
    const alerts = new Set(events.alerts);
    const marks = choices === null ? undefined : events.nulls;
    const bytes = Buffer.from(events.ndjson.buffer, events.ndjson.byteOffset, events.ndjson.byteLength);
    // Also texts that hold these five characters: they are written anew for nothing.
    let nextNull = nulls && marks === undefined ? bytes.indexOf(':null') : -1;
    let added = 0;
    let start = 0;
    for (let i = 0; i < events.count; i++) {
      const end = events.lineEnds[i] ?? start;
      let line = events.ndjson.subarray(start, end);
      const hasNull = nextNull >= 0 && nextNull < end;
      if (hasNull) nextNull = bytes.indexOf(':null', end);
      start = end;
      if (skip?.has(i) === true) continue;
      if (refused.size > 0 && refused.has(decoder.decode(line))) continue;
      let load: Load;
      const names = marks?.get(i);
      if (choices !== null && !hasNull) {
        load = this.#loadFor(loads, sensor, alerts.has(i), choices);
        if (names !== undefined) {
          line = withNulls(line, names, load);
          if (refused.size > 0 && refused.has(decoder.decode(line))) continue;
        }
      } else {
        load = this.#physicalLoad(loads, sensor, alerts.has(i));
        const event = parseObject(decoder.decode(line));
        if (event !== null) {
          const text = `${physicalLine(event, await this.#columnsFor(sensor, event, load))}\n`;
          if (refused.size > 0 && refused.has(text)) continue;
          line = encoder.encode(text);
        }
      }
      load.add(line, 1, line.byteLength);
      added++;
    }
    return added;
  }

  async #readingOf(sensor: Sensor, events: EncodedEvents): Promise<Reading> {
    const choices = new Map<string, Choice>();
    const folded = new Set([NULLS_KEY]);
    let nulls = false;
    const anew: Reading = { choices: null, nulls: true };
    for (const name of Object.keys(events.fields)) {
      const bits = events.fields[name] ?? 0;
      if ((bits & FieldKind.null) !== 0) nulls = true;
      if (bits === FieldKind.null) continue;
      const kind = columnKind(bits, sensor.fields.get(name));
      const lower = name.toLowerCase();
      if (kind === null || folded.has(lower) || name.includes('\0') || name === '') return anew;
      folded.add(lower);
      const column = await this.#column(sensor, name, kind);
      if (column === null) return anew;
      choices.set(name, { column, kind });
    }
    return { choices, nulls };
  }

  /** Columns for one event, which `load` then reads. */
  async #columnsFor(
    sensor: Sensor,
    event: Readonly<Record<string, unknown>>,
    load: Load,
  ): Promise<Map<string, string>> {
    const chosen = new Map<string, string>();
    for (const name of Object.keys(event)) {
      const field = sensor.fields.get(name);
      const kind = columnKind(kindBit(event[name]), field);
      if (kind === null) continue;
      const column = field?.columns.get(kind) ?? (await this.#column(sensor, name, kind));
      if (column === null) continue;
      chosen.set(name, column);
      if (!load.keys.has(column)) load.keys.set(column, { column, kind });
    }
    return chosen;
  }

  #column(sensor: Sensor, name: string, kind: ColumnKind): Promise<string | null> {
    return this.#catalog.column(this.#database.writer, sensor, name, kind, this.#options.maxColumns);
  }

  #loadFor(loads: Load[], sensor: Sensor, alerts: boolean, choices: Choices): Load {
    for (let i = loads.length - 1; i >= 0; i--) {
      const load = loads[i]!;
      if (!load.physical && load.sensor === sensor && load.alerts === alerts && load.accepts(choices))
        return load;
    }
    const load = new Load(sensor, alerts, false);
    load.accepts(choices);
    loads.push(load);
    return load;
  }

  #physicalLoad(loads: Load[], sensor: Sensor, alerts: boolean): Load {
    let load = loads.findLast((l) => l.physical && l.sensor === sensor && l.alerts === alerts);
    if (load === undefined) loads.push((load = new Load(sensor, alerts, true)));
    return load;
  }

  #table(load: Load): HotTable {
    return this.#catalog.tables.find(
      (t) => t.sensor === load.sensor && t.alerts === load.alerts && !t.closed,
    )!;
  }

  async #load(load: Load, parts: readonly Uint8Array[]): Promise<void> {
    const session = this.#database.writer;
    const { sensor } = load;
    const table = await this.#catalog.openTable(session, sensor, load.alerts, this.#options.clock());
    const columns = load.columns().filter((column) => sensor.byColumn.has(column));
    await this.#catalog.addColumns(session, table, columns);
    writeLoadFile(this.#file, parts);
    await session.run(load.statement(table, this.#file));
  }

  /** Finds lines that cannot be read by halving, each try in a transaction that is undone. */
  async #probe(load: Load, refused: Map<string, Refused>): Promise<void> {
    const session = this.#database.writer;
    const lines = load.lines();
    const attempt = async (from: number, to: number): Promise<string | null> => {
      await session.run('BEGIN TRANSACTION');
      try {
        await this.#load(load, lines.slice(from, to));
        return null;
      } catch (error) {
        const failure = storeError(error);
        if (failure.code !== 'SKP_INDEX_STORE' || isFatal(error)) throw failure;
        return failure.message;
      } finally {
        await session.run('ROLLBACK').catch(() => undefined);
        // Forget the columns and tables that the try made.
        await this.#catalog.load(session);
      }
    };
    const search = async (from: number, to: number): Promise<void> => {
      const reason = await attempt(from, to);
      if (reason === null) return;
      if (to - from === 1) {
        const line = decoder.decode(lines[from]);
        refused.set(line, { sensor: load.sensor.name, line: line.trimEnd(), reason });
        return;
      }
      const middle = (from + to) >> 1;
      await search(from, middle);
      await search(middle, to);
    };
    await search(0, lines.length);
  }
}

function longestLine(ends: Uint32Array): number {
  let longest = 0;
  let start = 0;
  for (const end of ends) {
    if (end - start > longest) longest = end - start;
    start = end;
  }
  return longest;
}

/** The line with one key more, which names its null fields. */
function withNulls(line: Uint8Array, names: readonly string[], load: Load): Uint8Array {
  load.keys.set(NULLS_KEY, { column: 'nulls', kind: 't' });
  const list = `,"${NULLS_KEY}":${JSON.stringify(JSON.stringify(names))}}\n`;
  const marked = Buffer.allocUnsafe(line.byteLength - 2 + Buffer.byteLength(list));
  marked.set(line.subarray(0, line.byteLength - 2));
  marked.write(list, line.byteLength - 2);
  return marked;
}

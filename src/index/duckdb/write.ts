import { closeSync, openSync, unlinkSync, writevSync } from 'node:fs';
import { join } from 'node:path';
import { type EncodedEvents, FieldKind, type IndexBatch, type WriteReport } from '../event-index.ts';
import { type Catalog, columnKind, type HotTable, type Sensor } from './catalog.ts';
import { type Database, isFatal, storeError } from './database.ts';
import { findDuplicates } from './duplicates.ts';
import { kindBit, parseObject, physicalLine } from './lines.ts';
import { type ColumnKind, identifier, literal, pathLiteral, READ_TYPE } from './names.ts';

/** Lines that DuckDB reads in one statement: which key of them goes into which column. */
interface Load {
  readonly sensor: Sensor;
  readonly alerts: boolean;
  readonly keys: Map<string, { readonly column: string; readonly kind: ColumnKind }>;
  /** Keys in lower case: DuckDB does not tell `Host` from `host`. */
  readonly folded: Map<string, string>;
  readonly physical: boolean;
  readonly parts: Uint8Array[];
  /** Each line of `parts`, for finding the one that is refused. */
  count: number;
  longest: number;
  /** Columns checked last: a batch comes line by line. */
  lastChoices?: Choices;
}

type Refused = { readonly sensor: string; readonly line: string; readonly reason: string };

export interface WriterOptions {
  readonly maxColumns: number;
  readonly clock: () => number;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

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
    const refusedLines = new Set<string>();
    const refused: Refused[] = [];
    for (;;) {
      const loads: Load[] = [];
      try {
        const reports = await this.#database.writer.transaction(() => this.#fill(calls, loads, refusedLines));
        for (const load of loads) this.#table(load).rows += load.count;
        return reports.map((report, i) => (i === 0 ? { ...report, refused } : report));
      } catch (error) {
        const failure = storeError(error);
        if (isFatal(error)) throw failure;
        this.#catalog.change();
        await this.#catalog.load(this.#database.writer);
        if (failure.code !== 'SKP_INDEX_STORE' || loads.length === 0) throw failure;
        // Some line may be one that DuckDB does not read: find it, leave it out, write the rest.
        const before = refused.length;
        for (const load of loads) await this.#probe(load, refused, refusedLines);
        if (refused.length === before) throw failure;
      } finally {
        this.#catalog.settle();
        this.#removeFile();
      }
    }
  }

  async #fill(
    calls: readonly (readonly IndexBatch[])[],
    loads: Load[],
    refusedLines: ReadonlySet<string>,
  ): Promise<{ written: number; duplicates: number; refused: Refused[] }[]> {
    const session = this.#database.writer;
    const moved = new Map<string, { topic: string; partition: number; nextOffset: number }>();
    const reports = [];
    const seen = new Map<string, Set<string>>();
    for (const batches of calls) {
      const report = { written: 0, duplicates: 0, refused: [] as Refused[] };
      for (const batch of batches) {
        const { source } = batch;
        let compare = source === null;
        if (source !== null) {
          const key = `${source.partition} ${source.topic}`;
          const position =
            moved.get(key)?.nextOffset ?? this.#catalog.position(source.topic, source.partition);
          if (source.nextOffset <= position) {
            for (const events of batch.events) report.duplicates += events.count;
            continue;
          }
          compare = source.fromOffset < position;
          moved.set(key, { topic: source.topic, partition: source.partition, nextOffset: source.nextOffset });
        }
        for (const events of batch.events) {
          const skip = compare ? await findDuplicates(session, this.#catalog, events, seen) : null;
          report.duplicates += skip?.size ?? 0;
          report.written += await this.#add(events, skip, loads, refusedLines);
        }
      }
      reports.push(report);
    }
    for (const load of loads) await this.#load(load);
    for (const { topic, partition, nextOffset } of moved.values()) {
      await session.run('INSERT OR REPLACE INTO positions VALUES ($topic, $partition, $next::DOUBLE)', {
        topic,
        partition,
        next: nextOffset,
      });
    }
    for (const { topic, partition, nextOffset } of moved.values()) {
      this.#catalog.rememberPosition(topic, partition, nextOffset);
    }
    return reports;
  }

  /** Puts events into loads; returns how many. */
  async #add(
    events: EncodedEvents,
    skip: ReadonlySet<number> | null,
    loads: Load[],
    refusedLines: ReadonlySet<string>,
  ): Promise<number> {
    const sensor = await this.#catalog.sensor(this.#database.writer, events.sensor);
    const choices = await this.#directChoices(sensor, events);
    const dropping = (skip !== null && skip.size > 0) || refusedLines.size > 0;
    if (choices !== null && !dropping && events.alerts.length === 0) {
      const load = this.#loadFor(loads, sensor, false, choices);
      load.parts.push(events.ndjson);
      load.count += events.count;
      load.longest = Math.max(load.longest, longestLine(events.lineEnds));
      return events.count;
    }
    return this.#addByLine(events, sensor, choices, skip, loads, refusedLines);
  }

  async #addByLine(
    events: EncodedEvents,
    sensor: Sensor,
    choices: Choices | null,
    skip: ReadonlySet<number> | null,
    loads: Load[],
    refusedLines: ReadonlySet<string>,
  ): Promise<number> {
    const alerts = new Set(events.alerts);
    let added = 0;
    let start = 0;
    for (let i = 0; i < events.count; i++) {
      const end = events.lineEnds[i] ?? start;
      let line = events.ndjson.subarray(start, end);
      start = end;
      if (skip?.has(i) === true) continue;
      if (refusedLines.size > 0 && refusedLines.has(decoder.decode(line))) continue;
      let load: Load;
      if (choices !== null) {
        load = this.#loadFor(loads, sensor, alerts.has(i), choices);
      } else {
        const event = parseObject(decoder.decode(line));
        load = this.#physicalLoad(loads, sensor, alerts.has(i));
        if (event !== null)
          line = encoder.encode(`${physicalLine(event, await this.#columnsFor(sensor, event, load))}\n`);
      }
      const last = load.parts.at(-1);
      // Neighbours in memory stay one part.
      if (
        last !== undefined &&
        last.buffer === line.buffer &&
        last.byteOffset + last.byteLength === line.byteOffset
      ) {
        load.parts[load.parts.length - 1] = new Uint8Array(
          line.buffer,
          last.byteOffset,
          last.byteLength + line.byteLength,
        );
      } else {
        load.parts.push(line);
      }
      load.count++;
      load.longest = Math.max(load.longest, line.byteLength);
      added++;
    }
    return added;
  }

  /** Columns for the fields as they are named in the lines; null when the lines must be written anew. */
  async #directChoices(sensor: Sensor, events: EncodedEvents): Promise<Choices | null> {
    const choices: Choices = new Map();
    const folded = new Set<string>();
    for (const name of Object.keys(events.fields)) {
      const bits = events.fields[name] ?? 0;
      // Null: DuckDB cannot tell it from absence.
      if ((bits & FieldKind.null) !== 0) return null;
      const kind = columnKind(bits, sensor.fields.get(name));
      const lower = name.toLowerCase();
      if (kind === null || folded.has(lower) || name.includes('\0') || name === '') return null;
      folded.add(lower);
      const column = await this.#catalog.column(
        this.#database.writer,
        sensor,
        name,
        kind,
        this.#options.maxColumns,
      );
      if (column === null) return null;
      choices.set(name, { column, kind });
    }
    return choices;
  }

  async #columnsFor(
    sensor: Sensor,
    event: Record<string, unknown>,
    load: Load,
  ): Promise<{ column: (f: string, k: ColumnKind) => string | null }> {
    const chosen = new Map<string, string | null>();
    for (const name of Object.keys(event)) {
      const field = sensor.fields.get(name);
      const kind = columnKind(kindBit(event[name]), field);
      if (kind === null) continue;
      const column = await this.#catalog.column(
        this.#database.writer,
        sensor,
        name,
        kind,
        this.#options.maxColumns,
      );
      chosen.set(name, column);
      if (column !== null) load.keys.set(column, { column, kind });
    }
    return { column: (name) => chosen.get(name) ?? null };
  }

  #loadFor(loads: Load[], sensor: Sensor, alerts: boolean, choices: Choices): Load {
    let load = loads.findLast(
      (l) => !l.physical && l.sensor === sensor && l.alerts === alerts && fits(l, choices),
    );
    if (load === undefined) {
      load = {
        sensor,
        alerts,
        keys: new Map(),
        folded: new Map(),
        physical: false,
        parts: [],
        count: 0,
        longest: 0,
      };
      loads.push(load);
    }
    if (load.lastChoices === choices) return load;
    load.lastChoices = choices;
    for (const [key, choice] of choices) {
      load.keys.set(key, choice);
      load.folded.set(key.toLowerCase(), key);
    }
    return load;
  }

  #physicalLoad(loads: Load[], sensor: Sensor, alerts: boolean): Load {
    let load = loads.findLast((l) => l.physical && l.sensor === sensor && l.alerts === alerts);
    if (load === undefined) {
      load = {
        sensor,
        alerts,
        keys: new Map(),
        folded: new Map(),
        physical: true,
        parts: [],
        count: 0,
        longest: 0,
      };
      for (const column of ['guid', 'more', 'nulls']) load.keys.set(column, { column, kind: 't' });
      loads.push(load);
    }
    return load;
  }

  #table(load: Load): HotTable {
    return this.#catalog.tables.find(
      (t) => t.sensor === load.sensor && t.alerts === load.alerts && !t.closed,
    )!;
  }

  async #load(load: Load, parts: readonly Uint8Array[] = load.parts): Promise<void> {
    const session = this.#database.writer;
    const table = await this.#catalog.openTable(session, load.sensor, load.alerts, this.#options.clock());
    const columns = [...load.keys.values()].map((k) => k.column);
    await this.#catalog.addColumns(
      session,
      table,
      columns.filter((c) => load.sensor.byColumn.has(c)),
    );
    this.#writeFile(parts);
    await session.run(loadStatement(load, table, this.#file));
  }

  #writeFile(parts: readonly Uint8Array[]): void {
    try {
      const file = openSync(this.#file, 'w', 0o600);
      try {
        // Linux takes at most 1,024 buffers a call and may write fewer bytes than asked.
        for (let i = 0; i < parts.length; i += 1000) writeAll(file, parts.slice(i, i + 1000));
      } finally {
        closeSync(file);
      }
    } catch (error) {
      throw storeError(error);
    }
  }

  #removeFile(): void {
    try {
      unlinkSync(this.#file);
    } catch {
      // It was never written.
    }
  }

  /** Finds lines that cannot be read by halving, each try in a transaction that is undone. */
  async #probe(load: Load, refused: Refused[], refusedLines: Set<string>): Promise<void> {
    const lines = splitLines(load.parts);
    const attempt = async (from: number, to: number): Promise<string | null> => {
      const session = this.#database.writer;
      await session.run('BEGIN TRANSACTION');
      try {
        await this.#load(load, lines.slice(from, to));
        return null;
      } catch (error) {
        const failure = storeError(error);
        if (failure.code !== 'SKP_INDEX_STORE') throw failure;
        return failure.message;
      } finally {
        await session.run('ROLLBACK').catch(() => undefined);
        await this.#catalog.load(session);
      }
    };
    const search = async (from: number, to: number): Promise<void> => {
      const reason = await attempt(from, to);
      if (reason === null) return;
      if (to - from === 1) {
        const line = decoder.decode(lines[from]);
        refusedLines.add(line);
        refused.push({ sensor: load.sensor.name, line: line.trimEnd(), reason });
        return;
      }
      const middle = (from + to) >> 1;
      await search(from, middle);
      await search(middle, to);
    };
    await search(0, lines.length);
  }
}

type Choices = Map<string, { readonly column: string; readonly kind: ColumnKind }>;

/** Whether events with these columns can be read together with those of a load. */
function fits(load: Load, choices: Choices): boolean {
  if (load.lastChoices === choices) return true;
  for (const [key, choice] of choices) {
    const present = load.keys.get(key);
    if (present === undefined ? load.folded.has(key.toLowerCase()) : present.column !== choice.column)
      return false;
  }
  return true;
}

function loadStatement(load: Load, table: HotTable, file: string): string {
  const reads: string[] = [];
  const selects: string[] = [];
  for (const [key, { column, kind }] of load.keys) {
    reads.push(`${literal(key)}: '${READ_TYPE[kind]}'`);
    selects.push(`${identifier(key)} AS ${identifier(column)}`);
  }
  // The reader takes twice the size of the largest object for each thread.
  const largest = Math.max(1 << 20, load.longest + 1024);
  return `INSERT INTO ${identifier(table.name)} BY NAME SELECT ${selects.join(', ')}
    FROM read_json(${pathLiteral(file)}, format = 'newline_delimited', maximum_object_size = ${largest},
      columns = {${reads.join(', ')}})`;
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

function splitLines(parts: readonly Uint8Array[]): Uint8Array[] {
  const lines: Uint8Array[] = [];
  for (const part of parts) {
    for (let start = 0; start < part.byteLength; ) {
      const newline = part.indexOf(0x0a, start);
      const end = newline < 0 ? part.byteLength : newline + 1;
      lines.push(part.subarray(start, end));
      start = end;
    }
  }
  return lines;
}

function writeAll(file: number, parts: readonly Uint8Array[]): void {
  let rest = parts;
  for (;;) {
    let written = writevSync(file, rest);
    let i = 0;
    while (i < rest.length && written >= rest[i]!.byteLength) written -= rest[i++]!.byteLength;
    if (i === rest.length) return;
    rest = [rest[i]!.subarray(written), ...rest.slice(i + 1)];
  }
}

import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Catalog } from './catalog.ts';
import type { Database } from './database.ts';
import type { Mutex } from './mutex.ts';
import { identifier } from './names.ts';
import { storedTextFacts } from './ngram-files.ts';
import { storedRawLines } from './raw/raw-lines.ts';
import { type WrittenSegment, writeSegment } from './segment-file.ts';
import { filesOf, type HotTable, type Segment } from './segments.ts';
import type { Settings } from './settings.ts';

/**
 * Turns tables into Parquet segments, and deletes segments that are too old or too many.
 *
 * A table that is due is closed: the next write makes a new one. Then it is copied into a file beside the writing, and one
 * transaction puts the segment in and drops the table. A stop in between leaves a file that no transaction knows of, which
 * the next start removes, and the closed table, which is sealed then.
 */
export class Sealer {
  readonly #database: Database;
  readonly #catalog: Catalog;
  readonly #changes: Mutex;
  readonly #settings: Settings;
  #running: Promise<void> | undefined;
  /** Files of deleted segments; searches that began before may still read them. */
  #doomed: { path: string; after: number }[] = [];
  #cleaned = false;

  constructor(database: Database, catalog: Catalog, changes: Mutex, settings: Settings) {
    this.#database = database;
    this.#catalog = catalog;
    this.#changes = changes;
    this.#settings = settings;
  }

  /** Starts sealing when a table is full, beside the caller. */
  wake(): void {
    if (this.#running === undefined && this.#due(Number.NEGATIVE_INFINITY).length > 0) {
      void this.run(this.#settings.clock()).catch(this.#settings.onError);
    }
  }

  /** Resolves when no sealing is under way. */
  async idle(): Promise<void> {
    await this.#running?.catch(() => undefined);
  }

  run(now: number): Promise<void> {
    this.#running ??= this.#round(now).finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  #due(now: number): HotTable[] {
    return this.#catalog.tables.filter((table) => {
      const rows = table.alerts ? this.#settings.sealAlertRows : this.#settings.sealRows;
      if (table.closed || table.rows >= rows) return true;
      return !table.alerts && table.rows > 0 && now - table.createdAt >= this.#settings.sealAgeMs;
    });
  }

  async #round(now: number): Promise<void> {
    if (!this.#cleaned) this.#removeOrphans();
    for (const { name } of this.#due(now)) {
      // Looked up anew: the catalog was loaded again after the one before.
      const table = this.#catalog.tables.find((t) => t.name === name);
      if (table !== undefined) await this.#seal(table, now);
    }
    await this.#expire(now);
    this.#removeDoomed(now);
  }

  async #seal(table: HotTable, now: number): Promise<void> {
    if (!table.closed) {
      await this.#changes.run(async () => {
        await this.#database.writer.run('UPDATE hot_tables SET closed = true WHERE name = $name', {
          name: table.name,
        });
        // The catalog may have been loaded again while this waited for its turn.
        for (const t of this.#catalog.tables) if (t.name === table.name) t.closed = true;
      });
    }
    const id = this.#nextSegment();
    const file = `${String(id).padStart(8, '0')}.parquet`;
    const folder = join(this.#database.folder, 'segments');
    const segment = await writeSegment(this.#database.sealer, table, folder, file, this.#settings);
    await this.#changes.run(async () => {
      this.#catalog.change();
      const { writer } = this.#database;
      try {
        await writer.transaction(async () => {
          if (segment !== null) await this.#enter(id, file, table, segment, now);
          if (table.alerts) await this.#keepPatched(table, now);
          await writer.run(`DROP TABLE ${identifier(table.name)}`);
          await writer.run('DELETE FROM hot_tables WHERE name = $name', { name: table.name });
        });
      } finally {
        await this.#catalog.load(writer);
        this.#catalog.settle();
      }
    });
  }

  /** Puts a segment into the catalog. */
  async #enter(
    id: number,
    file: string,
    table: HotTable,
    segment: WrittenSegment,
    now: number,
  ): Promise<void> {
    const { writer } = this.#database;
    for (const { id: template, ...shape } of segment.learnt) {
      await writer.run('INSERT INTO templates VALUES ($sensor, $template, $shape)', {
        sensor: table.sensor.id,
        template,
        shape: JSON.stringify(shape),
      });
    }
    await writer.run(
      `INSERT INTO segments VALUES ($id, $sensor, $alerts, $file, $rows::DOUBLE, $bytes::DOUBLE, $min::DOUBLE, $max::DOUBLE,
         $timed::DOUBLE, $minGuid, $maxGuid, $now::DOUBLE, $columns, $lower, $raw, $values, $caseless, $texts)`,
      {
        id,
        sensor: table.sensor.id,
        alerts: table.alerts,
        file,
        rows: segment.rows,
        bytes: segment.bytes,
        min: segment.minTime,
        max: segment.maxTime,
        timed: segment.timed,
        minGuid: segment.minGuid,
        maxGuid: segment.maxGuid,
        now,
        columns: segment.columns.join(','),
        lower: segment.lower.join(','),
        raw: segment.raw === null ? null : storedRawLines(segment.raw),
        values: segment.valueColumns.join(','),
        caseless: segment.caseless.join(','),
        texts: storedTextFacts(segment.texts),
      },
    );
  }

  async #keepPatched(table: HotTable, now: number): Promise<void> {
    const { writer } = this.#database;
    const next = await this.#catalog.openTable(writer, table.sensor, true, now);
    await this.#catalog.addColumns(
      writer,
      next,
      [...table.columns].filter((c) => table.sensor.byColumn.has(c)),
    );
    const names = [...table.columns].map(identifier).join(', ');
    await writer.run(
      `INSERT INTO ${identifier(next.name)} (${names}) SELECT ${names} FROM ${identifier(table.name)} WHERE version > 0`,
    );
  }

  #nextSegment(): number {
    return this.#catalog.segments.reduce((max, segment) => Math.max(max, segment.id), this.#lastSegment) + 1;
  }

  /** Numbers of deleted segments are not used again while this process runs. */
  #lastSegment = 0;

  async #expire(now: number): Promise<void> {
    const { maxAgeMs, maxBytes } = this.#settings;
    const expired = new Set<Segment>();
    if (maxAgeMs !== null) {
      for (const segment of this.#catalog.segments) {
        if ((segment.maxTime ?? segment.sealedAt) < now - maxAgeMs) expired.add(segment);
      }
    }
    if (maxBytes !== null) {
      const oldestFirst = [...this.#catalog.segments].sort((a, b) => age(a) - age(b));
      let total = oldestFirst.reduce((sum, segment) => sum + (expired.has(segment) ? 0 : segment.bytes), 0);
      for (const segment of oldestFirst) {
        if (total <= maxBytes) break;
        if (expired.has(segment)) continue;
        expired.add(segment);
        total -= segment.bytes;
      }
    }
    const tables = maxAgeMs === null ? [] : await this.#tablesOlderThan(now - maxAgeMs);
    if (expired.size === 0 && tables.length === 0) return;
    await this.#changes.run(async () => {
      this.#catalog.change();
      const { writer } = this.#database;
      const ids = [...expired].map((segment) => segment.id).join(', ');
      try {
        await writer.transaction(async () => {
          for (const name of tables) {
            const table = identifier(name);
            await writer.run(
              `DELETE FROM originals WHERE guid IN (SELECT guid FROM ${table} WHERE ts < $before::BIGINT AND version > 0)`,
              { before: BigInt(Math.trunc(now - maxAgeMs!)) },
            );
            await writer.run(`DELETE FROM ${table} WHERE ts < $before::BIGINT`, {
              before: BigInt(Math.trunc(now - maxAgeMs!)),
            });
          }
          if (expired.size === 0) return;
          await writer.run(`DELETE FROM segments WHERE id IN (${ids})`);
          await writer.run(`DELETE FROM superseded WHERE segment IN (${ids})`);
        });
        for (const segment of expired) {
          this.#lastSegment = Math.max(this.#lastSegment, segment.id);
          for (const path of [segment.path, segment.valuesPath, segment.ngramsPath])
            this.#doomed.push({ path, after: now + 2 * this.#settings.queryTimeoutMs });
        }
      } finally {
        await this.#catalog.load(writer);
        this.#catalog.settle();
      }
    });
  }

  /** Tables of alerts with alerts from before: those that were changed are never sealed. */
  async #tablesOlderThan(before: number): Promise<string[]> {
    const names: string[] = [];
    for (const { name, alerts, closed } of this.#catalog.tables) {
      if (!alerts || closed) continue;
      const rows = await this.#database.sealer.rows(
        `SELECT 1 FROM ${identifier(name)} WHERE ts < $before::BIGINT LIMIT 1`,
        {
          before: BigInt(Math.trunc(before)),
        },
      );
      if (rows.length > 0) names.push(name);
    }
    return names;
  }

  #removeDoomed(now: number): void {
    this.#doomed = this.#doomed.filter(({ path, after }) => {
      if (now < after) return true;
      rmSync(path, { force: true });
      return false;
    });
  }

  /** Files that a stop left behind. */
  #removeOrphans(): void {
    const folder = join(this.#database.folder, 'segments');
    const known = new Set(this.#catalog.segments.flatMap(({ file }) => filesOf(file)));
    for (const name of readdirSync(folder)) if (!known.has(name)) rmSync(join(folder, name), { force: true });
    this.#cleaned = true;
  }
}

function age(segment: Segment): number {
  return segment.maxTime ?? segment.sealedAt;
}

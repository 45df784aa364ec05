import { closeSync, openSync, unlinkSync, writevSync } from 'node:fs';
import { storeError } from './database.ts';
import { type ColumnKind, identifier, literal, pathLiteral, READ_TYPE } from './names.ts';
import type { HotTable } from './segments.ts';
import type { Sensor } from './sensors.ts';

export interface Choice {
  readonly column: string;
  readonly kind: ColumnKind;
}

/** Which key of a line goes into which column. */
export type Choices = ReadonlyMap<string, Choice>;

/** Lines that DuckDB reads in one statement. */
export class Load {
  readonly sensor: Sensor;
  readonly alerts: boolean;
  /** The keys are names of columns: lines that were written anew. */
  readonly physical: boolean;
  readonly keys = new Map<string, Choice>();
  readonly parts: Uint8Array[] = [];
  count = 0;
  #longest = 0;
  /** Keys in lower case: DuckDB's reader does not tell `Host` from `host`. */
  readonly #folded = new Set<string>();
  /** What fits was found out for these already: a batch comes line by line. */
  #lastChoices: Choices | undefined;

  constructor(sensor: Sensor, alerts: boolean, physical: boolean) {
    this.sensor = sensor;
    this.alerts = alerts;
    this.physical = physical;
    if (physical)
      for (const column of ['guid', 'more', 'nulls']) this.keys.set(column, { column, kind: 't' });
  }

  /** Takes these keys in, unless they clash with those that are here. */
  accepts(choices: Choices): boolean {
    if (this.#lastChoices === choices) return true;
    for (const [key, choice] of choices) {
      const present = this.keys.get(key);
      if (present === undefined ? this.#folded.has(key.toLowerCase()) : present.column !== choice.column)
        return false;
    }
    this.#lastChoices = choices;
    for (const [key, choice] of choices) {
      this.keys.set(key, choice);
      this.#folded.add(key.toLowerCase());
    }
    return true;
  }

  /** `longest`: bytes of the longest of these lines. */
  add(lines: Uint8Array, count: number, longest: number): void {
    const last = this.parts.at(-1);
    if (
      last !== undefined &&
      last.buffer === lines.buffer &&
      last.byteOffset + last.byteLength === lines.byteOffset
    ) {
      // Neighbours in memory stay one part.
      this.parts[this.parts.length - 1] = new Uint8Array(
        last.buffer,
        last.byteOffset,
        last.byteLength + lines.byteLength,
      );
    } else {
      this.parts.push(lines);
    }
    this.count += count;
    this.#longest = Math.max(this.#longest, longest);
  }

  columns(): string[] {
    return [...this.keys.values()].map(({ column }) => column);
  }

  /** Each line of `parts`. */
  lines(): Uint8Array[] {
    const lines: Uint8Array[] = [];
    for (const part of this.parts) {
      for (let start = 0; start < part.byteLength; ) {
        const newline = part.indexOf(0x0a, start);
        const end = newline < 0 ? part.byteLength : newline + 1;
        lines.push(part.subarray(start, end));
        start = end;
      }
    }
    return lines;
  }

  /** Reads the lines, which are in `file`, into the table. */
  statement(table: HotTable, file: string): string {
    const reads: string[] = [];
    const selects: string[] = [];
    for (const [key, { column, kind }] of this.keys) {
      reads.push(`${literal(key)}: '${READ_TYPE[kind]}'`);
      selects.push(`${identifier(key)} AS ${identifier(column)}`);
    }
    // The reader takes twice the size of the largest object for each thread.
    const largest = Math.max(1 << 20, this.#longest + 1024);
    return `INSERT INTO ${identifier(table.name)} BY NAME SELECT ${selects.join(', ')}
      FROM read_json(${pathLiteral(file)}, format = 'newline_delimited', maximum_object_size = ${largest},
        columns = {${reads.join(', ')}})`;
  }
}

/** @throws IndexError SKP_INDEX_FULL */
export function writeLoadFile(path: string, parts: readonly Uint8Array[]): void {
  try {
    const file = openSync(path, 'w', 0o600);
    try {
      // Linux takes at most 1,024 buffers a call.
      for (let i = 0; i < parts.length; i += 1000) writeAll(file, parts.slice(i, i + 1000));
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw storeError(error);
  }
}

export function removeLoadFile(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // It was never written.
  }
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

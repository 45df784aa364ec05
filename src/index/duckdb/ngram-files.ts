import { open } from 'node:fs/promises';
import { z } from 'zod';
import type { Session } from './database.ts';
import { identifier } from './names.ts';
import { bitsOf, mayHave, type Needed, NgramFilterBuilder, type TextFacts } from './ngram-filter.ts';
import { Recent } from './recent.ts';
import type { Segment } from './segments.ts';

/** Longer texts have too many pieces for a set of them. */
export const LONGEST_FILTERED = 256;
/** Columns of a segment with a set of pieces: each takes up to half a megabyte. */
const MOST_SETS = 8;
/** Texts that are read at once: a row group of a segment. */
const ROWS_AT_ONCE = 20_480;

/** Of which columns facts are told. */
export interface FilteredColumn {
  readonly column: string;
  /** Also which short pieces there are. */
  readonly pieces: boolean;
}

export interface WrittenFilters {
  readonly facts: ReadonlyMap<string, TextFacts>;
  /** What the file is to hold; empty when there need not be one. */
  readonly sets: readonly Uint8Array[];
}

/** What the texts of columns of a segment have in them, read from the segment's file (an SQL literal). */
export async function filtersOf(
  session: Session,
  file: string,
  rows: number,
  columns: readonly FilteredColumn[],
): Promise<WrittenFilters> {
  let sets = 0;
  let open = columns.map(({ column, pieces }) => ({
    column,
    builder: new NgramFilterBuilder(pieces && sets++ < MOST_SETS),
  }));
  for (let from = 0; from < rows && open.length > 0; from += ROWS_AT_ONCE) {
    const selects = open.map(({ column }) => {
      const name = identifier(column);
      return `string_agg(lower(${name}), chr(10)) FILTER (strlen(${name}) <= ${LONGEST_FILTERED}), coalesce(max(strlen(${name})), 0)::DOUBLE`;
    });
    const [row] = await session.rows(
      `SELECT ${selects.join(', ')} FROM read_parquet(${file}) WHERE file_row_number BETWEEN ${from} AND ${from + ROWS_AT_ONCE - 1}`,
    );
    open = open.filter(({ builder }, i) => {
      if (Number(row![2 * i + 1]) > LONGEST_FILTERED) return false;
      const lines = row![2 * i];
      if (typeof lines === 'string') builder.add(lines);
      return true;
    });
  }
  const facts = new Map<string, TextFacts>();
  const written: Uint8Array[] = [];
  let offset = 0;
  for (const { column, builder } of open) {
    const { facts: found, set } = builder.finish(offset);
    facts.set(column, found);
    if (set.length > 0) written.push(set);
    offset += set.length;
  }
  return { facts, sets: written };
}

const factsShape = z.record(
  z.string(),
  z.object({
    characters: z.string(),
    shortest: z.number(),
    longest: z.number(),
    size: z.number(),
    log2: z.number(),
    offset: z.number(),
  }),
);

/** From what the catalog keeps of a segment. Without the file, which only makes searches faster, `hasFile` is false. */
export function textFactsOf(text: unknown, hasFile: boolean): ReadonlyMap<string, TextFacts> {
  if (typeof text !== 'string') return new Map();
  const all = Object.entries(factsShape.parse(JSON.parse(text)));
  return new Map(all.map(([column, facts]) => [column, hasFile ? facts : { ...facts, size: 0 }]));
}

export function storedTextFacts(facts: ReadonlyMap<string, TextFacts>): string {
  return JSON.stringify(Object.fromEntries(facts));
}

/** Asks the files of segments for pieces of texts. What was found out is remembered, since segments never change. */
export class NgramFiles {
  readonly #remembered = new Recent<boolean>(50_000);

  /** False when the segment has certainly no such value in the column. */
  async mayHave(segment: Segment, column: string, needed: Needed): Promise<boolean> {
    const facts = segment.texts.get(column);
    if (facts === undefined) return true;
    if (!mayHave(facts, needed)) return false;
    const key = `${segment.id} ${column} ${needed.text}`;
    const known = this.#remembered.get(key);
    if (known !== undefined) return known;
    const answer = await this.#hasAll(segment, bitsOf(facts, needed));
    this.#remembered.set(key, answer);
    return answer;
  }

  async #hasAll(
    { ngramsPath }: Segment,
    bits: readonly { readonly byte: number; readonly bit: number }[],
  ): Promise<boolean> {
    if (bits.length === 0) return true;
    const one = new Uint8Array(1);
    try {
      await using file = await open(ngramsPath, 'r');
      for (const { byte, bit } of bits) {
        const { bytesRead } = await file.read(one, 0, 1, byte);
        if (bytesRead === 1 && (one[0]! & (1 << bit)) === 0) return false;
      }
    } catch {
      // A file that cannot be read excludes nothing.
    }
    return true;
  }
}

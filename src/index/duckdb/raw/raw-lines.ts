import { z } from 'zod';
import { identifier } from '../names.ts';
import {
  type KnownTemplate,
  partsSql,
  REST_COLUMNS,
  type Slot,
  slotSql,
  slotsOf,
  TEMPLATE_COLUMN,
} from './template.ts';

/** How a segment keeps raw lines: their templates, and what the lines have that no other column has. */
export interface RawLines {
  /** The column of whole lines: of those that fit no template. */
  readonly column: string;
  readonly templates: readonly KnownTemplate[];
  /** Some lines fit no template. */
  readonly whole: boolean;
  /** Some events have no raw line, or one that fits no template. */
  readonly partial: boolean;
}

/** From what the catalog keeps of a segment. */
export function rawLinesOf(text: unknown, known: ReadonlyMap<number, KnownTemplate>): RawLines | null {
  if (typeof text !== 'string') return null;
  const { column, ids, whole, partial } = storedShape.parse(JSON.parse(text));
  return { column, templates: ids.map((id) => known.get(id)!), whole, partial };
}

const storedShape = z.object({
  column: z.string(),
  ids: z.array(z.number()),
  whole: z.boolean(),
  partial: z.boolean(),
});

export function storedRawLines({ column, templates, whole, partial }: RawLines): string {
  const stored: z.infer<typeof storedShape> = { column, ids: templates.map(({ id }) => id), whole, partial };
  return JSON.stringify(stored);
}

/** What tells apart segments whose raw lines must be read by different statements. */
export function rawKey(raw: RawLines | null): string {
  return raw === null ? '' : storedRawLines(raw);
}

/** The raw line of a row. `columns`: those of the segment. */
export function rawSql(raw: RawLines, columns: ReadonlySet<string>): string {
  const cases = raw.templates.map((template) => `WHEN ${template.id} THEN ${templateSql(template, columns)}`);
  if (raw.templates.length === 1 && !raw.partial) return templateSql(raw.templates[0]!, columns);
  return `CASE ${TEMPLATE_COLUMN} ${cases.join(' ')} ELSE ${identifier(raw.column)} END`;
}

/** True where there is a raw line. */
export function rawPresentSql(raw: RawLines): string {
  return raw.partial ? `(${TEMPLATE_COLUMN} IS NOT NULL OR ${identifier(raw.column)} IS NOT NULL)` : 'true';
}

function templateSql(template: KnownTemplate, columns: ReadonlySet<string>): string {
  const parts: string[] = [];
  for (const [i, run] of template.runs.entries()) {
    if (i > 0) parts.push(REST_COLUMNS[i - 1]!);
    parts.push(partsSql(run, columns));
  }
  return `concat(${parts.join(', ')})`;
}

/** SQL that is true where `sql` has `value` in it, without regard to case; `column` when `sql` is just that. */
export type TextTest = (sql: string, column: string | null, value: string) => string;

/** How a text is looked for in raw lines. */
export interface RawSearch {
  /** Whether a text has the other anywhere in it. */
  readonly contains: TextTest;
  /** Whether it has it where it is looked for: anywhere, or as a word. */
  readonly test: TextTest;
  /** The same of what stands in all lines of a template. */
  readonly inLiteral: (literal: string, value: string) => boolean;
  /** The text is to stand by itself, not within a longer word. */
  readonly asWord: boolean;
}

/**
 * True for rows whose raw line has `value` in it, fast: where the text can stand only within one value,
 * the values are searched instead of the lines that they make.
 */
export function rawContains(
  raw: RawLines,
  columns: ReadonlySet<string>,
  value: string,
  search: RawSearch,
): string {
  const { contains, test, asWord } = search;
  const folded = value.toLowerCase();
  /** Conditions, and the templates for which each is enough. */
  const enough = new Map<string, Set<number>>();
  const add = (sql: string, id: number): void => {
    let ids = enough.get(sql);
    if (ids === undefined) enough.set(sql, (ids = new Set()));
    ids.add(id);
  };
  for (const template of raw.templates) {
    const edges = edgesOf(template);
    const piece = edges === null ? '' : longestPiece(folded, edges);
    if (piece === folded && (!asWord || partWords(edges!))) {
      for (const sql of placesOf(template, columns, folded, search)) add(sql, template.id);
      continue;
    }
    const line = test(templateSql(template, columns), null, value);
    if (piece.length < 2) {
      add(line, template.id);
      continue;
    }
    // The longest piece that stands within one value goes first.
    const first = placesOf(template, columns, piece, anywhere(contains));
    if (first.includes('true')) add(line, template.id);
    else if (first.length > 0)
      add(`CASE WHEN ${first.join(' OR ')} THEN ${line} ELSE false END`, template.id);
  }
  const conditions: string[] = [];
  const all = raw.templates.length;
  for (const [sql, ids] of enough) {
    if (ids.size === all && !raw.partial) conditions.push(sql);
    else {
      const which = `${TEMPLATE_COLUMN} IN (${[...ids].join(', ')})`;
      conditions.push(sql === 'true' ? which : `((${sql}) AND ${which})`);
    }
  }
  if (raw.whole) conditions.push(test(identifier(raw.column), raw.column, value));
  if (conditions.includes('true')) return 'true';
  return conditions.length === 0 ? 'false' : `(${conditions.join(' OR ')})`;
}

/** Conditions of which one is true where the text stands within a value, a rest or a literal of the line. */
function placesOf(
  template: KnownTemplate,
  columns: ReadonlySet<string>,
  text: string,
  { test, inLiteral }: Pick<RawSearch, 'test' | 'inLiteral'>,
): string[] {
  const places = new Set<string>();
  for (let i = 1; i < template.runs.length; i++)
    places.add(test(REST_COLUMNS[i - 1]!, REST_COLUMNS[i - 1]!, text));
  for (const part of template.runs.flat()) {
    if (typeof part === 'string') {
      if (inLiteral(part, text)) places.add('true');
      continue;
    }
    const present = columns.has(part.column);
    const { optional, absent } = part;
    if (inLiteral(absent, text)) places.add(present ? `${identifier(part.column)} IS NULL` : 'true');
    if (!present) continue;
    if (optional !== null && [optional.before, optional.after].some((one) => inLiteral(one, text)))
      places.add(`${identifier(part.column)} IS NOT NULL`);
    if (mayStandIn(part, text)) places.add(test(slotSql(part.column, part.form), slotColumn(part), text));
  }
  places.delete('false');
  return places.has('true') ? ['true'] : [...places];
}

/** A search for a text wherever it stands. */
export function anywhere(contains: TextTest): RawSearch {
  return {
    contains,
    test: contains,
    inLiteral: (literal, text) => literal.toLowerCase().includes(text.toLowerCase()),
    asWord: false,
  };
}

/** A value between literals is a word, or several, by itself. */
function partWords(edges: ReadonlySet<string>): boolean {
  for (const c of edges) if (/[\p{L}\p{N}_]/u.test(c)) return false;
  return true;
}

/** Columns of text that stand in all raw lines as they are, set apart from what stands beside them. */
export function wordColumns(raw: RawLines): ReadonlySet<string> {
  if (raw.partial || raw.whole) return new Set();
  const lists = raw.templates.map((template) => {
    const edges = edgesOf(template);
    if (edges === null || !partWords(edges)) return new Set<string>();
    return new Set(slotsOf(template).flatMap((slot) => slotColumn(slot) ?? []));
  });
  return new Set([...(lists[0] ?? [])].filter((column) => lists.every((list) => list.has(column))));
}

/** The column when the slot holds its text as it is. */
function slotColumn(slot: Slot): string | null {
  return slot.form === 'plain' ? slot.column : null;
}

/** Numbers and booleans are written in few ways; the last letter of a column's name says its kind. */
function mayStandIn({ column, form }: Slot, text: string): boolean {
  if (column === 'ts') return form === 'plain' ? /^-?\d*$/.test(text) : /^-?\d*[.]?\d*$/.test(text);
  if (/\di$/.test(column)) return /^-?\d*$/.test(text);
  if (/\dd$/.test(column))
    return /^-?\d*[.]?\d*(e?[-+]?\d*)$/.test(text) || '-inf'.includes(text) || 'nan'.includes(text);
  if (/\db$/.test(column)) return 'true'.includes(text) || 'false'.includes(text);
  return true;
}

/**
 * First and last characters of all literals. A text without any of them stands within one value or one literal, never across.
 * Null when two values may stand side by side.
 */
function edgesOf(template: KnownTemplate): ReadonlySet<string> | null {
  const edges = new Set<string>();
  const add = (text: string): void => {
    if (text === '') return;
    for (const c of [text[0]!, text.at(-1)!]) {
      edges.add(c.toLowerCase());
      edges.add(c);
    }
  };
  /** The last thing was a value. */
  let open = false;
  for (const [i, run] of template.runs.entries()) {
    if (i > 0) {
      if (open) return null;
      open = true;
    }
    for (const part of run) {
      if (typeof part === 'string') {
        add(part);
        if (part !== '') open = false;
        continue;
      }
      const before = part.optional?.before ?? '';
      const after = part.optional?.after ?? '';
      if (open && before === '') return null;
      add(before);
      add(after);
      // Without a value nothing of an optional place is there: what stood before it then touches what comes after.
      open = after === '' || open;
    }
  }
  return edges;
}

function longestPiece(text: string, edges: ReadonlySet<string>): string {
  let best = '';
  let start = 0;
  for (let i = 0; i <= text.length; i++) {
    if (i < text.length && !edges.has(text[i]!)) continue;
    if (i - start > best.length) best = text.slice(start, i);
    start = i + 1;
  }
  return best;
}

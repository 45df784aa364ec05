import { z } from 'zod';
import { identifier } from '../names.ts';
import {
  type KnownTemplate,
  partsSql,
  REST_COLUMNS,
  type Slot,
  slotSql,
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

/** Says whether `sql` has `value` in it, without regard to case; `column` when `sql` is just that. */
export type TextTest = (sql: string, column: string | null, value: string) => string;

/**
 * True for rows whose raw line has `value` in it, fast: where the text can stand only within one value,
 * the values are searched instead of the lines that they make. `test` says whether a text has a text in it.
 */
export function rawContains(
  raw: RawLines,
  columns: ReadonlySet<string>,
  value: string,
  test: TextTest,
): string {
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
    if (piece === folded) {
      for (const sql of placesOf(template, columns, folded, test)) add(sql, template.id);
      continue;
    }
    const line = test(templateSql(template, columns), null, value);
    if (piece.length < 2) {
      add(line, template.id);
      continue;
    }
    // The longest piece that stands within one value goes first.
    const first = placesOf(template, columns, piece, test);
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
  test: TextTest,
): string[] {
  const places = new Set<string>();
  for (let i = 1; i < template.runs.length; i++)
    places.add(test(REST_COLUMNS[i - 1]!, REST_COLUMNS[i - 1]!, text));
  for (const part of template.runs.flat()) {
    if (typeof part === 'string') {
      if (part.toLowerCase().includes(text)) places.add('true');
      continue;
    }
    const present = columns.has(part.column);
    const { optional, absent } = part;
    if (absent.toLowerCase().includes(text))
      places.add(present ? `${identifier(part.column)} IS NULL` : 'true');
    if (!present) continue;
    if (
      optional !== null &&
      [optional.before, optional.after].some((one) => one.toLowerCase().includes(text))
    )
      places.add(`${identifier(part.column)} IS NOT NULL`);
    if (mayStandIn(part, text)) places.add(test(slotSql(part.column, part.form), slotColumn(part), text));
  }
  places.delete('false');
  return places.has('true') ? ['true'] : [...places];
}

/** The column when the slot holds its text as it is. */
function slotColumn(slot: Slot): string | null {
  return slot.form === 'plain' ? slot.column : null;
}

/** Numbers and booleans have few characters; the last letter of a column's name says its kind. */
function mayStandIn({ column }: Slot, text: string): boolean {
  if (column === 'ts' || /\d[id]$/.test(column)) return /^[-+0-9.einfa]*$/.test(text);
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

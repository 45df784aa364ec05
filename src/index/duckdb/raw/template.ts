import { z } from 'zod';
import type { ColumnKind } from '../names.ts';
import { identifier, literal } from '../names.ts';

/**
 * How a value stands in a raw line: as DuckDB writes it; a double without `.0`; a time as seconds with three decimals; a time
 * as seconds with as many decimals as it needs.
 */
export type SlotForm = 'plain' | 'whole' | 'seconds' | 'decimal';

/** A place in a raw line that holds the value of another column. */
export interface Slot {
  readonly column: string;
  readonly form: SlotForm;
  /** Texts around the value that are there only with it; null when the place is always there. */
  readonly optional: { readonly before: string; readonly after: string } | null;
  /** What stands there when there is no value. */
  readonly absent: string;
}

export type Part = string | Slot;

/**
 * The shape of raw lines: up to three runs of parts. The first is at the start of the line, the last at its end; between two
 * runs stands, in each line another, a rest that no column holds.
 */
export interface Template {
  readonly runs: readonly (readonly Part[])[];
}

export interface KnownTemplate extends Template {
  readonly id: number;
}

/** Columns of a segment beside those of the sensor: number of the line's template, NULL when the line is kept whole; its rests. */
export const TEMPLATE_COLUMN = 'raw_template';
export const REST_COLUMNS = ['raw_rest', 'raw_rest2'] as const;

/** Forms that values of a column may have; the last is the one with as many decimals as a number needs. */
export function formsOf(column: string, kind: ColumnKind): readonly SlotForm[] {
  if (column === 'ts') return ['plain', 'seconds', 'decimal'];
  return kind === 'd' ? ['plain', 'whole'] : ['plain'];
}

export function slotSql(column: string, form: SlotForm): string {
  const name = identifier(column);
  switch (form) {
    case 'plain':
      return `${name}::VARCHAR`;
    case 'whole':
      return whole(name);
    case 'seconds':
      return `(${name} // 1000)::VARCHAR || '.' || lpad((${name} % 1000)::VARCHAR, 3, '0')`;
    case 'decimal':
      return whole(`(${name} / 1000)`);
  }
}

function whole(sql: string): string {
  return `CASE WHEN ${sql} = trunc(${sql}) AND abs(${sql}) < 1e15 THEN ${sql}::BIGINT::VARCHAR ELSE ${sql}::VARCHAR END`;
}

/** The text that parts make for a row, never NULL. `columns`: those that there are; slots of others are without a value. */
export function partsSql(parts: readonly Part[], columns: ReadonlySet<string>): string {
  const list = parts.map((part) => partSql(part, columns)).filter((sql) => sql !== "''");
  return list.length === 0 ? "''" : `concat(${list.join(', ')})`;
}

/** May be NULL, which `concat` leaves out. */
function partSql(part: Part, columns: ReadonlySet<string>): string {
  if (typeof part === 'string') return literal(part);
  if (!columns.has(part.column)) return literal(part.optional === null ? part.absent : '');
  const value = slotSql(part.column, part.form);
  if (part.optional !== null)
    return `(${literal(part.optional.before)} || ${value} || ${literal(part.optional.after)})`;
  return part.absent === '' ? value : `coalesce(${value}, ${literal(part.absent)})`;
}

export function slotsOf(template: Template): Slot[] {
  return template.runs.flat().filter((part) => typeof part !== 'string');
}

/** The same in JavaScript, for samples. `textOf`: the text of a slot's value. */
export function renderParts(parts: readonly Part[], textOf: (slot: Slot) => string | null): string {
  let text = '';
  for (const part of parts) {
    if (typeof part === 'string') {
      text += part;
      continue;
    }
    const value = textOf(part);
    if (part.optional === null) text += value ?? part.absent;
    else if (value !== null) text += part.optional.before + value + part.optional.after;
  }
  return text;
}

/** Characters of a line that a template need not keep; null when the line is of another shape. */
export function savedBy(
  template: Template,
  raw: string,
  textOf: (slot: Slot) => string | null,
): number | null {
  const texts = template.runs.map((run) => renderParts(run, textOf));
  const first = texts[0]!;
  if (texts.length === 1) return raw === first ? first.length : null;
  const last = texts.at(-1)!;
  if (!raw.startsWith(first) || !raw.endsWith(last) || first.length + last.length > raw.length) return null;
  if (texts.length === 2) return first.length + last.length;
  const inner = texts[1]!;
  const at = raw.indexOf(inner, first.length);
  return at < 0 || at + inner.length > raw.length - last.length
    ? null
    : first.length + inner.length + last.length;
}

const slotShape = z.object({
  column: z.string(),
  form: z.enum(['plain', 'whole', 'seconds', 'decimal']),
  optional: z.object({ before: z.string(), after: z.string() }).nullable(),
  absent: z.string(),
});
const templateShape = z.object({
  runs: z
    .array(z.array(z.union([z.string(), slotShape])))
    .min(1)
    .max(3),
});

/** A template from the text that the catalog keeps. */
export function readTemplate(id: number, text: string): KnownTemplate {
  return { ...templateShape.parse(JSON.parse(text)), id };
}

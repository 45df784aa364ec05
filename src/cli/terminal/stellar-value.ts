import { styleText } from 'node:util';
import { isNumber, textOf, toPlain } from '../../stellar/index.ts';
import { printable } from './printable.ts';
import { table } from './table.ts';

export interface ValueOptions {
  readonly width: number;
  readonly json?: boolean;
}

/** A value of Stellar for the terminal: maps and lists as tables, everything else as its text. Null is nothing. */
export function valueText(value: unknown, options: ValueOptions): string {
  if (options.json === true) return JSON.stringify(toPlain(value)) ?? 'null';
  if (value === null || value === undefined) return '';
  if (isNumber(value) || typeof value === 'boolean') return styleText('yellow', textOf(value));
  if (typeof value === 'string') return printable(value);
  const plain = toPlain(value);
  if (Array.isArray(plain)) return listText(plain, options.width);
  if (typeof plain === 'object' && plain !== null) return mapText(plain, options.width);
  return printable(textOf(value));
}

function mapText(map: object, width: number): string {
  const entries = Object.entries(map);
  if (entries.length === 0) return '{}';
  return table(
    ['key', 'value'],
    entries.map(([key, item]) => [key, cell(item)]),
    { width },
  );
}

function listText(list: readonly unknown[], width: number): string {
  if (list.length === 0) return '[]';
  const columns = new Set<string>();
  for (const item of list.slice(0, 200)) {
    if (typeof item !== 'object' || item === null || Array.isArray(item)) {
      return table(
        ['', 'value'],
        list.map((each, index) => [String(index), cell(each)]),
        { width },
      );
    }
    for (const key of Object.keys(item)) columns.add(key);
  }
  const names = [...columns];
  return table(
    ['', ...names],
    list.map((item, index) => [
      String(index),
      ...names.map((name) =>
        cell(Object.hasOwn(item as object, name) ? (item as Record<string, unknown>)[name] : ''),
      ),
    ]),
    { width },
  );
}

function cell(value: unknown): string {
  return typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value);
}

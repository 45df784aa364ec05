/**
 * Zeek's tab-separated logs. A header (`#separator`, `#fields`, `#types`, …) says how the lines that follow are to be read. It is
 * compiled once and found again by its text, since every record carries it (see framing.ts).
 */
import { excerpt, ParseError } from './errors.ts';
import { compileFiller } from './object-shapes.ts';
import type { Message } from './parser.ts';
import { planNames } from './zeek-names.ts';
import { unescapeZeek } from './zeek-text.ts';

/** Of a header. Code is compiled from it. */
const maxHeaderLength = 65_536;
const maxFields = 1000;

type Convert = (cell: string, header: ZeekHeader) => unknown;

/** What a header says. Immutable. */
export class ZeekHeader {
  readonly separator: string;
  readonly setSeparator: string;
  readonly emptyField: string;
  readonly unsetField: string;
  readonly path: string;
  readonly #converts: readonly Convert[];
  readonly #timeColumn: number;
  readonly #lists: readonly { readonly column: number; readonly fillAt: number }[];
  readonly #fill: (target: Message, values: readonly unknown[]) => void;
  readonly #values: unknown[];

  /** `lines` are the header's lines. Throws `ParseError` when `#fields` is missing or does not fit `#types`. */
  constructor(lines: readonly string[], path?: string) {
    if (lines.reduce((length, line) => length + line.length, 0) > maxHeaderLength) {
      throw new ParseError(`A Zeek header is longer than ${maxHeaderLength} characters`);
    }
    this.separator = readSeparator(lines);
    const said = (name: string): string[] | undefined => headerLine(lines, name, this.separator);
    this.setSeparator = said('set_separator')?.[0] ?? ',';
    this.emptyField = said('empty_field')?.[0] ?? '(empty)';
    this.unsetField = said('unset_field')?.[0] ?? '-';
    this.path = path ?? said('path')?.[0] ?? 'unknown';
    const fields = said('fields');
    if (fields !== undefined && fields.length > maxFields) {
      throw new ParseError(`A Zeek header has ${fields.length} #fields, more than ${maxFields}`);
    }
    if (fields === undefined)
      throw new ParseError(`A Zeek header without #fields: ${excerpt(lines.join('\n'))}`);
    const types = said('types') ?? fields.map((name) => (name === 'ts' ? 'time' : 'string'));
    if (types.length !== fields.length) {
      throw new ParseError(`A Zeek header has ${fields.length} #fields but ${types.length} #types`);
    }
    this.#timeColumn = fields.indexOf('ts');
    this.#converts = types.map(converterOf);
    const plan = planNames(fields);
    const names = fields.map((name) => plan.moved.get(name) ?? name);
    const targets = new Set([...plan.moved.values(), ...plan.lists.map((list) => list.to)]);
    this.#lists = plan.lists.map((list, i) => ({
      column: fields.indexOf(list.from),
      fillAt: names.length + i,
    }));
    const filled = names.map((name, i) => (name !== fields[i] || !targets.has(name) ? name : undefined));
    this.#fill = compileFiller([...filled, ...plan.lists.map((list) => list.to)]);
    this.#values = new Array<unknown>(fields.length + plan.lists.length);
  }

  /** Throws `ParseError` when the line has another number of cells than the header, or its `ts` is no time. */
  read(line: string): Message {
    const cells = line.split(this.separator);
    const converts = this.#converts;
    if (cells.length !== converts.length) {
      throw new ParseError(`Expected ${converts.length} cells, got ${cells.length}: ${excerpt(line)}`);
    }
    const values = this.#values;
    for (let i = 0; i < converts.length; i++) {
      const cell = cells[i]!;
      values[i] = cell === this.unsetField || i === this.#timeColumn ? undefined : converts[i]!(cell, this);
    }
    for (const { column, fillAt } of this.#lists) {
      const list = values[column];
      values[column] = undefined;
      values[fillAt] = Array.isArray(list) ? list[0] : list;
    }
    const message: Message = {};
    this.#fill(message, values);
    message['protocol'] = this.path;
    const time = this.#timeColumn < 0 ? this.unsetField : cells[this.#timeColumn]!;
    if (time !== this.unsetField) setSeconds(message, time);
    message['original_string'] = line;
    return message;
  }
}

const secondsText = /^(-?\d{1,14})(?:\.(\d+))?$/;

/** From seconds in decimal digits, without going through a double. */
function setSeconds(message: Message, text: string): void {
  const found = secondsText.exec(text);
  if (found === null) throw new ParseError(`ts is no time: ${excerpt(text)}`);
  const fraction = found[2] ?? '';
  const ms = Number(`${fraction}000`.slice(0, 3));
  const seconds = Number(found[1]);
  message['timestamp'] = seconds * 1000 + (text.charCodeAt(0) === 0x2d ? -ms : ms);
  let end = Math.min(fraction.length, 6);
  while (end > 1 && fraction.charCodeAt(end - 1) === 0x30) end--;
  message['bro_timestamp'] = `${found[1]}.${end === 0 ? '0' : fraction.slice(0, end)}`;
}

function readSeparator(lines: readonly string[]): string {
  const line = lines.find((candidate) => candidate.startsWith('#separator'));
  if (line === undefined) return '\t';
  const said = line.slice('#separator'.length).trim();
  return said === '' ? '\t' : unescapeZeek(said);
}

/** The cells of a header line behind its name. */
function headerLine(lines: readonly string[], name: string, separator: string): string[] | undefined {
  const start = `#${name}${separator}`;
  const line = lines.find((candidate) => candidate.startsWith(start));
  return line?.slice(start.length).split(separator);
}

const inner = /^(?:set|vector|table|list)\[(.+)\]$/;

/** How cells of a type are read. Unknown types are text. */
function converterOf(type: string): Convert {
  const element = inner.exec(type)?.[1];
  if (element !== undefined) return listConverter(converterOf(element));
  switch (type) {
    case 'count':
    case 'int':
    case 'port':
      return wholeNumber;
    case 'double':
    case 'interval':
    case 'time':
      return realNumber;
    case 'bool':
      return truth;
    default:
      return text;
  }
}

function text(cell: string, header: ZeekHeader): string {
  if (cell === header.emptyField) return '';
  return cell.includes('\\') ? unescapeZeek(cell) : cell;
}

/** A whole number beyond 2^53 stays text, as does what is no number. */
function wholeNumber(cell: string): unknown {
  const value = Number(cell);
  return Number.isSafeInteger(value) && cell !== '' ? value : cell;
}

function realNumber(cell: string): unknown {
  const value = Number(cell);
  return Number.isFinite(value) && cell !== '' ? value : cell;
}

function truth(cell: string): unknown {
  return cell === 'T' ? true : cell === 'F' ? false : cell;
}

function listConverter(element: Convert): Convert {
  return (cell, header) => {
    if (cell === header.emptyField) return [];
    const items: unknown[] = [];
    for (const part of cell.split(header.setSeparator)) {
      if (part !== header.unsetField) items.push(element(part, header));
    }
    return items;
  };
}

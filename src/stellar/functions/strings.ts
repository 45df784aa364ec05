import { toInteger } from '../convert.ts';
import { argumentError } from '../errors.ts';
import type { StellarFunction } from '../expression.ts';
import { describe, textOf } from '../values.ts';
import {
  absent,
  boundedText,
  integerArgument,
  iterableArgument,
  stringArgument,
  stringOrNull,
  textArgument,
} from './arguments.ts';
import { optional, parameter } from './define.ts';

/** Cutting, joining and padding text. */

const many = Number.POSITIVE_INFINITY;

const trim: StellarFunction = {
  name: 'TRIM',
  category: 'strings',
  description: 'Strips blanks and control characters (up to U+0020) from both ends.',
  parameters: [parameter('text', 'string', 'The text; other values are taken by their text form')],
  returns: { type: 'string', description: 'The stripped text, null for null' },
  examples: [{ expression: "TRIM('  a b\\n')", result: 'a b' }],
  pure: true,
  arity: [1, many],
  call: (_, value) => {
    const text = textArgument('TRIM', 'text', value);
    if (text === null) return null;
    let start = 0;
    let end = text.length;
    while (start < end && text.charCodeAt(start) <= 32) start += 1;
    while (end > start && text.charCodeAt(end - 1) <= 32) end -= 1;
    return text.slice(start, end);
  },
};

const chop: StellarFunction = {
  name: 'CHOP',
  category: 'strings',
  description: 'Drops the last character; a final carriage return with its line feed counts as one.',
  parameters: [parameter('text', 'string', 'The text')],
  returns: { type: 'string', description: 'The shortened text, null for null' },
  examples: [{ expression: "CHOP('abc')", result: 'ab' }],
  pure: true,
  arity: [1, many],
  call: (_, value) => {
    const text = stringOrNull('CHOP', 'text', value);
    return text === null ? null : text.slice(0, text.endsWith('\r\n') ? -2 : -1);
  },
};

const chomp: StellarFunction = {
  name: 'CHOMP',
  category: 'strings',
  description: 'Drops one line end (\\n, \\r or \\r\\n) from the end of the text.',
  parameters: [parameter('text', 'string', 'The text')],
  returns: { type: 'string', description: 'The text without its line end, null for null' },
  examples: [{ expression: "CHOMP('abc\\r\\n')", result: 'abc' }],
  pure: true,
  arity: [1, many],
  call: (_, value) => stringOrNull('CHOMP', 'text', value)?.replace(/(?:\r\n|\n|\r)$/, '') ?? null,
};

const startsWith: StellarFunction = {
  name: 'STARTS_WITH',
  category: 'strings',
  description: 'Whether a text begins with another; upper and lower case differ.',
  parameters: [
    parameter('text', 'string', 'The text'),
    parameter('prefix', 'string', 'What it may begin with'),
  ],
  returns: { type: 'boolean', description: 'True when it does; false when either is null' },
  examples: [{ expression: "STARTS_WITH('http://a.b', 'http://')", result: true }],
  pure: true,
  arity: [2, many],
  call: (_, text, prefix) => {
    if (typeof text === 'string' && typeof prefix === 'string') return text.startsWith(prefix);
    const a = stringOrNull('STARTS_WITH', 'text', text);
    const b = stringOrNull('STARTS_WITH', 'prefix', prefix);
    return a !== null && b !== null && a.startsWith(b);
  },
};

const endsWith: StellarFunction = {
  name: 'ENDS_WITH',
  category: 'strings',
  description: 'Whether a text ends with another; upper and lower case differ.',
  parameters: [
    parameter('text', 'string', 'The text'),
    parameter('suffix', 'string', 'What it may end with'),
  ],
  returns: { type: 'boolean', description: 'True when it does; false when either is null' },
  examples: [{ expression: "ENDS_WITH('report.pdf.exe', '.exe')", result: true }],
  pure: true,
  arity: [2, many],
  call: (_, text, suffix) => {
    if (typeof text === 'string' && typeof suffix === 'string') return text.endsWith(suffix);
    const a = stringOrNull('ENDS_WITH', 'text', text);
    const b = stringOrNull('ENDS_WITH', 'suffix', suffix);
    return a !== null && b !== null && a.endsWith(b);
  },
};

const substring: StellarFunction = {
  name: 'SUBSTRING',
  category: 'strings',
  description: 'A part of a text, from `start` (counted from 0) up to but without `end`.',
  parameters: [
    parameter('text', 'string', 'The text'),
    parameter('start', 'integer', 'Where the part begins'),
    optional('end', 'integer', 'Where it ends; the end of the text when absent'),
  ],
  returns: { type: 'string', description: 'The part, null when the text or the start is null' },
  examples: [{ expression: "SUBSTRING('telemetry', 4, 7)", result: 'met' }],
  pure: true,
  arity: [2, many],
  call: (_, value, from, to) => {
    if (absent(value)) return null;
    const text = stringArgument('SUBSTRING', 'text', value);
    if (text === '') return '';
    if (absent(from)) return null;
    const start = integerArgument('SUBSTRING', 'start', from);
    const end = absent(to) ? text.length : integerArgument('SUBSTRING', 'end', to);
    if (start < 0 || end > text.length || start > end) {
      throw argumentError(
        `SUBSTRING cannot take ${start} to ${end} of ${describe(text)}`,
        `the text has ${text.length} characters`,
      );
    }
    return text.slice(start, end);
  },
};

const join: StellarFunction = {
  name: 'JOIN',
  category: 'strings',
  description: 'Joins the elements of a list or set to one text. Nulls are left out.',
  parameters: [
    parameter('items', 'list', 'The elements'),
    parameter('delimiter', 'string', 'What stands between two'),
  ],
  returns: { type: 'string', description: 'The joined text' },
  examples: [{ expression: "JOIN(['a', null, 1], '-')", result: 'a-1' }],
  pure: true,
  arity: [2, many],
  call: (_, items, delimiter) => {
    const between = stringArgument('JOIN', 'delimiter', delimiter);
    const parts: string[] = [];
    let length = 0;
    for (const item of iterableArgument('JOIN', 'items', items)) {
      if (absent(item)) continue;
      const part = textOf(item);
      length += part.length + between.length;
      boundedText('JOIN', length);
      parts.push(part);
    }
    return parts.join(between);
  },
};

const split: StellarFunction = {
  name: 'SPLIT',
  category: 'strings',
  description:
    'Cuts a text at each occurrence of a delimiter, which is taken literally. Empty pieces are kept.',
  parameters: [
    parameter('text', 'string', 'The text; other values are taken by their text form'),
    parameter('delimiter', 'string', 'Where to cut'),
  ],
  returns: { type: 'list', description: 'The pieces; an empty list for null' },
  examples: [{ expression: "SPLIT('a,b,,c', ',')", result: ['a', 'b', '', 'c'] }],
  pure: true,
  arity: [1, many],
  call: (_, value, delimiter) => {
    const text = textArgument('SPLIT', 'text', value);
    if (text === null) return [];
    const between = stringArgument('SPLIT', 'delimiter', delimiter);
    if (between === '') throw argumentError('SPLIT needs a delimiter that is not empty');
    return text.split(between);
  },
};

function fill(name: string, value: unknown, filler: unknown, length: unknown, left: boolean): string | null {
  if (absent(value)) return null;
  const text = textOf(value);
  const fillText = absent(filler) ? '' : textOf(filler);
  if (fillText === '') throw argumentError(`${name} needs a character to fill with`);
  const wanted = toInteger(length);
  if (wanted === null)
    throw argumentError(`${name} needs a whole number as 'length', not ${describe(length)}`);
  boundedText(name, wanted);
  return left ? text.padStart(wanted, fillText[0]) : text.padEnd(wanted, fillText[0]);
}

const fillParameters = [
  parameter('text', 'any', 'What to pad, by its text form'),
  parameter('fill', 'string', 'Its first character fills'),
  parameter('length', 'integer', 'The length to reach'),
];

const fillLeft: StellarFunction = {
  name: 'FILL_LEFT',
  category: 'strings',
  description: 'Pads a text on the left to a length.',
  parameters: fillParameters,
  returns: { type: 'string', description: 'The padded text, null for null' },
  examples: [{ expression: "FILL_LEFT('7', '0', 3)", result: '007' }],
  pure: true,
  arity: [3, many],
  call: (_, text, filler, length) => fill('FILL_LEFT', text, filler, length, true),
};

const fillRight: StellarFunction = {
  name: 'FILL_RIGHT',
  category: 'strings',
  description: 'Pads a text on the right to a length.',
  parameters: fillParameters,
  returns: { type: 'string', description: 'The padded text, null for null' },
  examples: [{ expression: "FILL_RIGHT('7', '.', 3)", result: '7..' }],
  pure: true,
  arity: [3, many],
  call: (_, text, filler, length) => fill('FILL_RIGHT', text, filler, length, false),
};

const prependIfMissing: StellarFunction = {
  name: 'PREPEND_IF_MISSING',
  category: 'strings',
  description: 'Puts a prefix before a text that begins with neither it nor the alternative.',
  parameters: [
    parameter('text', 'string', 'The text'),
    parameter('prefix', 'string', 'What it shall begin with'),
    optional('alternative', 'string', 'What also counts as there'),
  ],
  returns: { type: 'string', description: 'The text with the prefix, null for null' },
  examples: [{ expression: "PREPEND_IF_MISSING('example.com', 'www.')", result: 'www.example.com' }],
  pure: true,
  arity: [2, 3],
  call: (_, value, prefix, alternative) => {
    const text = stringOrNull('PREPEND_IF_MISSING', 'text', value);
    const start = stringOrNull('PREPEND_IF_MISSING', 'prefix', prefix);
    const other = absent(alternative) ? '' : stringArgument('PREPEND_IF_MISSING', 'alternative', alternative);
    if (text === null || start === null || start === '') return text;
    if (text.startsWith(start) || (other !== '' && text.startsWith(other))) return text;
    boundedText('PREPEND_IF_MISSING', text.length + start.length);
    return start + text;
  },
};

const appendIfMissing: StellarFunction = {
  name: 'APPEND_IF_MISSING',
  category: 'strings',
  description: 'Puts a suffix behind a text that ends with neither it nor the alternative.',
  parameters: [
    parameter('text', 'string', 'The text'),
    parameter('suffix', 'string', 'What it shall end with'),
    optional('alternative', 'string', 'What also counts as there'),
  ],
  returns: { type: 'string', description: 'The text with the suffix, null for null' },
  examples: [{ expression: "APPEND_IF_MISSING('example', '.com')", result: 'example.com' }],
  pure: true,
  arity: [2, 3],
  call: (_, value, suffix, alternative) => {
    const text = stringOrNull('APPEND_IF_MISSING', 'text', value);
    const end = stringOrNull('APPEND_IF_MISSING', 'suffix', suffix);
    const other = absent(alternative) ? '' : stringArgument('APPEND_IF_MISSING', 'alternative', alternative);
    if (text === null || end === null || end === '') return text;
    if (text.endsWith(end) || (other !== '' && text.endsWith(other))) return text;
    boundedText('APPEND_IF_MISSING', text.length + end.length);
    return text + end;
  },
};

export const stringFunctions: readonly StellarFunction[] = [
  trim,
  chop,
  chomp,
  startsWith,
  endsWith,
  substring,
  join,
  split,
  fillLeft,
  fillRight,
  prependIfMissing,
  appendIfMissing,
];

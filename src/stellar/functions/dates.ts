import { type CalendarFields, calendarFields } from '../calendar.ts';
import { toLong, toText } from '../convert.ts';
import { parseDate } from '../date-reader.ts';
import { typeError } from '../errors.ts';
import type { Capabilities, StellarFunction } from '../expression.ts';
import { datePattern, formatDate } from '../java-date.ts';
import { hostZone, zoneOf } from '../time-zone.ts';
import { describe, kindOf, long, numberOf } from '../values.ts';
import { absent, now } from './arguments.ts';
import { optional, parameter } from './define.ts';

/**
 * Dates, with the patterns of Java's SimpleDateFormat. Without a zone in the call, the zone is the capability `timeZone`,
 * else this machine's.
 */

const many = Number.POSITIVE_INFINITY;

export function defaultZone(capabilities: Capabilities): string {
  return capabilities.timeZone ?? hostZone();
}

const toEpochTimestamp: StellarFunction = {
  name: 'TO_EPOCH_TIMESTAMP',
  category: 'dates',
  description:
    'Reads a date from text. Fields may run over (month 13 is January of the next year); text behind the date is ignored.',
  parameters: [
    parameter('text', 'string', 'The text'),
    parameter('pattern', 'string', 'How the date is written, for example yyyy-MM-dd HH:mm:ss'),
    optional('zone', 'string', 'The time zone, for example Europe/Berlin; an unknown one means GMT'),
  ],
  returns: { type: 'long', description: 'Milliseconds since 1970, null when the text holds no such date' },
  examples: [
    {
      expression: "TO_EPOCH_TIMESTAMP('2016-01-05 17:02:30', 'yyyy-MM-dd HH:mm:ss', 'UTC')",
      result: 1452013350000,
    },
    { expression: "TO_EPOCH_TIMESTAMP('soon', 'yyyy-MM-dd', 'UTC')", result: null },
  ],
  pure: false,
  arity: [2, many],
  call: (capabilities, value, pattern, zone) => {
    const text = toText(value);
    const format = toText(pattern);
    if (text === null || format === null) return null;
    datePattern(format);
    const time = parseDate(format, text, toText(zone) ?? defaultZone(capabilities), {
      now: now(capabilities),
    });
    return time === undefined ? null : long(time);
  },
};

const dateFormat: StellarFunction = {
  name: 'DATE_FORMAT',
  category: 'dates',
  description: 'Writes a date.',
  parameters: [
    parameter('pattern', 'string', 'How to write it'),
    optional('timestamp', 'long', 'Milliseconds since 1970; now when absent'),
    optional('zone', 'string', 'The time zone'),
  ],
  returns: { type: 'string', description: 'The date, null when the pattern is null' },
  examples: [
    {
      expression: "DATE_FORMAT('EEE MMM dd yyyy HH:mm:ss zzz', 1452013350000L, 'UTC')",
      result: 'Tue Jan 05 2016 17:02:30 UTC',
    },
  ],
  pure: false,
  arity: [1, many],
  call: (capabilities, pattern, second, third) => {
    const format = absent(pattern) ? null : (toText(pattern) ?? '[]');
    if (format === null) return null;
    if (third === undefined) {
      if (second === null) return null;
      if (typeof second === 'string') return formatDate(format, now(capabilities), second);
      const time = kindOf(second) === 'long' ? numberOf(second)! : now(capabilities);
      return formatDate(format, time, defaultZone(capabilities));
    }
    if (second !== null && kindOf(second) !== 'long') {
      throw typeError(
        `DATE_FORMAT needs a long as 'timestamp', not ${describe(second)}`,
        'TO_LONG converts it',
      );
    }
    if (third !== null && typeof third !== 'string')
      throw typeError(`DATE_FORMAT needs a string as 'zone', not ${describe(third)}`);
    return formatDate(
      format,
      second === null ? now(capabilities) : numberOf(second)!,
      third ?? defaultZone(capabilities),
    );
  },
};

function dateField(
  name: string,
  description: string,
  result: number,
  read: (fields: CalendarFields) => number,
): StellarFunction {
  return {
    name,
    category: 'dates',
    description: `${description} Of now when there is no argument.`,
    parameters: [optional('timestamp', 'long', 'Milliseconds since 1970')],
    returns: { type: 'integer', description: 'The number, null when the argument is not a whole number' },
    examples: [{ expression: `${name}(1451649600000L)`, result }],
    pure: false,
    call: (capabilities, value) => {
      const time = value === undefined ? now(capabilities) : toLong(value);
      if (time === null) return null;
      const instant = Number(time);
      if (Math.abs(instant) > 8.64e15) return null;
      return read(calendarFields(instant, zoneOf(defaultZone(capabilities))));
    },
  };
}

// The examples' instant is Friday, January 1 2016, noon in UTC.
const fields: readonly StellarFunction[] = [
  dateField(
    'DAY_OF_WEEK',
    'The day of the week, 1 for Sunday to 7 for Saturday.',
    6,
    ({ weekday }) => weekday + 1,
  ),
  dateField('DAY_OF_MONTH', 'The day of the month, from 1.', 1, ({ day }) => day),
  dateField(
    'WEEK_OF_MONTH',
    'The week of the month, from 1; weeks begin on Sunday.',
    1,
    ({ weekOfMonth }) => weekOfMonth,
  ),
  dateField(
    'WEEK_OF_YEAR',
    'The week of the year, from 1; weeks begin on Sunday, the first holds January 1.',
    1,
    ({ weekOfYear }) => weekOfYear,
  ),
  dateField('MONTH', 'The month, 0 for January to 11 for December.', 0, ({ month }) => month),
  dateField('YEAR', 'The year.', 2016, ({ year }) => year),
  dateField('DAY_OF_YEAR', 'The day of the year, from 1.', 1, ({ dayOfYear }) => dayOfYear),
];

const isDate: StellarFunction = {
  name: 'IS_DATE',
  category: 'validation',
  description: 'Whether a text begins with a date of a pattern that the calendar has (no February 30).',
  parameters: [
    parameter('text', 'string', 'The text'),
    parameter('pattern', 'string', 'How the date is written'),
  ],
  returns: { type: 'boolean', description: 'True when it does; false when either is null' },
  examples: [
    { expression: "IS_DATE('2014-05-01', 'yyyy-MM-dd')", result: true },
    { expression: "IS_DATE('2014-02-30', 'yyyy-MM-dd')", result: false },
  ],
  pure: true,
  call: (_, value, pattern) => {
    if (absent(value) || absent(pattern)) return false;
    const text = toText(value);
    const format = toText(pattern);
    if (text === null || format === null) return false;
    return parseDate(format, text, 'UTC', { strict: true }) !== undefined;
  },
};

const nowFunction: StellarFunction = {
  name: 'NOW',
  category: 'dates',
  description: 'The time now.',
  parameters: [],
  returns: { type: 'long', description: 'Milliseconds since 1970' },
  examples: [{ expression: 'NOW() > 1700000000000L', result: true }],
  pure: false,
  call: (capabilities) => long(now(capabilities)),
};

export const dateFunctions: readonly StellarFunction[] = [
  toEpochTimestamp,
  dateFormat,
  ...fields,
  isDate,
  nowFunction,
];

import { deviceDifferences } from './device-differences.ts';
import { asList, asMembers, type IntendedDifference, type Members } from './difference.ts';
import { eventDifferences } from './event-differences.ts';
import { grokDifferences } from './grok-differences.ts';

const badQuery: IntendedDifference = {
  reason:
    'loses data: a query that cannot be read is refused when the sensor is configured, not at every record',
  instead: { outcome: 'configError' },
};

/** Configurations of a sensor that cannot work. */
const refusedAtLoad: IntendedDifference = {
  reason:
    'loses data: a transformation or strategy that cannot work (no output, an expression that does not compile, no messageField) is refused when the configuration is read, not at every record',
  instead: { outcome: 'configError', error: undefined, errorScope: undefined },
};

const missingComma: IntendedDifference = {
  reason:
    'contradicts the documentation: JSON without a comma between two members is no JSON, and is refused',
  instead: { outcome: 'error', error: true, errorScope: 'whole-call', expect: undefined },
};

const nullMembers: IntendedDifference = {
  reason:
    'loses data: members that are null are left out, as Zeek writes them when told to include unset fields; the reference refuses the record',
  instead: {
    outcome: 'ok',
    error: undefined,
    errorScope: undefined,
    expect: { original_string: 'HTTP | ts:null a:null', protocol: 'http' },
    exact: true,
    parserValid: false,
  },
};

const bigIntegers: IntendedDifference = {
  reason:
    'loses data: integers beyond 2^53 are kept as text, digit by digit, since JSON numbers of that size change in most readers',
  instead: {
    expect: {
      big: '12345678901234567890123',
      l: '9007199254740993',
      n: 0,
      timestamp: 1781524800000,
      x: 1000,
    },
  },
};

const lineIsOriginal: IntendedDifference = {
  reason:
    'contradicts the documentation: original_string is the line of the message, not all lines of the record, which would repeat each of them in all messages',
  instead: (vector) => {
    const refused = new Set(asList(vector['errors']).map((error) => asMembers(error)['raw']));
    const lines = String(vector['raw'])
      .split('\n')
      .filter((line) => !refused.has(line));
    const messages = asList(vector['expectMany']);
    return {
      expectMany: messages.map((message, i) => ({ ...asMembers(message), original_string: lines[i] })),
    };
  },
};

const nilTimeInMs: IntendedDifference = {
  reason:
    'contradicts the documentation: a message without a time gets the present one in milliseconds, as everywhere, not in seconds',
  instead: (vector) => ({ expect: { ...asMembers(vector['expect']), timestamp: 1781524800000 } }),
};

/** A syslog line that the reference refuses without need, and some fields of what it reads as. */
function readableLine(reason: string, expect: Members): IntendedDifference {
  return { reason, instead: { outcome: 'ok', error: undefined, errors: undefined, exact: false, expect } };
}

/** A time that the reference refuses without need; `expect` is what it reads as. */
function readable(reason: string, expect: number): IntendedDifference {
  return { reason, instead: { error: undefined, expect } };
}

const unpadded = 'loses data: an unpadded day can be read without doubt';
const leapDay = 'loses data: Feb 29 without a year, in a year that has none, is that of the last leap year';
const longFraction = 'loses data: fractions of a second may have any length';
const basicOffset = 'loses data: an offset without a colon can be read without doubt';
const explicitYear = 'loses data: a year that is written out is believed, however far ahead it lies';

export const intendedDifferences: ReadonlyMap<string, IntendedDifference> = new Map<
  string,
  IntendedDifference
>([
  ...deviceDifferences,
  ...eventDifferences,
  ...grokDifferences,
  ['bro-0020', missingComma],
  ['bro-0041', nullMembers],
  ['jsonmap-0008', badQuery],
  ['jsonmap-0016', badQuery],
  ['jsonmap-0036', bigIntegers],
  ['jsonmap-0043', badQuery],
  ...['0020', '0051', '0052', '0057', '0061', '0067', '0147'].map(
    (id) => [`pipeline-${id}`, refusedAtLoad] as const,
  ),
  [
    'pipeline-0164',
    {
      reason:
        'loses data: a captured timestamp is valid whatever its size; Metron refuses one that fits 32 bits',
      instead: {
        outcome: 'ok',
        error: undefined,
        expectErrors: undefined,
        exact: true,
        expect: { guid: '<uuid>', original_string: '12345', 'source.type': 'test', timestamp: 12345 },
      },
    },
  ],
  ['syslog3164-0003', lineIsOriginal],
  ['syslog3164-0004', lineIsOriginal],
  ['syslog3164-0007', readableLine(unpadded, { timestamp: 1759356855000, 'syslog.message': 'su: x' })],
  ['syslog3164-0009', readableLine(longFraction, { timestamp: 1760220855123, 'syslog.message': 'su: x' })],
  ['syslog3164-0014', readableLine(leapDay, { timestamp: 1709244855000 })],
  [
    'syslog3164-0015',
    readableLine('loses data: a year behind the day is read', {
      timestamp: 1444601655000,
      'syslog.message': 'x',
    }),
  ],
  ['syslog3164-0021', lineIsOriginal],
  ['syslog5424-0003', lineIsOriginal],
  ['syslog5424-0007', lineIsOriginal],
  ['syslog5424-0008', nilTimeInMs],
  ['syslog5424-0009', nilTimeInMs],
  ['syslog5424-0010', nilTimeInMs],
  ['syslog5424-0018', nilTimeInMs],
  ['syslog5424-0019', nilTimeInMs],
  ['syslog5424-0020', nilTimeInMs],
  ['syslog5424-0027', readableLine(longFraction, { timestamp: 1065910455123, 'syslog.message': 'too many' })],
  ['syslog5424-0032', readableLine('loses data: text may hold any character', { 'syslog.message': '日本' })],
  ['syslog5424-0033', lineIsOriginal],
  ['syslog5424-0034', lineIsOriginal],
  ['time-0003', readable(unpadded, 1760017331000)],
  ['time-0010', readable(leapDay, 1709164800000)],
  ['time-0012', readable(unpadded, 1444398131000)],
  ['time-0017', readable(longFraction, 1444398131123)],
  ['time-0020', readable(basicOffset, 1444394531000)],
  ['time-0026', readable(unpadded, 1760031731000)],
  ['time-0033', readable(leapDay, 1709182800000)],
  ['time-0035', readable(unpadded, 1444412531000)],
  ['time-0040', readable(longFraction, 1444398131123)],
  ['time-0043', readable(basicOffset, 1444394531000)],
  ['time-0049', readable(unpadded, 1759997531000)],
  ['time-0056', readable(leapDay, 1709145000000)],
  ['time-0058', readable(unpadded, 1444378331000)],
  ['time-0063', readable(longFraction, 1444398131123)],
  ['time-0066', readable(basicOffset, 1444394531000)],
  ['time-0110', { reason: explicitYear, instead: { expect: 1781870460000 } }],
  ['time-0111', { reason: explicitYear, instead: { expect: 1781870460000 } }],
  ['time-0113', readable('loses data: RFC 3339 can be read without doubt', 1461576382000)],
  ['time-0114', readable('loses data: RFC 3339 can be read without doubt', 1461576382000)],
  [
    'time-0154',
    {
      reason: 'contradicts the documentation: a time without a year is never more than four days ahead',
      instead: { expect: 1767225599000 },
    },
  ],
  ['time-0112', { reason: explicitYear, instead: { expect: 1781870460000 } }],
]);

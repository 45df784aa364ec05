/** Whatever a record holds, a parser says so through its sink, at once. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { builtInParsers } from './builtin.ts';
import type { Message, Parser } from './parser.ts';

const environment = { now: () => 1781524800000, timeZone: 'UTC', readFile: () => '' };

/** Parsers of these formats need no configuration. */
const names = ['jsonmap', 'zeek', 'bro', 'syslog3164', 'syslog5424', 'suricata'];

function make(name: string, config: Record<string, unknown> = {}): Parser {
  const type = builtInParsers.find((candidate) => candidate.name === name);
  if (type === undefined) throw new Error(`no parser ${name}`);
  return type.configure(config, environment);
}

function count(parser: Parser, text: string): { messages: Message[]; errors: number; skips: number } {
  const out = { messages: [] as Message[], errors: 0, skips: 0 };
  parser.parse(text, {
    emit: (message) => void out.messages.push(message),
    reject: () => void out.errors++,
    fail: () => void out.errors++,
    skip: () => void out.skips++,
  });
  return out;
}

const pieces = fc.constantFrom(
  ...[
    '{',
    '}',
    '[',
    ']',
    '"',
    '\\',
    ':',
    ',',
    '<34>',
    '1 ',
    '- ',
    ' ',
    '\n',
    '\r\n',
    '\t',
    '#fields\tts\ta',
    '#separator \\x',
    '"ts":',
    '1.5',
  ],
  ...[
    '"_path":"conn"',
    '"type":"x"',
    '"__proto__":{"a":1}',
    '"constructor":1',
    'Oct 11 22:14:15 ',
    '2016-04-25T09:26:22Z ',
    '\0',
    '\ufffd',
    '\ud800',
  ],
  ...[
    '"event_type":"alert"',
    '"timestamp":"2016-04-25T09:26:22Z"',
    'null',
    '1e999',
    '12345678901234567890',
    '//',
    '/*',
    '*/',
    '=',
    '"a":',
    'é',
  ],
);
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.array(pieces, { maxLength: 40 }).map((parts) => parts.join('')),
  fc.json(),
);

describe.each(names)('%s', (name) => {
  test('takes any text without throwing, and lets none of it reach a prototype', () => {
    const parser = make(name);
    fc.assert(
      fc.property(text, (input) => {
        for (const message of count(parser, input).messages) {
          expect(Object.getPrototypeOf(message)).toBe(Object.prototype);
          JSON.stringify(message);
        }
      }),
      { numRuns: 500 },
    );
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  test.each(hostile())('does not stall on a record of 1 MiB: %s', (_what, input) => {
    const parser = make(name);
    count(parser, input.slice(0, 1000));
    const start = process.threadCpuUsage();
    count(parser, input);
    const { user, system } = process.threadCpuUsage(start);
    // The promise is 100 ms; the rest is for the machine's other work and for compiling.
    expect((user + system) / 1000).toBeLessThan(400);
  });
});

function hostile(): [string, string][] {
  const mib = 1_048_576;
  const fill = (unit: string, before = '', after = ''): string =>
    before + unit.repeat(Math.floor((mib - before.length) / unit.length)) + after;
  return [
    ['letters', fill('x')],
    ['line ends', fill('\n')],
    ['short lines', fill('1\n')],
    ['short lines under a header', fill('1\n', '#fields\tts\ta\n#types\ttime\tcount\n')],
    ['headers', fill('#fields\ta\n1\n')],
    ['headers that all differ', Array.from({ length: 60_000 }, (_, i) => `#fields\ta${i}\n1`).join('\n')],
    ['a header of many fields', `#fields\t${'a\t'.repeat(400_000)}\n1`],
    [
      'a name that is long',
      `{"_path":"x","ts":1,"event_type":"x","timestamp":"2016-04-25T09:26:22Z","${'k'.repeat(mib)}":1}`,
    ],
    [
      'names that are long and deep',
      `{"event_type":"x","timestamp":"2016-04-25T09:26:22Z","ts":1,"_path":"x","a":${`{"${'k'.repeat(4000)}":`.repeat(250)}1${'}'.repeat(250)}}`,
    ],
    ['opening brackets', fill('[')],
    ['deep objects', fill('{"a":', '', '')],
    ['deep lists that close', `{"ts":1,"_path":"x","a":${'['.repeat(mib / 2)}${']'.repeat(mib / 2)}}`],
    ['quotes', fill('"')],
    ['backslashes', fill('\\', '{"a":"', '"}')],
    ['escaped quotes', fill('\\"', '{"a":"', '"}')],
    ['comments', fill('/* */', '', '{}')],
    ['slashes', fill('/')],
    ['a comment that never ends', fill('*/ /*', '/*')],
    [
      'big integers',
      fill(
        '9007199254740993,',
        '{"_path":"x","ts":1,"event_type":"x","timestamp":"2016-04-25T09:26:22Z","a":[',
        '1]}',
      ),
    ],
    [
      'many members',
      `{"_path":"x","ts":1,${Array.from({ length: 60_000 }, (_, i) => `"k${i}":${i}`).join(',')}}`,
    ],
    ['objects without end', fill('{}\n')],
    ['blanks', fill(' ', '<34>Oct 11 22:14:15 host ')],
    ['blanks in structured data', fill(' ', '<165>1 2003-10-11T22:14:15.003Z h a 1 m [x ')],
    ['structured data', fill('[a b="c"]', '<165>1 2003-10-11T22:14:15.003Z h a 1 m ')],
    ['priorities', fill('<34>')],
    ['tabs', fill('\t', '#fields\tts\ta\n')],
    ['escaped bytes', fill('\\xff', '#fields\tts\ta\n1.0\t')],
    ['NULs', fill('\0')],
  ];
}

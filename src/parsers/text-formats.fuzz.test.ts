/** Whatever a record holds, the parsers of text lines say so through their sink, at once. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { asaTags } from './asa-tags.ts';
import { createParser } from './builtin.ts';
import type { Message, Parser } from './parser.ts';

const environment = {
  now: () => 1781524800000,
  timeZone: 'UTC',
  readFile: (): string => {
    throw new Error('no files');
  },
};

const configs: Record<string, Record<string, unknown>> = {
  asa: { details: true },
  csv: { columns: { a: 0, ['__proto__']: 1, constructor: 2 } },
  grok: {
    patternLabel: 'LINE',
    grokStatement: 'LINE %{DATA:a}:%{DATA:b} %{DATA:c}=%{NUMBER:constructor} (?<__proto__>.*?)!%{IP:e}',
    multiLine: true,
  },
  snort: {},
  squid: {},
  yaf: {},
};

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

const piece = fc.constantFrom(
  ...[
    '<166>',
    'Jan  5 09:52:35 ',
    'Jan 05 2016 09:52:35',
    ' fw1 ',
    ': ',
    '%',
    'Built ',
    'TCP ',
    'connection 1 for ',
    'inside:',
  ],
  ...[
    '10.1.1.1',
    '2001:db8::1',
    '/80',
    ' to ',
    '|',
    '2016-01-28 15:29:48.512',
    '1461576382.642',
    ' 161 ',
    'TCP_MISS/200 ',
    '"',
  ],
  ...[
    '\\',
    ',',
    '\n',
    '\r\n',
    '\0',
    '\ud800',
    '#',
    ' ',
    '=',
    '!',
    '-',
    '1',
    "'",
    '(',
    ')',
    '[',
    ']',
    '01/27/16-16:01:04.877970',
  ],
  ...asaTags.keys(),
);
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.array(piece, { maxLength: 40 }).map((parts) => parts.join('')),
);

const mib = 1_048_576;
const units = [
  'x',
  '1',
  ' ',
  'a ',
  '1.',
  'a:',
  '1.1.1.1/1 ',
  '::1',
  '"',
  '\\',
  '"a,',
  '|',
  'a=b ',
  '\n',
  '\n1',
  '1.1 1 1.1.1.1 ',
  '\0',
];
const starts = [
  '',
  '<166>Jan  5 09:52:35 fw1 %ASA-6-302013: Built TCP connection 1 for ',
  '2016-01-28 15:29:48.5|2016-01-28 15:29:48.5|',
];

describe.each(Object.keys(configs))('%s', (name) => {
  const parser = createParser(name, configs[name]!, environment);

  test('takes any text without throwing, and lets none of it reach a prototype', () => {
    fc.assert(
      fc.property(text, (input) => {
        const { messages, errors } = count(parser, input);
        if (name !== 'csv' && input !== '') expect(messages.length + errors).toBeGreaterThan(0);
        for (const message of messages) {
          expect(Object.getPrototypeOf(message)).toBe(Object.prototype);
          JSON.stringify(message);
        }
      }),
      { numRuns: 500 },
    );
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  test.each(units)('does not stall on a record of 1 MiB made of %j', (unit) => {
    for (const start of starts) {
      const input = start + unit.repeat(Math.floor((mib - start.length) / unit.length));
      count(parser, input.slice(0, 1000));
      const before = process.cpuUsage();
      count(parser, input);
      const { user, system } = process.cpuUsage(before);
      // The promise is 100 ms; the rest is for the machine's other work and for compiling.
      expect((user + system) / 1000).toBeLessThan(250);
    }
  });
});

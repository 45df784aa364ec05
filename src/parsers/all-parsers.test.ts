/** What holds for every parser of the registry: its description as data, its samples, hostile input. */
import { describe, expect, test } from 'vitest';
import { builtInParsers, createParser } from './builtin.ts';
import { fuzzParser } from './fuzzing.ts';
import { inspectParserConfig } from './options.ts';
import type { Message, Parser, ParserType } from './parser.ts';
import { runParser } from './parser-harness.ts';
import { hasMandatoryFields } from './runner.ts';
import { documentedParsers } from './shared/documented-parsers.ts';

/** Inputs for each parser: `SKOPOS_FUZZ=1000000` for as many as are promised. */
const inputs = Number(process.env['SKOPOS_FUZZ'] ?? 3_000);

const environment = {
  now: () => 1_781_524_800_000,
  timeZone: 'UTC',
  readFile: (path: string): string => {
    throw new Error(`no file ${path}`);
  },
};

/** One object a record: what stands behind it is passed over, as Metron's do. */
const readsOneObject: ReadonlySet<string> = new Set(['lancope', 'logstash']);

/** Each is in one place of a text: what tells of the text tells of it. */
const marks = Array.from({ length: 5_000 }, (_, i) => `mark-${String(i).padStart(4, '0')}`);

function make({ name, sampleConfig = {} }: ParserType): Parser {
  return createParser(name, sampleConfig, environment);
}

describe.each(builtInParsers.map((type) => [type.name, type] as const))('%s', (name, type) => {
  const samples = type.samples ?? [];

  test('carries its description, its options and at least five samples', () => {
    expect(samples.length).toBeGreaterThanOrEqual(5);
    expect(new Set(samples).size).toBe(samples.length);
    expect(type.description).not.toBe('');
    expect(type.references?.length).toBeGreaterThan(0);
    expect(type.options).toBeDefined();
    for (const option of type.options ?? []) expect(option.description, option.name).toMatch(/\.$/);
  });

  test.each(samples)('reads its sample %#', (sample) => {
    const { messages, rejected, failures } = runParser(name, { ...type.sampleConfig }, sample);
    expect([...rejected, ...failures]).toEqual([]);
    expect(messages.length).toBeGreaterThan(0);
    const parser = make(type);
    for (const message of messages) {
      // The runner adds original_string where a parser leaves that to it.
      const complete = { original_string: sample, ...message };
      expect(parser.validate?.(complete) ?? hasMandatoryFields(complete)).toBe(true);
      expect(Number.isSafeInteger(message['timestamp'])).toBe(true);
      expect(JSON.parse(JSON.stringify(message))).toEqual(message);
    }
  });

  test('is configured by its samples without a complaint, and hears of a key that is nearly one of its own', () => {
    expect(inspectParserConfig(type, type.sampleConfig ?? {})).toEqual([]);
    const [option] = type.options ?? [];
    if (option === undefined) return;
    const problems = inspectParserConfig(type, { ...type.sampleConfig, [`${option.name}s`]: 'x' });
    expect(problems).toMatchObject([
      { severity: 'error', key: `${option.name}s`, hint: `Did you mean ${option.name}?` },
    ]);
  });

  test.each([
    ['lines', marks.map((mark) => `{"${mark}": (`).join('\n')],
    ['a list', JSON.stringify(marks)],
    ...(readsOneObject.has(name)
      ? []
      : [['lines under the first of its samples', [samples[0], ...marks].join('\n')]]),
  ])(
    'says of each of 5,000 entries that it refuses what became of it, in a thousand errors and one: %s',
    (_form, text) => {
      const told: string[] = [];
      const refused: string[] = [];
      make(type).parse(text, {
        // The runner adds original_string where a parser leaves that to it.
        emit: (message) => void told.push(JSON.stringify({ original_string: text, ...message })),
        reject: (line) => void refused.push(line),
        fail: () => void refused.push(text),
        skip: (line) => void told.push(line),
      });
      const all = [...told, ...refused].join('\n');
      expect(marks.filter((mark) => !all.includes(mark))).toEqual([]);
      expect(refused.length).toBeLessThanOrEqual(1001);
    },
  );

  test(`takes ${inputs} mutations of its samples: none throws, stalls or is lost`, {
    timeout: 600_000,
  }, () => {
    const report = fuzzParser(type, inputs, 20_260_101, documented.has(name) ? problemOf : undefined);
    expect(report.problems).toEqual([]);
    expect(report.messages).toBeGreaterThan(0);
  });

  test('takes time in proportion to the length of a line, whatever fills it', { timeout: 120_000 }, () => {
    const slow: string[] = [];
    for (const unit of units) {
      for (const start of startsOf(samples)) {
        const parser = make(type);
        const timeOf = (length: number): number => leastTime(parser, fill(start, unit, length));
        timeOf(kib);
        const medium = timeOf(32 * kib);
        const long = timeOf(1024 * kib);
        // 32 times the length: 32 times the time, thrice that for caches and collections, and for what is too quick to measure.
        if (long > 96 * medium + 150)
          slow.push(
            `${JSON.stringify(unit)} behind ${JSON.stringify(start.slice(0, 40))}: ${medium} ms, ${long} ms`,
          );
      }
    }
    expect(slow).toEqual([]);
  });
});

const documented = new Set(documentedParsers.map(({ parser }) => parser.name));

/** Whatever the record holds, a message of a documented parser has a time that is a whole number and its text, and is JSON. */
function problemOf(message: Message): string | undefined {
  if (!Number.isSafeInteger(message['timestamp'])) return 'timestamp is no whole number';
  if (typeof message['original_string'] !== 'string') return 'original_string is no text';
  JSON.stringify(message);
  return undefined;
}

const kib = 1024;
// biome-ignore format: in groups
const units = [
  'x', ' ', '"', '\\', '|', '=', ',', '{', '[', '<', ':', '\n', 'a=b ', 'a="b" ', '\\,', '\\|', '","', '[1:2:3]', '{},', '1.1.1.1 ', "'", '\t=',
];

/** Nothing, and a sample's first two thirds: what fills the line then stands inside a value. */
function startsOf(samples: readonly string[]): string[] {
  const [first = ''] = samples;
  return ['', first.slice(0, (first.length * 2) / 3)];
}

function fill(start: string, unit: string, length: number): string {
  return start + unit.repeat(Math.max(1, Math.floor((length - start.length) / unit.length)));
}

function leastTime(parser: Parser, text: string): number {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 2; round++) {
    const before = process.threadCpuUsage();
    parser.parse(text, silent);
    const { user, system } = process.threadCpuUsage(before);
    least = Math.min(least, (user + system) / 1000);
    if (least < 5) break;
  }
  return least;
}

const silent = { emit(_message: Message): void {}, reject(): void {}, fail(): void {}, skip(): void {} };

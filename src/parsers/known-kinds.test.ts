/** Parsers that read quickly what came before make the same of a record as they do when they see its kind for the first time. */
import { expect, it } from 'vitest';
import { builtInParsers } from './builtin.ts';
import type { Parser, ParserType } from './parser.ts';
import { testClock } from './parser-harness.ts';

const inputs = 1_500;
const environment = { now: () => testClock, timeZone: 'UTC', readFile: () => '' };

// biome-ignore format: in groups
const pieces = [
  '"', '\\', ',', ':', '{', '}', '[', ']', ' ', '0', '1', '-', '.', '1e3', 'null', 'true', '\\u0041', '\\/', '&amp;', '<', '>', '</', "'", '\n', 'é',
  '12345678901234567890', '1.50', '"1":2,', '"7":"x",', '"__proto__":1,',
];
const numbers = ['0', '-5', '-0', '1.0', '2.50', '99999999999999999999', '1e5', 'null', '"t"', 'true', '007'];
const names = ['"1":', '"22":', '"__proto__":', '"ts":', '"a":'];

/** Numbers below a limit, the same in each run (xorshift). */
function random(): (limit: number) => number {
  let x = 12_345;
  return (limit) => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return (x >>> 0) % limit;
  };
}

function mutated(sample: string, below: (limit: number) => number): string {
  let text = sample;
  for (let step = below(3); step >= 0; step--) {
    const at = below(text.length + 1);
    const replaceOne = (what: RegExp, by: readonly string[]): string => {
      const all = [...text.matchAll(what)];
      const one = all[below(Math.max(1, all.length))];
      if (one === undefined) return text;
      return text.slice(0, one.index) + by[below(by.length)] + text.slice(one.index + one[0].length);
    };
    const which = below(5);
    if (which === 0) text = text.slice(0, at) + pieces[below(pieces.length)] + text.slice(at);
    else if (which === 1) text = text.slice(0, at) + text.slice(at + 1 + below(6));
    else if (which === 2) text = replaceOne(/\d+/g, numbers);
    else if (which === 3) text = replaceOne(/"[a-z]\w*":/gi, names);
    else {
      const from = below(text.length + 1);
      text = text.slice(0, at) + text.slice(from, from + below(20)) + text.slice(at);
    }
  }
  return text;
}

function outcomesOf(parser: Parser, text: string): unknown[] {
  const outcomes: unknown[] = [];
  parser.parse(text, {
    emit: (message) => void outcomes.push(message),
    reject: (line, error) => void outcomes.push(['rejected', line, error.message]),
    fail: (error) => void outcomes.push(['failed', error.message]),
    skip: (line, reason) => void outcomes.push(['skipped', line, reason]),
  });
  return outcomes;
}

const make = ({ configure, sampleConfig = {} }: ParserType): Parser =>
  configure({ ...sampleConfig }, environment);

it.each(['bro', 'zeek', 'windows-event', 'okta', 'otlp-logs', 'entra-id', 'suricata', 'snort', 'csv'])(
  '%s makes the same of mutated samples whether their kinds are known or not',
  (name) => {
    const type = builtInParsers.find((one) => one.name === name)!;
    const { samples = [] } = type;
    const below = random();
    let known = make(type);
    for (let i = 0; i < inputs; i++) {
      if (i % 300 === 0) known = make(type);
      if (i % 50 === 0) for (const sample of samples) outcomesOf(known, sample);
      const text = mutated(samples[below(samples.length)]!, below);
      const first = outcomesOf(known, text);
      const again = outcomesOf(known, text);
      const anew = outcomesOf(make(type), text);
      expect(first, text).toEqual(anew);
      expect(again, text).toEqual(anew);
    }
  },
  60_000,
);

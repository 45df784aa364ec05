/**
 * Whatever a record holds: every message of a documented parser has a time that is a whole number and its text. (That none throws, stalls or is lost, and
 * that time is linear, is shown for all parsers by all-parsers.test.ts.) `FUZZ_RUNS` is the number of mutated samples for each parser (default
 * 1500), `FUZZ_SEED` begins another series.
 */
import { describe, expect, test } from 'vitest';
import type { Message, Parser, ParserEnvironment, ParseSink } from '../parser.ts';
import { documentedParsers } from './documented-parsers.ts';

const runs = Number(process.env['FUZZ_RUNS'] ?? 1500);
const seed = Number(process.env['FUZZ_SEED'] ?? 1);
const environment: ParserEnvironment = {
  now: () => 1_781_524_800_000,
  timeZone: 'UTC',
  readFile: () => {
    throw new Error('no files');
  },
};

/** A small generator with a stated beginning (mulberry32), so that a failure can be had again. */
function generator(start: number): () => number {
  let state = start >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

// biome-ignore format: rows of a kind
const pieces = [
  '\n', '\r\n', '\0', '\ud800', '\ufffd', '\ufeff', ' ', '  ', '\t', '"', "'", '\\', '\\"', '=', '==', ',', ';', ':', '::', '|', '-', '--', '.', '/',
  '<', '>', '</', '/>', '&', '&amp;', '&#x41;', '&lol;', '<!--', '-->', '<![CDATA[', ']]>', '<!DOCTYPE a [<!ENTITY b "c">]>', '<?xml', '?>',
  '{', '}', '[', ']', '{}', '[]', 'null', 'true', '0', '-1', '1e999', '12345678901234567890', '99999999999', '-0', '00', '1.5', 'NaN',
  '__proto__', 'constructor', '"__proto__":{"a":1},', '"constructor":1,', '__proto__=1 ', 'é', '\u{1f512}', '%', '%00', '\\x00', '\\u0000',
  '<34>', '<999>', '1 ', 'Oct 11 22:14:15 ', '2026-02-30T00:00:00Z', '9999-12-31T23:59:59Z', '255.255.255.255', '::1', '999.1.1.1',
];

function mutated(samples: readonly string[], random: () => number): string {
  const pick = (count: number): number => Math.floor(random() * count);
  let text = samples[pick(samples.length)] ?? '';
  for (let changes = 1 + pick(4); changes > 0; changes--) {
    const at = pick(text.length + 1);
    const length = pick(random() < 0.8 ? 8 : text.length + 1);
    switch (pick(6)) {
      case 0:
        text = text.slice(0, at) + text.slice(at + length);
        break;
      case 1:
        text = text.slice(0, at) + (pieces[pick(pieces.length)] ?? '') + text.slice(at);
        break;
      case 2:
        text =
          text.slice(0, at) + String.fromCharCode(pick(random() < 0.9 ? 256 : 65_536)) + text.slice(at + 1);
        break;
      case 3:
        text = text.slice(0, at) + text.slice(at, at + length).repeat(1 + pick(3)) + text.slice(at);
        break;
      case 4: {
        const other = samples[pick(samples.length)] ?? '';
        const from = pick(other.length);
        text = text.slice(0, at) + other.slice(from, from + length) + text.slice(at);
        break;
      }
      default:
        text = text.slice(0, at);
    }
  }
  return text;
}

class Tally implements ParseSink {
  outcomes = 0;
  readonly messages: Message[] = [];
  emit(message: Message): void {
    this.outcomes++;
    if (this.messages.length < 20) this.messages.push(message);
  }
  reject(): void {
    this.outcomes++;
  }
  fail(): void {
    this.outcomes++;
  }
  skip(): void {
    this.outcomes++;
  }
}

function parse(parser: Parser, text: string): Tally {
  const tally = new Tally();
  parser.parse(text, tally);
  return tally;
}

function cpuMs(work: () => void): number {
  const start = process.threadCpuUsage();
  work();
  const { user, system } = process.threadCpuUsage(start);
  return (user + system) / 1000;
}

describe.each(documentedParsers.map(({ parser }) => [parser.name, parser] as const))('%s', (_name, type) => {
  const config = { ...type.sampleConfig };

  test('takes any mutation of its samples: no exception, no lost input, nothing reaches a prototype', () => {
    const parser = type.configure(config, environment);
    const random = generator(seed);
    let slowest = 0;
    let slowestText = '';
    for (let i = 0; i < runs; i++) {
      const text = mutated(type.samples, random);
      const start = performance.now();
      let tally: Tally;
      try {
        tally = parse(parser, text);
      } catch (error) {
        throw new Error(`threw for ${JSON.stringify(text)}`, { cause: error });
      }
      const took = performance.now() - start;
      if (took > slowest) {
        slowest = took;
        slowestText = text;
      }
      if (text !== '' && tally.outcomes === 0) expect.unreachable(`lost ${JSON.stringify(text)}`);
      for (const message of tally.messages) {
        if (Object.getPrototypeOf(message) !== Object.prototype)
          expect.unreachable(`prototype ${JSON.stringify(text)}`);
        if (!Number.isSafeInteger(message['timestamp'])) expect.unreachable(`time ${JSON.stringify(text)}`);
        if (typeof message['original_string'] !== 'string')
          expect.unreachable(`text ${JSON.stringify(text)}`);
        if (i % 16 === 0) JSON.stringify(message);
      }
    }
    expect(Object.keys(Object.prototype)).toEqual([]);
    // A pause of the machine is no hang of the parser: what was slow is asked again.
    if (slowest > 50) expect(cpuMs(() => parse(parser, slowestText))).toBeLessThan(50);
  }, 600_000);
});

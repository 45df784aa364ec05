/**
 * Mutates the samples of a parser, as bytes, and checks what becomes of each: no exception, no stall, every input ends as messages, errors or
 * a skip, and nothing of it reaches a prototype. The same seed gives the same inputs.
 */
import { charsetDecoder } from './charset.ts';
import type { Message, Parser, ParserType, ParseSink } from './parser.ts';

export interface FuzzReport {
  readonly parser: string;
  readonly inputs: number;
  readonly messages: number;
  readonly errors: number;
  readonly skips: number;
  /** Milliseconds of processor time of the slowest input that was looked at twice. */
  readonly slowest: number;
  /** What went wrong, with the input as JSON; a few of them at most. */
  readonly problems: readonly string[];
}

/** Milliseconds of processor time that one input may take. */
export const stall = 50;
const mostProblems = 5;
const longestInput = 8_192;

// biome-ignore format: in groups
const tokens: readonly Buffer[] = [
  '"', "'", '\\', '|', '=', ',', ';', ':', '\t', '\n', '\r\n', ' ', '   ', '{', '}', '[', ']', '(', ')', '<', '>', '<34>', '%', '&', '#', '//', '/*',
  '\0', '\x1b', '\u00e9', '\u65e5', '\ud83d\ude00', '\ufeff', '-', '+', '.', '0', '1', '-1', '99999999999999999999', '1e999', 'NaN', 'null', 'true',
  '__proto__', 'constructor', 'toString', 'Jan  1 00:00:00', 'Feb 29 00:00:00', '2026-02-30T25:61:61Z', '1970-01-01T00:00:00Z', 'CEF:0|', 'LEEF:2.0|',
  'a=b', '\\=', '\\|', '\\u0000', '{"a":', '":"', '0x5E', '::1', '999.999.999.999', '%{IP:a}', '</', '/>', '&amp;', '&#x41;', '&lol;', '<!--', '-->',
  '<![CDATA[', ']]>', '<!DOCTYPE a [<!ENTITY b "c">]>', '<?xml', '?>', '"__proto__":{"a":1},', '"constructor":1,', '__proto__=1 ', '\\x00', '%00', '-0', '00',
  '1.5', '<999>', '1 ', 'Oct 11 22:14:15 ', '9999-12-31T23:59:59Z', '255.255.255.255',
].map((text) => Buffer.from(text, 'utf8'));

/** A small generator of random numbers (xorshift): the inputs of a run can be made again. */
class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = (seed | 0) === 0 ? 0x9e3779b9 : seed | 0;
  }

  below(limit: number): number {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x;
    return (x >>> 0) % limit;
  }
}

function mutate(seeds: readonly Buffer[], random: Random, out: Buffer): Buffer {
  const seed = seeds[random.below(seeds.length)]!;
  let length = Math.min(seed.length, longestInput);
  seed.copy(out, 0, 0, length);
  for (let step = random.below(4) + 1; step > 0; step--) {
    const at = random.below(length + 1);
    switch (random.below(7)) {
      case 0:
        if (at < length) out[at] = random.below(256);
        break;
      case 1: {
        const end = Math.min(length, at + 1 + random.below(1 + random.below(40)));
        out.copyWithin(at, end, length);
        length -= end - at;
        break;
      }
      case 2:
        length = insert(
          out,
          length,
          at,
          tokens[random.below(tokens.length)]!,
          1 + random.below(1 + random.below(8)),
        );
        break;
      case 3: {
        const other = seeds[random.below(seeds.length)]!;
        const from = random.below(other.length);
        length = insert(out, length, at, other.subarray(from, from + 1 + random.below(60)), 1);
        break;
      }
      case 4: {
        const from = random.below(length + 1);
        length = insert(
          out,
          length,
          at,
          Buffer.from(out.subarray(from, Math.min(length, from + random.below(30)))),
          1 + random.below(4),
        );
        break;
      }
      case 5:
        length = at;
        break;
      default:
        if (at < length) out[at] = out[at]! ^ (1 << random.below(8));
    }
  }
  return out.subarray(0, length);
}

function insert(out: Buffer, length: number, at: number, piece: Buffer, times: number): number {
  const room = out.length - length;
  const copies = piece.length === 0 ? 0 : Math.min(times, Math.floor(room / piece.length));
  if (copies === 0) return length;
  const added = copies * piece.length;
  out.copyWithin(at + added, at, length);
  for (let i = 0; i < copies; i++) piece.copy(out, at + i * piece.length);
  return length + added;
}

/** What is wrong with a message; undefined when nothing is. */
export type MessageCheck = (message: Message) => string | undefined;

class Judge implements ParseSink {
  readonly #check: MessageCheck | undefined;
  messages = 0;
  errors = 0;
  skips = 0;
  wrong: string | undefined;

  constructor(check?: MessageCheck) {
    this.#check = check;
  }

  emit(message: Message): void {
    this.messages++;
    if (Object.getPrototypeOf(message) !== Object.prototype) this.wrong = 'a message has another prototype';
    this.wrong ??= this.#check?.(message);
  }
  reject(_line: string, error: Error): void {
    this.errors++;
    if (!(error instanceof Error)) this.wrong = 'a line is refused without an error';
  }
  fail(error: Error): void {
    this.errors++;
    if (!(error instanceof Error)) this.wrong = 'a record fails without an error';
  }
  skip(_line: string, reason: string): void {
    this.skips++;
    if (reason === '') this.wrong = 'a skip has no reason';
  }
  get said(): number {
    return this.messages + this.errors + this.skips;
  }
}

/** Runs `count` inputs through the parser as its samples are configured. `check` looks at every message. */
export function fuzzParser(type: ParserType, count: number, seed: number, check?: MessageCheck): FuzzReport {
  const parser = type.configure(type.sampleConfig ?? {}, {
    now: () => 1_781_524_800_000,
    timeZone: 'UTC',
    readFile: (path) => {
      throw new Error(`no file ${path}`);
    },
  });
  const decode = charsetDecoder('UTF-8');
  const seeds = (type.samples ?? []).map((sample) => Buffer.from(sample, 'utf8'));
  const random = new Random(seed);
  const room = Buffer.alloc(longestInput * 2);
  const judge = new Judge(check);
  const problems: string[] = [];
  let slowest = 0;
  for (let i = 0; i < count; i++) {
    const text = decode(mutate(seeds, random, room));
    const before = judge.said;
    const start = performance.now();
    try {
      parser.parse(text, judge);
    } catch (error) {
      judge.wrong = `threw ${String(error)}`;
    }
    if (performance.now() - start > stall) {
      const used = processorTime(parser, text);
      slowest = Math.max(slowest, used);
      if (used > stall) judge.wrong ??= `took ${Math.round(used)} ms`;
    }
    if (judge.said === before) judge.wrong ??= 'nothing was said of it';
    if (judge.wrong !== undefined) {
      if (problems.length < mostProblems) problems.push(`${judge.wrong}: ${JSON.stringify(text)}`);
      judge.wrong = undefined;
    }
  }
  for (const key in {}) problems.push(`Object.prototype has got a member ${key}`);
  const { messages, errors, skips } = judge;
  return { parser: type.name, inputs: count, messages, errors, skips, slowest, problems };
}

/** The least of three runs: other work on the machine takes none of it, a collection of garbage may take some. */
function processorTime(parser: Parser, text: string): number {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 3; round++) {
    const start = process.threadCpuUsage();
    parser.parse(text, new Judge());
    const { user, system } = process.threadCpuUsage(start);
    least = Math.min(least, (user + system) / 1000);
  }
  return least;
}

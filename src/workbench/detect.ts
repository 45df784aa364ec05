/**
 * Says what a log is: every parser tries its records, and of those that understand them the most particular one wins. How particular a
 * parser is shows in how few samples of other formats it takes: one for any JSON takes many, one for Suricata's takes its own.
 */
import { type Message, ParserRunner, type ParserType } from '../parsers/index.ts';

export interface Candidate {
  readonly parser: ParserType;
  /** Share of the records that became messages, 0 to 1. */
  readonly understood: number;
  /** Share of the samples of other formats that it refuses, 0 to 1. */
  readonly particular: number;
  /** 0 to 1: how sure it is that this is the format. */
  readonly confidence: number;
  /** The first message. */
  readonly first: Message;
}

export interface DetectOptions {
  /** The clock, epoch milliseconds. */
  readonly now: number;
}

const leastUnderstood = 0.5;
/** A message that has fewer of the fields that the format's own samples have is no message of the format. */
const leastFit = 0.5;
/** A parser that takes more than a third of other formats' samples says little by understanding a record. */
const leastParticular = 0.65;
/** Fields that every message has, whatever its format. */
const everywhere = new Set(['timestamp', 'original_string', 'source.type', 'guid']);

interface Format {
  readonly type: ParserType;
  readonly runner: ParserRunner;
  /** Fields that at least half of the format's samples have. */
  readonly core: ReadonlySet<string>;
  /** By the fit that messages must have; known once it was asked for. */
  readonly particular: Map<number, number>;
}

interface Trial {
  readonly understood: number;
  /** Fields of messages, on average. */
  readonly fields: number;
  readonly first: Message | null;
}

/**
 * Detects formats among `types`: those with samples that need no settings (a CSV or a Grok pattern is no format by itself). Learns from the
 * samples, once, which fields each format has, and how particular its parser is.
 */
export class FormatDetector {
  readonly #formats: readonly Format[];

  constructor(types: readonly ParserType[], options: DetectOptions) {
    this.#formats = types
      .filter(
        (type) =>
          (type.samples?.length ?? 0) > 0 &&
          type.detectable !== false &&
          type.options?.some(({ required }) => required === true) !== true,
      )
      .flatMap((type) => {
        const runner = runnerOf(type, options);
        if (runner === null) return [];
        return [{ type, runner, core: coreFields(runner, type.samples ?? []), particular: new Map() }];
      });
  }

  /**
   * The parsers that understand at least half of the records, the likeliest first. Where none finds the fields that its format mostly has (a single
   * line of a rare kind, JSON of an application), those that are particular enough to be believed without are named, half as sure.
   */
  detect(records: readonly string[]): readonly Candidate[] {
    if (records.length === 0) return [];
    const found = this.#find(records, leastFit);
    if (found.length > 0) return found;
    return this.#find(records, 0).map((candidate) => ({
      ...candidate,
      confidence: candidate.confidence / 2,
    }));
  }

  #find(records: readonly string[], fit: number): readonly Candidate[] {
    const found: (Omit<Candidate, 'confidence'> & { readonly weight: number })[] = [];
    for (const format of this.#formats) {
      const trial = tryFormat(format, records, fit);
      const understood = trial.understood / records.length;
      if (understood < leastUnderstood || trial.first === null) continue;
      const particular = this.#particularOf(format, fit);
      if (fit === 0 && particular < leastParticular) continue;
      // Of two that are as particular, the one that finds more in the records knows them better.
      const weight = understood * particular ** 4 * Math.log2(2 + trial.fields);
      found.push({ parser: format.type, understood, particular, first: trial.first, weight });
    }
    found.sort((a, b) => b.weight - a.weight);
    return found.map(({ weight, ...candidate }, rank) => {
      const rival = found[rank === 0 ? 1 : 0]?.weight ?? 0;
      const share = weight / (weight + rival);
      return {
        ...candidate,
        // What speaks for the first is what it understands, and how far the second stays behind.
        confidence: candidate.understood * (rank === 0 ? 0.5 + share / 2 : share),
      };
    });
  }

  #particularOf(format: Format, fit: number): number {
    const known = format.particular.get(fit);
    if (known !== undefined) return known;
    let others = 0;
    let taken = 0;
    for (const other of this.#formats) {
      if (other === format) continue;
      const samples = (other.type.samples ?? []).slice(0, 5);
      others += samples.length;
      taken += tryFormat(format, samples, fit).understood;
    }
    const particular = others === 0 ? 1 : 1 - taken / others;
    format.particular.set(fit, particular);
    return particular;
  }
}

/** Null where a parser needs more than it tells of, as one of a plug-in may: no format by itself. */
function runnerOf(type: ParserType, { now }: DetectOptions): ParserRunner | null {
  try {
    const parser = type.configure(type.sampleConfig ?? {}, {
      now: () => now,
      timeZone: 'UTC',
      readFile: (file) => {
        throw new Error(`${file} is not read while detecting`);
      },
    });
    return new ParserRunner({ sensor: 'detect', parser });
  } catch {
    return null;
  }
}

function coreFields(runner: ParserRunner, samples: readonly string[]): ReadonlySet<string> {
  const counts = new Map<string, number>();
  let messages = 0;
  for (const sample of samples) {
    for (const message of messagesOf(runner, sample).messages) {
      messages += 1;
      for (const field of Object.keys(message)) {
        if (!everywhere.has(field)) counts.set(field, (counts.get(field) ?? 0) + 1);
      }
    }
  }
  return new Set([...counts].filter(([, count]) => count * 2 >= messages).map(([field]) => field));
}

function tryFormat({ runner, core }: Format, records: readonly string[], fit: number): Trial {
  let understood = 0;
  let fields = 0;
  let first: Message | null = null;
  for (const record of records) {
    const { messages, failures } = messagesOf(runner, record);
    const fitting = messages.filter((message) => fitOf(message, core) >= fit);
    if (fitting.length === 0 || fitting.length < failures) continue;
    understood += 1;
    first ??= fitting[0] ?? null;
    fields += Object.keys(fitting[0] ?? {}).length;
  }
  return { understood, fields: understood === 0 ? 0 : fields / understood, first };
}

function fitOf(message: Message, core: ReadonlySet<string>): number {
  if (core.size === 0) return 1;
  let has = 0;
  for (const field of core) if (Object.hasOwn(message, field)) has += 1;
  return has / core.size;
}

function messagesOf(runner: ParserRunner, record: string): { messages: Message[]; failures: number } {
  const messages: Message[] = [];
  let failures = 0;
  runner.run(record, null, {
    emit: ({ 'source.type': _, ...message }) => messages.push(message),
    fail: () => {
      failures += 1;
    },
    // A line that holds no message by the format's own rules speaks for the format as little as against it.
    drop: () => undefined,
  });
  return { messages, failures };
}

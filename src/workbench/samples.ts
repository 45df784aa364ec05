/**
 * Samples kept beside a sensor's configuration, run as tests: `parsers/asa.samples/login.log` holds lines, `login.json` what they
 * should become.
 */
import { existsSync, globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import type { Snapshot } from '../config/index.ts';
import { SkoposError } from '../errors.ts';
import { replaceFile } from '../files/index.ts';
import { type Message, type RunnerSink, recordDecoder } from '../parsers/index.ts';
import { createSensorRunner } from '../pipeline/index.ts';
import { readRecords } from './records.ts';
import { parserOf } from './trace.ts';

const expectationSchema = z.strictObject({
  /** The clock of the run, for formats without a year. ISO 8601. */
  now: z.iso.datetime(),
  messages: z.array(z.record(z.string(), z.unknown())),
  failures: z.array(z.strictObject({ raw: z.string(), error: z.string() })).default([]),
  filtered: z.int().min(0).default(0),
  skipped: z.int().min(0).default(0),
  /** Too long to be records. */
  oversize: z.int().min(0).default(0),
});

/** What a file of samples becomes. */
export type SampleOutcome = z.output<typeof expectationSchema>;

export interface SampleFile {
  readonly sensor: string;
  /** The file of lines. */
  readonly file: string;
  readonly expectationFile: string;
}

export interface SampleDifference {
  /** Such as `messages[2].ip_src_addr`. */
  readonly path: string;
  readonly expected: unknown;
  readonly actual: unknown;
}

export type SampleResult =
  | { readonly status: 'passed'; readonly sample: SampleFile; readonly outcome: SampleOutcome }
  | { readonly status: 'updated'; readonly sample: SampleFile; readonly outcome: SampleOutcome }
  | {
      readonly status: 'differs';
      readonly sample: SampleFile;
      readonly outcome: SampleOutcome;
      readonly differences: readonly SampleDifference[];
    }
  | { readonly status: 'unexpected'; readonly sample: SampleFile; readonly outcome: SampleOutcome }
  | { readonly status: 'failed'; readonly sample: SampleFile; readonly error: Error };

/** All samples of a configuration folder, in the order of sensors and files. */
export function findSamples(folder: string): readonly SampleFile[] {
  return globSync('parsers/*.samples/*', { cwd: folder })
    .filter((file) => !file.endsWith('.json'))
    .sort()
    .map((file) => ({
      sensor: path.basename(path.dirname(file)).replace(/\.samples$/, ''),
      file: path.join(folder, file),
      expectationFile: path.join(folder, `${file.slice(0, file.length - path.extname(file).length)}.json`),
    }));
}

export interface RunSampleOptions {
  /** Writes what the lines become as what is expected. */
  readonly update?: boolean;
  /** The clock where no expectation names one, epoch milliseconds. */
  readonly now: number;
}

/** Never rejects for what a sample or its configuration holds. */
export async function runSample(
  snapshot: Snapshot,
  sample: SampleFile,
  options: RunSampleOptions,
): Promise<SampleResult> {
  try {
    const expected = existsSync(sample.expectationFile)
      ? await readExpectation(sample.expectationFile)
      : null;
    const now = expected === null ? options.now : Date.parse(expected.now);
    const outcome = await outcomeOf(snapshot, sample, now);
    if (expected !== null && isDeepStrictEqual(expected, outcome))
      return { status: 'passed', sample, outcome };
    if (options.update === true) {
      await replaceFile(sample.expectationFile, `${JSON.stringify(shortened(outcome), null, 2)}\n`);
      return { status: 'updated', sample, outcome };
    }
    if (expected === null) return { status: 'unexpected', sample, outcome };
    return { status: 'differs', sample, outcome, differences: differencesOf('', expected, outcome) };
  } catch (error) {
    return { status: 'failed', sample, error: error as Error };
  }
}

async function outcomeOf(snapshot: Snapshot, sample: SampleFile, now: number): Promise<SampleOutcome> {
  const parser = parserOf(snapshot, sample.sensor);
  const clock = { now: () => now };
  const runner = createSensorRunner(snapshot, sample.sensor, parser, { clock, capabilities: { clock } });
  const decode = recordDecoder(parser.parserClassName, parser.parserConfig);
  const messages: Message[] = [];
  const failures: { raw: string; error: string }[] = [];
  let filtered = 0;
  let skipped = 0;
  const { records, oversize } = await readRecords(sample.file, sample.sensor);
  const sink: RunnerSink = {
    emit: (message) => messages.push(message),
    fail: ({ raw, error }) => failures.push({ raw, error: error.message }),
    drop: (reason) => {
      if (reason === 'filtered') filtered += 1;
      else skipped += 1;
    },
  };
  for (const record of records) runner.run(decode(record), null, sink, record);
  // Through JSON, as the expectation went: -0, undefined and the like do not survive it.
  return JSON.parse(
    JSON.stringify({ now: new Date(now).toISOString(), messages, failures, filtered, skipped, oversize }),
  );
}

async function readExpectation(file: string): Promise<SampleOutcome> {
  const parsed = expectationSchema.safeParse(JSON.parse(await readFile(file, 'utf8')));
  if (parsed.success) return parsed.data;
  throw new SkoposError('SKP_SAMPLE', `${file} is no expectation: ${z.prettifyError(parsed.error)}`, {
    hint: '"skopos test --update" writes it anew.',
  });
}

/** Without what is empty. */
function shortened(outcome: SampleOutcome): Partial<SampleOutcome> {
  const { now, messages, failures, filtered, skipped, oversize } = outcome;
  return {
    now,
    messages,
    ...(failures.length === 0 ? {} : { failures }),
    ...(filtered === 0 ? {} : { filtered }),
    ...(skipped === 0 ? {} : { skipped }),
    ...(oversize === 0 ? {} : { oversize }),
  };
}

function differencesOf(at: string, expected: unknown, actual: unknown): SampleDifference[] {
  if (isDeepStrictEqual(expected, actual)) return [];
  if (Array.isArray(expected) && Array.isArray(actual)) {
    return Array.from({ length: Math.max(expected.length, actual.length) }, (_, index) =>
      differencesOf(`${at}[${index}]`, expected[index], actual[index]),
    ).flat();
  }
  if (isObject(expected) && isObject(actual)) {
    return [...new Set([...Object.keys(expected), ...Object.keys(actual)])].flatMap((key) =>
      differencesOf(at === '' ? key : `${at}.${key}`, own(expected, key), own(actual, key)),
    );
  }
  return [{ path: at, expected, actual }];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function own(object: Record<string, unknown>, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

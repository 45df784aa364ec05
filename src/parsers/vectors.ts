/**
 * Runs cases that say what a parser makes of a record (JSON Lines): those without a `kind`, and the kinds of the time helpers
 * (`syslogTimestamp`, `syslogMultiFormat`, `severity`, `facility`). Cases of other kinds and of parsers that are not registered are skipped.
 */
import { builtInParsers } from './builtin.ts';
import { charsetDecoder } from './charset.ts';
import { cefTimes, leefTimes, readDeviceTime } from './device-time.ts';
import { asList, type IntendedDifference } from './difference.ts';
import { ParserConfigError } from './errors.ts';
import { isMap } from './fields.ts';
import { intendedDifferences } from './intended-differences.ts';
import { parseJson } from './json.ts';
import type { Message, Parser, ParserEnvironment } from './parser.ts';
import { ParserRegistry } from './registry.ts';
import { hasMandatoryFields } from './runner.ts';
import { TimeZone } from './time-zone.ts';
import { facilityName, readAnySyslogTime, readSyslogTime, severityName } from './timestamps.ts';
import { compareMessage, sameValue } from './vector-comparison.ts';

export interface ParserVectorOptions {
  readonly registry?: ParserRegistry;
  /** Reads a file that a case's configuration names, such as `/patterns/asa`. Throws when it is absent. */
  readonly readFile?: (path: string) => string;
  readonly differences?: ReadonlyMap<string, IntendedDifference>;
}

export interface VectorReport {
  readonly passed: number;
  readonly failures: readonly { readonly id: string; readonly detail: string }[];
  readonly skipped: number;
}

const defaultClock = '2026-06-15T12:00:00Z';

/** A line that is not a JSON object counts as a failure. */
export async function runParserVectors(
  lines: Iterable<string>,
  options: ParserVectorOptions = {},
): Promise<VectorReport> {
  const registry = options.registry ?? new ParserRegistry(builtInParsers);
  const differences = options.differences ?? intendedDifferences;
  const failures: { id: string; detail: string }[] = [];
  let passed = 0;
  let skipped = 0;
  let number = 0;
  for (const line of lines) {
    number++;
    if (line.trim() === '') continue;
    const written = parseJson(line);
    if (!isMap(written)) {
      failures.push({ id: `line ${number}`, detail: 'not a JSON object' });
      continue;
    }
    const id = String(written['id']);
    const difference = differences.get(id);
    const vector = difference === undefined ? written : { ...written, ...insteadOf(difference, written) };
    const detail = runOne(vector, registry, options.readFile);
    if (detail === undefined) skipped++;
    else if (detail === '') passed++;
    else failures.push({ id, detail });
  }
  return { passed, failures, skipped };
}

function insteadOf(difference: IntendedDifference, vector: Message): Readonly<Record<string, unknown>> {
  return typeof difference.instead === 'function' ? difference.instead(vector) : difference.instead;
}

/** What is wrong; empty when nothing is, undefined when the case does not apply. */
function runOne(
  vector: Message,
  registry: ParserRegistry,
  readFile: ParserVectorOptions['readFile'],
): string | undefined {
  switch (vector['kind']) {
    case undefined:
      return runParser(vector, registry, readFile);
    case 'syslogTimestamp':
    case 'syslogMultiFormat':
      return runTime(vector);
    case 'cefTime':
    case 'leefTime':
    case 'fireeyeTime':
      return runDeviceTime(vector);
    case 'severity':
      return differing(vector['expect'], severityName(Number(vector['input'])));
    case 'facility':
      return differing(vector['expect'], facilityName(Number(vector['input'])));
    default:
      return undefined;
  }
}

function runTime(vector: Message): string {
  const zone = new TimeZone(typeof vector['zone'] === 'string' ? vector['zone'] : 'UTC');
  const now = clockOf(vector);
  const input = String(vector['input']);
  const read = vector['kind'] === 'syslogTimestamp' ? readSyslogTime : readAnySyslogTime;
  const time = read(input, zone, now);
  if (vector['error'] === true) return Number.isNaN(time) ? '' : `expected an error, got ${time}`;
  return differing(vector['expect'], time);
}

function runDeviceTime(vector: Message): string {
  const { input } = vector;
  const text = Array.isArray(input) ? input.join(' ') : String(input);
  const shapes = vector['kind'] === 'leefTime' ? leefTimes : cefTimes;
  const time = readDeviceTime(text, shapes, new TimeZone('UTC'), clockOf(vector));
  if (vector['error'] === true) return Number.isNaN(time) ? '' : `expected an error, got ${time}`;
  return differing(vector['expect'], time);
}

function clockOf(vector: Message): number {
  return Date.parse(typeof vector['clock'] === 'string' ? vector['clock'] : defaultClock);
}

function differing(expected: unknown, actual: unknown): string {
  return expected === actual ? '' : `expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}`;
}

interface Outcome {
  readonly messages: Message[];
  readonly rejected: string[];
  readonly failed: Error[];
}

function runParser(
  vector: Message,
  registry: ParserRegistry,
  readFile: ParserVectorOptions['readFile'],
): string | undefined {
  const type = registry.find(String(vector['parserClassName'])) ?? registry.find(String(vector['parser']));
  if (type === undefined) return undefined;
  const now = clockOf(vector);
  const config = isMap(vector['config']) ? vector['config'] : {};
  const environment: ParserEnvironment = {
    now: () => now,
    timeZone: typeof vector['tz'] === 'string' ? vector['tz'] : 'UTC',
    readFile(path) {
      if (readFile === undefined) throw new Error(`No files here: ${path}`);
      return readFile(path);
    },
  };
  let parser: Parser;
  try {
    parser = type.configure(config, environment);
  } catch (error) {
    if (vector['outcome'] !== 'configError') return `configuration refused: ${String(error)}`;
    return error instanceof ParserConfigError
      ? ''
      : `refused with ${String(error)}, not with a ParserConfigError`;
  }
  if (vector['outcome'] === 'configError') return 'expected the configuration to be refused';
  const outcome: Outcome = { messages: [], rejected: [], failed: [] };
  parser.parse(textOf(vector, config), {
    emit: (message) => void outcome.messages.push({ ...message }),
    reject: (line) => void outcome.rejected.push(line),
    fail: (error) => void outcome.failed.push(error),
    skip: () => {},
  });
  return judge(vector, outcome, parser);
}

function textOf(vector: Message, config: Message): string {
  if (typeof vector['rawB64'] !== 'string') return String(vector['raw']);
  const charset = typeof config['readCharset'] === 'string' ? config['readCharset'] : 'utf-8';
  return charsetDecoder(charset)(Buffer.from(vector['rawB64'], 'base64'));
}

function judge(vector: Message, outcome: Outcome, parser: Parser): string {
  const problems: string[] = [];
  const expected = isMap(vector['expect']) ? [vector['expect']] : asList(vector['expectMany']);
  if (expected.length !== outcome.messages.length) {
    const why = outcome.failed[0] === undefined ? '' : `: ${outcome.failed[0].message}`;
    problems.push(`expected ${expected.length} messages, got ${outcome.messages.length}${why}`);
  }
  const unordered = new Set(asList(vector['unordered']));
  const exact = vector['exact'] === true;
  for (const [index, message] of outcome.messages.entries()) {
    const wanted = expected[index];
    if (isMap(wanted)) compareMessage(wanted, message, exact, unordered, problems);
    for (const name of asList(vector['absent']))
      if (Object.hasOwn(message, String(name))) problems.push(`${String(name)} is there`);
  }
  const errors = outcome.rejected.length + outcome.failed.length;
  const wantsErrors = vector['outcome'] === 'error' || vector['outcome'] === 'partial';
  if (wantsErrors && errors === 0) problems.push('expected an error');
  if (!wantsErrors && errors > 0)
    problems.push(`unexpected errors: ${[...outcome.rejected, ...outcome.failed.map(String)].join('; ')}`);
  if (vector['errorScope'] === 'whole-call' && outcome.failed.length !== 1)
    problems.push('expected one error for the whole record');
  compareLines(vector['errors'], outcome.rejected, problems);
  compareValidity(vector['parserValid'], outcome.messages, parser, problems);
  return problems.join('; ');
}

function compareLines(errors: unknown, rejected: readonly string[], problems: string[]): void {
  if (!Array.isArray(errors)) return;
  const wanted = errors.map((error) => (isMap(error) ? String(error['raw']) : '')).sort();
  const actual = rejected.toSorted();
  if (!sameValue(wanted, actual))
    problems.push(`expected rejected lines ${JSON.stringify(wanted)}, got ${JSON.stringify(actual)}`);
}

function compareValidity(
  wanted: unknown,
  messages: readonly Message[],
  parser: Parser,
  problems: string[],
): void {
  if (wanted === undefined) return;
  for (const [index, message] of messages.entries()) {
    // The runner adds original_string before it asks.
    const complete = message['original_string'] === undefined ? { ...message, original_string: '' } : message;
    const valid = parser.validate?.(complete) ?? hasMandatoryFields(complete);
    const expected = Array.isArray(wanted) ? wanted[index] : wanted;
    if (valid !== expected)
      problems.push(`expected message ${index} to be ${expected === true ? 'valid' : 'invalid'}`);
  }
}

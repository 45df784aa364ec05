/**
 * Runs cases that go through all of a sensor's parsing stage (JSON Lines of the kinds `pipeline`, `transform` and `validate`): raw message
 * strategy, parser, field transformations, filter, validations, and the errors that come of them. Cases of other kinds are skipped.
 */
import { parseDocument } from '../config/index.ts';
import { asList } from '../parsers/difference.ts';
import type { ParserFailure, RunnerSink } from '../parsers/index.ts';
import {
  builtInParsers,
  charsetDecoder,
  type IntendedDifference,
  intendedDifferences,
  type Message,
  ParserRegistry,
  ParserRunner,
  recordMetadata,
  type VectorReport,
} from '../parsers/index.ts';
import { compareMessage, sameValue } from '../parsers/vector-comparison.ts';
import { errorEvent } from '../pipeline/error-event.ts';
import { compileStellar } from '../pipeline/index.ts';
import { createCheck, createFilter, createTransformations } from './index.ts';

export interface StageVectorOptions {
  /** Reads a file that a case's configuration names, such as `/patterns/asa`. Throws when it is absent. */
  readonly readFile: (path: string) => string;
  readonly differences?: ReadonlyMap<string, IntendedDifference>;
}

const kinds: ReadonlySet<unknown> = new Set(['pipeline', 'transform', 'validate']);
const defaultClock = '2026-06-15T12:00:00Z';

export function runStageVectors(lines: Iterable<string>, options: StageVectorOptions): VectorReport {
  const differences = options.differences ?? intendedDifferences;
  const failures: { id: string; detail: string }[] = [];
  let passed = 0;
  let skipped = 0;
  for (const line of lines) {
    if (line.trim() === '') continue;
    const written = JSON.parse(line) as Message;
    if (!kinds.has(written['kind'])) {
      skipped++;
      continue;
    }
    const id = String(written['id']);
    const difference = differences.get(id);
    const instead =
      typeof difference?.instead === 'function' ? difference.instead(written) : difference?.instead;
    const vector = { ...written, ...instead };
    const detail = runOne(vector, options);
    if (detail === '') passed++;
    else failures.push({ id, detail });
  }
  return { passed, failures, skipped };
}

function runOne(vector: Message, options: StageVectorOptions): string {
  switch (vector['kind']) {
    case 'transform':
      return runTransform(vector);
    case 'validate':
      return runValidation(vector);
    default:
      return runPipeline(vector, options);
  }
}

function servicesAt(now: number): Parameters<typeof createCheck>[1] {
  return { compile: compileStellar, capabilities: { clock: { now: () => now } } };
}

function clockOf(vector: Message): number {
  return Date.parse(typeof vector['clock'] === 'string' ? vector['clock'] : defaultClock);
}

function runTransform(vector: Message): string {
  const message = { ...(vector['message'] as Message) };
  const maps = asList(vector['sensorConfigMaps']) as readonly Message[];
  try {
    const list = [vector['transformer']] as unknown as Parameters<typeof createTransformations>[0];
    for (const transformation of createTransformations(list, servicesAt(clockOf(vector)))) {
      transformation.apply(message, { parserConfig: Object.assign({}, ...maps) as Message, metadata: null });
    }
  } catch (error) {
    return vector['error'] === true ? '' : `failed: ${String(error)}`;
  }
  if (vector['error'] === true) return `expected an error, got ${JSON.stringify(message)}`;
  const problems: string[] = [];
  compareMessage(vector['expect'] as Message, message, vector['exact'] === true, new Set(), problems);
  return problems.join('; ');
}

function runValidation(vector: Message): string {
  const list = [vector['validator']] as unknown as Parameters<typeof createCheck>[0];
  const valid = createCheck(list, servicesAt(clockOf(vector)), {})(vector['message'] as Message) === null;
  return valid === vector['valid'] ? '' : `expected ${valid ? 'invalid' : 'valid'}`;
}

class Collected implements RunnerSink {
  readonly messages: Message[] = [];
  readonly failures: ParserFailure[] = [];
  emit(message: Message): void {
    this.messages.push({ ...message });
  }
  fail(failure: ParserFailure): void {
    this.failures.push(failure);
  }
  drop(): void {}
  guid(): string {
    return '<uuid>';
  }
}

/** The runner of a case; an error text when its configuration is refused. */
function buildRunner(
  vector: Message,
  options: StageVectorOptions,
): { runner: ParserRunner; charset: string; reads: boolean } | string {
  const sensor = String(vector['sensor']);
  const sensorText = JSON.stringify(vector['sensorConfig']);
  const { value: config, problems } = parseDocument('parser', sensorText, {
    file: 'parsers/case.json',
    sensor,
  });
  if (config === null) return problems.map((problem) => problem.message).join('; ');
  const globalText = JSON.stringify(vector['globalConfig'] ?? {});
  const global = parseDocument('global', globalText, { file: 'global.json' });
  if (global.value === null) return global.problems.map((problem) => problem.message).join('; ');
  const now = clockOf(vector);
  const services = servicesAt(now);
  try {
    const filter = createFilter(config, services);
    const parser = new ParserRegistry(builtInParsers).create(config.parserClassName, config.parserConfig, {
      now: () => now,
      timeZone: typeof vector['tz'] === 'string' ? vector['tz'] : 'UTC',
      readFile: options.readFile,
    });
    const runner = new ParserRunner({
      ...config,
      sensor,
      parser,
      transformations: createTransformations(config.fieldTransformations, services),
      ...(filter === null ? {} : { filter }),
      check: createCheck(global.value.fieldValidations ?? [], services, global.value),
    });
    return {
      runner,
      charset: String(config.parserConfig['readCharset'] ?? 'UTF-8'),
      reads: config.readMetadata,
    };
  } catch (error) {
    return String(error);
  }
}

function runPipeline(vector: Message, options: StageVectorOptions): string {
  const built = buildRunner(vector, options);
  if (typeof built === 'string')
    return vector['outcome'] === 'configError' ? '' : `configuration refused: ${built}`;
  if (vector['outcome'] === 'configError') return 'expected the configuration to be refused';
  const bytes = Buffer.from(
    typeof vector['rawB64'] === 'string' ? Buffer.from(vector['rawB64'], 'base64') : String(vector['raw']),
  );
  const collected = new Collected();
  let metadata: Message | null = null;
  try {
    if (built.reads) metadata = metadataOf(vector);
    built.runner.run(charsetDecoder(built.charset)(bytes), metadata, collected);
  } catch (error) {
    collected.fail({
      errorType: 'parser_error',
      sensor: String(vector['sensor']),
      error: error as Error,
      raw: bytes.toString('utf8'),
    });
  }
  return judge(vector, collected, bytes);
}

/** A case without a topic has none among its metadata. */
function metadataOf({ topic, key }: Message): Message {
  const { topic: named, ...rest } = recordMetadata(String(topic), typeof key === 'string' ? key : null);
  return topic === undefined ? rest : { topic: named, ...rest };
}

function judge(vector: Message, collected: Collected, bytes: Buffer): string {
  const problems: string[] = [];
  const expected = vector['expect'] === undefined ? asList(vector['expectMany']) : [vector['expect']];
  const { messages, failures } = collected;
  if (expected.length !== messages.length) {
    const why = failures.map(({ error }) => error.message).join(', ');
    problems.push(`expected ${expected.length} messages, got ${messages.length}: ${why}`);
  }
  const unordered = new Set(asList(vector['unordered']));
  for (const [i, message] of messages.entries()) {
    const wanted = expected[i] as Message | undefined;
    if (wanted === undefined) continue;
    compareMessage(wanted, message, vector['exact'] === true, unordered, problems);
    for (const name of asList(vector['absent']))
      if (Object.hasOwn(message, String(name))) problems.push(`${String(name)} is there`);
  }
  const wantsErrors = vector['error'] === true || vector['expectErrors'] !== undefined;
  if (wantsErrors && failures.length === 0) problems.push('expected an error');
  if (!wantsErrors && failures.length > 0)
    problems.push(`unexpected errors: ${failures.map(({ error }) => error.message).join('; ')}`);
  const errors = asList(vector['expectErrors']) as readonly Message[];
  if (errors.length > 0 && errors.length !== failures.length)
    problems.push(`expected ${errors.length} errors, got ${failures.length}`);
  // The reference tells of refused messages before refused lines.
  const left = [...failures];
  for (const wanted of errors) {
    const at = left.findIndex(({ errorType }) => errorType === wanted['error_type']);
    if (at < 0) problems.push(`expected a ${String(wanted['error_type'])}`);
    else compareError(wanted, left.splice(at, 1)[0]!, bytes, problems);
  }
  return problems.join('; ');
}

function compareError(wanted: Message, failure: ParserFailure, bytes: Buffer, problems: string[]): void {
  const event = errorEvent(
    {
      letter: failure,
      topic: 't1',
      partition: 0,
      offset: 0,
      number: 0,
      guid: 'g',
      value: bytes,
      lineage: null,
      chain: [],
    },
    0,
  );
  for (const [name, value] of Object.entries(wanted)) {
    if (name === 'timestamp' || name === 'guid') continue;
    if (name === 'alsoPresent') {
      for (const other of asList(value))
        if (event[String(other)] === undefined) problems.push(`the error has no ${String(other)}`);
    } else if (name === 'raw_message_json') {
      const raw = JSON.parse(String(event['raw_message'])) as Message;
      compareMessage(value as Message, raw, true, new Set(), problems);
    } else if (name === 'error_fields') {
      if (!sameValue(value, [...(failure.errorFields ?? [])].sort()))
        problems.push(
          `error_fields: expected ${JSON.stringify(value)}, got ${JSON.stringify(failure.errorFields)}`,
        );
    } else if (name === 'error_hash') {
      // Of several fields the reference hashes the pairs in the order of a hash set.
      if (asList(wanted['error_fields']).length <= 1 && event[name] !== value)
        problems.push(`error_hash: expected ${String(value)}, got ${String(event[name])}`);
    } else if (!sameValue(event[name], value)) {
      problems.push(`${name}: expected ${JSON.stringify(value)}, got ${JSON.stringify(event[name])}`);
    }
  }
}

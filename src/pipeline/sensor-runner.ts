/** Builds what parses a sensor's records, as its configuration says. */
import type { SensorParserConfig, Snapshot } from '../config/index.ts';
import { createParser, ParserRunner, type RunnerOptions } from '../parsers/index.ts';
import type { Capabilities } from '../stellar/index.ts';
import { createCheck, createFilter, createTransformations } from '../transforms/index.ts';
import { compileStellar } from './compile.ts';
import { readPatternFile } from './pattern-files.ts';

export interface SensorRunnerOptions {
  readonly clock: { now(): number };
  readonly capabilities: Capabilities;
}

/**
 * The parser of a sensor with its transformations, filter and checks, in the form that `ParserRunner` takes.
 *
 * @throws SkoposError when the configuration cannot work
 */
export function sensorRunnerOptions(
  snapshot: Snapshot,
  sensor: string,
  parser: SensorParserConfig,
  options: SensorRunnerOptions,
): RunnerOptions {
  const environment = {
    now: () => options.clock.now(),
    timeZone: String(parser.parserConfig['timeZone'] ?? 'UTC'),
    readFile: (file: string) => readPatternFile(snapshot.folder, file),
  };
  const transforming = { compile: compileStellar, capabilities: options.capabilities };
  const filter = createFilter(parser, transforming);
  const validations = snapshot.global.fieldValidations ?? [];
  return {
    ...parser,
    sensor,
    parser: createParser(parser.parserClassName, parser.parserConfig, environment),
    transformations: createTransformations(parser.fieldTransformations, transforming),
    ...(filter === null ? {} : { filter }),
    ...(validations.length === 0 ? {} : { check: createCheck(validations, transforming, snapshot.global) }),
  };
}

export function createSensorRunner(...args: Parameters<typeof sensorRunnerOptions>): ParserRunner {
  return new ParserRunner(sensorRunnerOptions(...args));
}

/** Parsers to try, for PARSER_INIT: with their transformations, filter and checks, as the pipeline runs them. */
import { type ConfigChecks, parseDocument, type Snapshot } from '../config/index.ts';
import { charsetDecoder } from '../parsers/index.ts';
import { createSensorRunner } from '../pipeline/index.ts';
import { argumentError, type Capabilities, type Parsers } from '../stellar/index.ts';
import { refusal } from './refusal.ts';

export interface ParsersOptions {
  /** The configuration as it stands. */
  readonly snapshot: () => Snapshot;
  readonly clock: { now(): number };
  readonly capabilities: Capabilities;
  readonly checks?: ConfigChecks;
}

export function createParsers(options: ParsersOptions): Parsers {
  return {
    async open(sensor, configuration) {
      const snapshot = options.snapshot();
      const parser = configuration === null ? snapshot.parsers.get(sensor) : parsed(sensor, configuration);
      if (parser === undefined) {
        throw argumentError(
          `there is no sensor ${JSON.stringify(sensor.slice(0, 80))}`,
          `sensors: ${[...snapshot.parsers.keys()].sort().join(', ').slice(0, 500)}`,
        );
      }
      const runner = createSensorRunner(snapshot, sensor, parser, options);
      const decode = charsetDecoder('UTF-8');
      return {
        configuration: configuration ?? JSON.stringify(parser, null, 2),
        parse(text) {
          const messages: Readonly<Record<string, unknown>>[] = [];
          const errors: Readonly<Record<string, unknown>>[] = [];
          runner.run(decode(Buffer.from(text, 'utf8')), null, {
            emit: (message) => messages.push(message),
            fail: ({ errorType, raw, error, errorFields }) =>
              errors.push({
                error_type: errorType,
                message: error.message,
                raw_message: raw,
                failed_sensor_type: sensor,
                ...(errorFields === undefined ? {} : { error_fields: errorFields.join(',') }),
              }),
            drop: () => undefined,
          });
          return [...messages, ...errors];
        },
      };
    },
  };

  function parsed(sensor: string, text: string) {
    const { value, problems } = parseDocument('parser', text, {
      file: `parsers/${sensor}.json`,
      sensor,
      ...(options.checks === undefined ? {} : { checks: options.checks }),
    });
    if (value !== null) return value;
    throw refusal('the configuration cannot be used', problems);
  }
}

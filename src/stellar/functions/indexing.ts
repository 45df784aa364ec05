import { toBoolean, toInteger, toText } from '../convert.ts';
import { argumentError } from '../errors.ts';
import type { StellarFunction } from '../expression.ts';
import { describe } from '../values.ts';
import { absent, stringArgument } from './arguments.ts';
import { optional, parameter } from './define.ts';
import { documentOf, documentText, part } from './documents.ts';

/** Changes to the indexing configuration of a sensor, from text to text. */

const many = Number.POSITIVE_INFINITY;
const config = parameter('config', 'string', 'An indexing configuration as JSON text');
const writer = parameter('writer', 'string', 'The writer: hdfs, elasticsearch, solr, duckdb');
const returns = { type: 'string', description: 'The changed configuration as JSON text' } as const;

function changed(
  name: string,
  text: unknown,
  writerName: unknown,
  values: Readonly<Record<string, unknown>>,
): string {
  for (const [what, value] of [
    ['config', text],
    ['writer', writerName],
  ] as const)
    if (absent(value) || value === '') throw argumentError(`${name} needs the argument '${what}'`);
  const document = documentOf(name, stringArgument(name, 'config', text));
  Object.assign(part(name, document, stringArgument(name, 'writer', writerName)), values);
  return documentText(document);
}

function whole(name: string, what: string, value: unknown, least: number, fallback: number): number {
  const number = absent(value) ? fallback : toInteger(value);
  if (number === null || number < least)
    throw argumentError(`${name} needs a number from ${least} as '${what}', not ${describe(value)}`);
  return number;
}

const setBatch: StellarFunction = {
  name: 'INDEXING_SET_BATCH',
  category: 'configuration',
  description: 'Sets how many messages a writer gathers, and for how long.',
  parameters: [
    config,
    writer,
    optional('size', 'integer', 'Messages in a batch, from 1; 1 when absent'),
    optional('timeout', 'integer', 'Seconds after which a smaller batch is written; 0 when absent'),
  ],
  returns,
  examples: [
    {
      expression: "TO_JSON_MAP(INDEXING_SET_BATCH('{}', 'hdfs', 10, 2))",
      result: { hdfs: { batchSize: 10, batchTimeout: 2 } },
    },
  ],
  pure: true,
  arity: [2, many],
  call: (_, text, name, size, timeout) =>
    changed('INDEXING_SET_BATCH', text, name, {
      batchSize: whole('INDEXING_SET_BATCH', 'size', size, 1, 1),
      batchTimeout: whole('INDEXING_SET_BATCH', 'timeout', timeout, 0, 0),
    }),
};

const setEnabled: StellarFunction = {
  name: 'INDEXING_SET_ENABLED',
  category: 'configuration',
  description: 'Turns a writer on or off.',
  parameters: [config, writer, optional('enabled', 'boolean', 'Whether it writes; true when absent')],
  returns,
  examples: [
    {
      expression: "TO_JSON_MAP(INDEXING_SET_ENABLED('{}', 'hdfs', false))",
      result: { hdfs: { enabled: false } },
    },
  ],
  pure: true,
  arity: [2, many],
  call: (_, text, name, enabled) =>
    changed('INDEXING_SET_ENABLED', text, name, {
      enabled: absent(enabled) ? true : toBoolean(enabled) === true,
    }),
};

const setIndex: StellarFunction = {
  name: 'INDEXING_SET_INDEX',
  category: 'configuration',
  description: 'Sets the name of the index that a writer writes.',
  parameters: [config, writer, parameter('index', 'string', 'The index')],
  returns,
  examples: [
    {
      expression: "TO_JSON_MAP(INDEXING_SET_INDEX('{}', 'solr', 'firewalls'))",
      result: { solr: { index: 'firewalls' } },
    },
  ],
  pure: true,
  arity: [3, many],
  call: (_, text, name, index) => {
    const wanted = toText(index);
    if (wanted === null || wanted === '')
      throw argumentError("INDEXING_SET_INDEX needs the argument 'index'");
    return changed('INDEXING_SET_INDEX', text, name, { index: wanted });
  },
};

export const indexingFunctions: readonly StellarFunction[] = [setBatch, setEnabled, setIndex];

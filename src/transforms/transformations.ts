/**
 * Field transformations: one entry of `fieldTransformations` becomes a function that changes a message in place. The built-in
 * ones stand in one table.
 */
import type { FieldTransformation as Written } from '../config/index.ts';
import { SkoposError } from '../errors.ts';
import type { FieldTransformation, Message, TransformationContext } from '../parsers/index.ts';
import {
  type Capabilities,
  type CompiledExpression,
  compilePattern,
  textOf,
  toPlain,
} from '../stellar/index.ts';
import { type Named, NamedRegistry } from './named-registry.ts';

export interface TransformationServices {
  readonly compile: (source: string) => CompiledExpression;
  readonly capabilities: Capabilities;
}

/** Changes the message in place. */
export type Change = (message: Message, context: TransformationContext) => void;

/** A kind of transformation as it stands in the registry: built-in ones and those of plug-ins alike. */
export interface TransformationType extends Named {
  /** Throws `SkoposError` when it is configured so that it cannot work. */
  create(written: Written, services: TransformationServices): Change;
}

/** Kept by SELECT whatever it is told. */
const protectedFields = new Set(['timestamp', 'original_string', 'source.type']);

const package_ = 'org.apache.metron.common.field.transformation.';

function builtIn(
  name: string,
  className: string,
  description: string,
  create: TransformationType['create'],
): TransformationType {
  return { name, classNames: [`${package_}${className}`, className], description, create };
}

export const builtInTransformations: readonly TransformationType[] = [
  builtIn('STELLAR', 'StellarTransformation', 'Computes fields by Stellar expressions, in order.', stellar),
  builtIn(
    'REMOVE',
    'RemoveTransformation',
    'Removes fields, where a condition holds if there is one.',
    remove,
  ),
  builtIn('SELECT', 'SelectTransformation', 'Keeps its fields and those that every event has.', select),
  builtIn('RENAME', 'RenameTransformation', 'Gives fields other names.', rename),
  builtIn('IP_PROTOCOL', 'IPProtocolTransformation', 'Names an IP protocol by its number.', ipProtocol),
  builtIn(
    'REGEX_SELECT',
    'RegexSelectTransformation',
    'Sets a field to the first result whose pattern is found in another.',
    regexSelect,
  ),
];

export type TransformationRegistry = NamedRegistry<TransformationType>;

/** The built-in transformations and, behind them, those of plug-ins. */
export function transformationRegistry(more: Iterable<TransformationType> = []): TransformationRegistry {
  return new NamedRegistry('transformation', 'SKP_TRANSFORMATION', [...builtInTransformations, ...more]);
}

/** Throws `SkoposError` for a transformation that does not exist or is configured wrongly. */
export function createTransformations(
  list: readonly Written[],
  services: TransformationServices,
  registry: TransformationRegistry = transformationRegistry(),
): readonly FieldTransformation[] {
  return list.map((written) => ({
    apply: registry.get(written.transformation).create(written, services),
  }));
}

function names(value: string | readonly string[] | undefined): readonly string[] | null {
  if (value === undefined) return null;
  return typeof value === 'string' ? [value] : value;
}

/** `input`, and what `output` is when it is not written. Neither given is an error for those that need a field. */
function fields(written: Written): {
  readonly input: readonly string[] | null;
  readonly output: readonly string[];
} {
  const input = names(written.input);
  const output = names(written.output) ?? input;
  if (output === null) {
    throw new SkoposError(
      'SKP_TRANSFORMATION',
      `The transformation ${written.transformation} names neither input nor output`,
      {
        hint: 'Name the fields that it writes in "output".',
      },
    );
  }
  return { input, output };
}

/** What an expression sees of a message. */
function visible(message: Message, input: readonly string[] | null): Message {
  if (input === null) return message;
  const seen: Message = {};
  for (const name of input) if (Object.hasOwn(message, name)) seen[name] = message[name];
  return seen;
}

function setField(message: Message, name: string, value: unknown): void {
  if (value === null || value === undefined) delete message[name];
  else if (name === '__proto__')
    Object.defineProperty(message, name, { value, enumerable: true, configurable: true, writable: true });
  else message[name] = value;
}

function synchronous(expression: CompiledExpression): CompiledExpression {
  if (!expression.isAsync) return expression;
  throw new SkoposError(
    'SKP_TRANSFORMATION',
    `A transformation cannot wait, but ${expression.source} calls a function that does`,
    {
      hint: 'Do this in the enrichment stage.',
    },
  );
}

function stellar(written: Written, services: TransformationServices): Change {
  const { input, output } = fields(written);
  const kept = new Set(output);
  const statements = Object.entries(written.config ?? {})
    .filter(([, source]) => source !== null)
    .map(([target, source]) => ({ target, expression: synchronous(services.compile(String(source))) }));
  return (message, context) => {
    const results: Message = {};
    const scopes = [results, visible(message, input), context.parserConfig, context.metadata ?? {}];
    for (const { target, expression } of statements) {
      const value = expression.evaluate(scopes, services.capabilities);
      setField(results, target, value);
      if (kept.has(target)) setField(message, target, toPlain(value));
    }
  };
}

function remove(written: Written, services: TransformationServices): Change {
  const { input, output } = fields(written);
  const source = written.config?.['condition'];
  const condition =
    source === undefined || source === null ? null : synchronous(services.compile(String(source)));
  return (message) => {
    if (condition !== null && condition.evaluate([visible(message, input)], services.capabilities) !== true)
      return;
    for (const name of output) delete message[name];
  };
}

function select(written: Written): Change {
  const { input, output } = fields({ ...written, input: written.input ?? [] });
  if (names(written.output) === null) fields({ transformation: written.transformation });
  const kept = new Set(output);
  const considered = written.input === undefined ? null : input;
  return (message) => {
    for (const name of considered ?? Object.keys(message)) {
      if (!kept.has(name) && !protectedFields.has(name)) delete message[name];
    }
  };
}

function rename(written: Written): Change {
  const input = names(written.input);
  const pairs = Object.entries(written.config ?? {}).filter(
    ([from]) => input === null || input.includes(from),
  );
  return (message) => {
    for (const [from, to] of pairs) {
      if (!Object.hasOwn(message, from)) {
        if (input !== null) delete message[String(to)];
        continue;
      }
      const value = message[from];
      delete message[from];
      setField(message, String(to), value);
    }
  };
}

function ipProtocol(written: Written, services: TransformationServices): Change {
  const { input, output } = fields(written);
  const [from] = input ?? output;
  const [to] = output;
  const name = services.compile('PROTOCOL_TO_NAME(number)');
  return (message) => {
    const value = message[from!];
    if (typeof value !== 'number') return;
    const number = Math.trunc(value);
    const found = name.evaluate([{ number }], services.capabilities);
    setField(message, to!, typeof found === 'string' ? found : null);
  };
}

function regexSelect(written: Written): Change {
  const { input, output } = fields(written);
  const choices = Object.entries(written.config ?? {}).map(([result, patterns]) => ({
    result,
    patterns: (Array.isArray(patterns) ? patterns : [patterns]).flatMap((pattern) => {
      try {
        return [compilePattern(String(pattern)).anywhere];
      } catch {
        // The reference system takes a pattern that does not compile for one that never matches.
        return [];
      }
    }),
  }));
  return (message) => {
    if (input?.length !== 1) return;
    const value = message[input[0]!];
    if (value === null || value === undefined) return;
    const text = textOf(value);
    const found = choices.find(({ patterns }) => patterns.some((pattern) => text.search(pattern) >= 0));
    if (found !== undefined) setField(message, output[0]!, found.result);
  };
}

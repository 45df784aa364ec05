/**
 * Global checks (`fieldValidations`): every message of every sensor has to pass them. The built-in ones stand in one table. Values are
 * compared by their text; a field that is absent or null passes, but for NOT_EMPTY.
 */
import type { FieldValidation } from '../config/index.ts';
import { SkoposError } from '../errors.ts';
import type { Message } from '../parsers/index.ts';
import { type CompiledExpression, textOf } from '../stellar/index.ts';
import { type Named, NamedRegistry } from './named-registry.ts';
import type { TransformationServices } from './transformations.ts';

type Settings = Readonly<Record<string, unknown>>;
/** Whether the inputs (absent ones null) pass. */
export type Passes = (values: readonly unknown[], inputs: Message) => boolean;
type Factory = (settings: Settings, services: TransformationServices, global: Settings) => Passes;

/** A kind of validation as it stands in the registry: built-in ones and those of plug-ins alike. */
export interface ValidationType extends Named {
  /** `settings`: its `config`; `global`: the global configuration. Throws `SkoposError` when it lacks a setting. */
  create: Factory;
}

const notEmpty: Factory = () => (values) =>
  values.every((value) => value !== null && textOf(value).trim() !== '');
const integer: Factory = () => (values) =>
  values.every((value) => value === null || isInteger(textOf(value)));

const package_ = 'org.apache.metron.common.field.validation.';

/** `className` under its package, such as `network.IPValidation`. */
function builtIn(name: string, className: string, description: string, create: Factory): ValidationType {
  const simple = className.slice(className.indexOf('.') + 1);
  return { name, classNames: [`${package_}${className}`, simple], description, create };
}

export const builtInValidations: readonly ValidationType[] = [
  builtIn('STELLAR', 'QueryValidation', 'A Stellar condition holds.', stellar),
  builtIn('IP', 'network.IPValidation', 'Any input is an address of the family, or absent.', ip),
  builtIn(
    'DOMAIN',
    'network.DomainValidation',
    'Inputs are domains with a public suffix.',
    eachBy('IS_DOMAIN(value)'),
  ),
  builtIn('EMAIL', 'network.EmailValidation', 'Inputs are mail addresses.', eachBy('IS_EMAIL(value)')),
  builtIn('URL', 'network.URLValidation', 'Inputs are addresses of the web.', eachBy('IS_URL(value)')),
  builtIn('DATE', 'primitive.DateValidation', 'Inputs are dates of a format.', date),
  builtIn('INTEGER', 'primitive.IntegerValidation', 'Inputs are whole numbers.', integer),
  builtIn('REGEX_MATCH', 'primitive.RegexValidation', 'Inputs match a pattern as a whole.', regexMatch),
  builtIn('NOT_EMPTY', 'primitive.NotEmptyValidation', 'Inputs are there and not blank.', notEmpty),
];

export type ValidationRegistry = NamedRegistry<ValidationType>;

/** The built-in validations and, behind them, those of plug-ins. */
export function validationRegistry(more: Iterable<ValidationType> = []): ValidationRegistry {
  return new NamedRegistry('validation', 'SKP_VALIDATION', [...builtInValidations, ...more]);
}

/**
 * A check over a message: null when all pass, else the fields that the failing ones look at, sorted. Throws `SkoposError` for a
 * validation that does not exist or lacks a setting.
 */
export function createCheck(
  list: readonly FieldValidation[],
  services: TransformationServices,
  global: Settings,
  registry: ValidationRegistry = validationRegistry(),
): (message: Message) => readonly string[] | null {
  const checks = list.map((written) => ({
    input: inputOf(written),
    passes: registry.get(written.validation).create(written.config ?? {}, services, global),
  }));
  return (message) => {
    let failed: Set<string> | null = null;
    for (const { input, passes } of checks) {
      const names = input ?? Object.keys(message);
      const inputs: Message = {};
      for (const name of names)
        if (Object.hasOwn(message, name) && name !== '__proto__') inputs[name] = message[name];
      if (
        passes(
          names.map((name) => inputs[name] ?? null),
          inputs,
        )
      )
        continue;
      failed ??= new Set();
      for (const name of input ?? []) failed.add(name);
    }
    return failed === null ? null : [...failed].sort();
  };
}

/** Null: all fields of the message. */
function inputOf({ input }: FieldValidation): readonly string[] | null {
  const names = input === undefined ? [] : typeof input === 'string' ? [input] : input;
  return names.length === 0 ? null : names;
}

function required(settings: Settings, key: string, validation: string): string {
  const value = settings[key];
  if (typeof value === 'string' && value !== '') return value;
  throw new SkoposError('SKP_VALIDATION', `The validation ${validation} has no ${JSON.stringify(key)}`, {
    hint: `Give it in "config".`,
  });
}

function synchronous(expression: CompiledExpression): CompiledExpression {
  if (!expression.isAsync) return expression;
  throw new SkoposError(
    'SKP_VALIDATION',
    `A validation cannot wait, but ${expression.source} calls a function that does`,
  );
}

function stellar(settings: Settings, services: TransformationServices, global: Settings): Passes {
  const condition = synchronous(services.compile(required(settings, 'condition', 'STELLAR')));
  return (_values, inputs) => condition.evaluate([inputs, settings, global], services.capabilities) === true;
}

function eachBy(source: string): Factory {
  return (_settings, services) => {
    const predicate = services.compile(source);
    return (values) =>
      values.every(
        (value) =>
          value === null || predicate.evaluate([{ value: textOf(value) }], services.capabilities) === true,
      );
  };
}

/** A whole number of 64 bits, its digits maybe in groups (`1,234`). */
function isInteger(text: string): boolean {
  const written = text.trim();
  if (!/^-?\d[\d,]*$/.test(written) || written.length > 40) return false;
  const number = BigInt(written.replaceAll(',', ''));
  return BigInt.asIntN(64, number) === number;
}

/** Passes when any input is absent or valid: the reference's reading. */
function ip(settings: Settings, services: TransformationServices): Passes {
  const { type } = settings;
  const told = (Array.isArray(type) ? type : [type]).map((one) => String(one).toUpperCase());
  const named = told.filter((one) => one === 'IPV4' || one === 'IPV6');
  const kinds = named.length === 0 ? ['IPV4', 'IPV6'] : named;
  const predicate = services.compile('IS_IP(value, kind)');
  const valid = (value: string, kind: string): boolean =>
    predicate.evaluate([{ value, kind }], services.capabilities) === true;
  return (values) =>
    values.some((value) => value === null || kinds.some((kind) => valid(textOf(value), kind)));
}

/** An absent input ends the check with success. */
function date(settings: Settings, services: TransformationServices): Passes {
  const format = required(settings, 'format', 'DATE');
  const predicate = services.compile('IS_DATE(value, format)');
  return (values) => {
    for (const value of values) {
      if (value === null) return true;
      if (predicate.evaluate([{ value: textOf(value), format }], services.capabilities) !== true)
        return false;
    }
    return true;
  };
}

function regexMatch(settings: Settings, services: TransformationServices): Passes {
  const pattern = `^(?:${required(settings, 'pattern', 'REGEX_MATCH')})$`;
  const predicate = services.compile('REGEXP_MATCH(value, pattern)');
  return (values) =>
    values.every(
      (value) =>
        value === null ||
        predicate.evaluate([{ value: textOf(value), pattern }], services.capabilities) === true,
    );
}

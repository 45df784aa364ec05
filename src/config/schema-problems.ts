/** Turns what a schema finds wrong into problems that name place, expectation, finding and mending. */
import { distance } from 'fastest-levenshtein';
import type * as z from 'zod';
import type { JsonText } from './json-text.ts';
import { type ConfigProblem, formatPath, type JsonPath, shorten, shownValue } from './problem.ts';

type Issue = z.core.$ZodIssue;
/** What is read of a schema: zod's own description of itself. */
type Schema = z.core.$ZodType;

/** Hints for keys that people write, by key: where they belong now. */
export type KeyHints = Readonly<Record<string, string>>;

export function schemaProblems(
  json: JsonText,
  value: unknown,
  schema: Schema,
  issues: readonly Issue[],
  keyHints: KeyHints = {},
): ConfigProblem[] {
  return issues.flatMap((issue) => problemsOf(json, value, schema, issue, [], keyHints));
}

function problemsOf(
  json: JsonText,
  value: unknown,
  schema: Schema,
  issue: Issue,
  above: JsonPath,
  keyHints: KeyHints,
): ConfigProblem[] {
  const path: JsonPath = [
    ...above,
    ...issue.path.map((step) => (typeof step === 'number' ? step : String(step))),
  ];
  const found = valueAt(value, path);

  if (issue.code === 'unrecognized_keys') {
    const known = keysAt(schema, path, value);
    return issue.keys.map((key) => unknownKey(json, [...path, key], known, keyHints));
  }
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const near = nearestBranch(issue.errors);
    if (near !== null) return near.flatMap((inner) => problemsOf(json, value, schema, inner, path, keyHints));
  }
  const severity = 'error';
  const place = { file: json.file, path: formatPath(path) };
  if (found === undefined) {
    return [
      {
        code: 'SKP_CONFIG_MISSING',
        severity,
        ...place,
        ...json.placeOf(path),
        message: `expected ${expectation(issue)}, found nothing`,
        hint: missingHint(path),
      },
    ];
  }
  const options = optionsOf(issue);
  const near = typeof found === 'string' && options.length > 0 ? nearest(found, options) : null;
  const wrongKind = issue.code === 'invalid_type' || issue.code === 'invalid_union';
  return [
    {
      code: wrongKind && options.length === 0 ? 'SKP_CONFIG_TYPE' : 'SKP_CONFIG_VALUE',
      severity,
      ...place,
      ...json.placeOf(path),
      message: `expected ${expectation(issue)}, found ${shownValue(found)}`,
      ...(near !== null
        ? { hint: `Did you mean ${JSON.stringify(near)}?` }
        : found === null
          ? { hint: 'Remove the key to have its default.' }
          : {}),
    },
  ];
}

export function unknownKey(
  json: JsonText,
  path: JsonPath,
  known: readonly string[],
  keyHints: KeyHints = {},
): ConfigProblem {
  const key = String(path.at(-1));
  const near = nearest(key, known);
  const hint = Object.hasOwn(keyHints, key)
    ? keyHints[key]!
    : near !== null
      ? `Did you mean ${JSON.stringify(near)}?`
      : `Known here: ${shorten(known.filter((name) => name !== '$schema').join(', '), 300)}.`;
  return {
    code: 'SKP_CONFIG_UNKNOWN_KEY',
    severity: 'error',
    file: json.file,
    path: formatPath(path),
    ...json.placeOfKey(path),
    message: `the key ${JSON.stringify(shorten(key, 60))} is unknown`,
    hint,
  };
}

/** The candidate that `word` was probably meant to be; null when none is near. */
export function nearest(
  word: string,
  candidates: readonly string[],
  most = Math.max(2, Math.floor(word.length / 3)),
): string | null {
  let best: string | null = null;
  let least = most + 1;
  if (word.length > 200) return null;
  const lower = word.toLowerCase();
  for (const candidate of candidates) {
    const steps = distance(lower, candidate.toLowerCase());
    if (steps < least || (steps === least && candidate === word)) {
      best = candidate;
      least = steps;
    }
  }
  return best;
}

/**
 * Of the forms that a value may have, the one that its author was evidently writing: the only one whose own kind fits and
 * that fails further inside. Null when none stands out.
 */
function nearestBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] | null {
  const inside = branches.filter((issues) =>
    issues.every((issue) => issue.path.length > 0 || issue.code === 'unrecognized_keys'),
  );
  return inside.length === 1 ? inside[0]! : null;
}

function expectation(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return kindName(issue.expected);
    case 'invalid_value':
      return oneOf(issue.values.map(String));
    case 'too_small':
      if (issue.origin === 'string')
        return issue.minimum === 1 ? 'a text that is not empty' : `at least ${issue.minimum} characters`;
      if (issue.origin === 'array')
        return `at least ${issue.minimum} ${issue.minimum === 1 ? 'entry' : 'entries'}`;
      return `a number of ${issue.minimum} or more`;
    case 'too_big':
      return issue.origin === 'string' || issue.origin === 'array'
        ? `at most ${issue.maximum}`
        : `a number of ${issue.maximum} or less`;
    case 'invalid_union': {
      const options = optionsOf(issue);
      return options.length > 0 ? oneOf(options) : issue.message;
    }
    default:
      return issue.message;
  }
}

function optionsOf(issue: Issue): string[] {
  if (issue.code === 'invalid_value') return issue.values.map(String);
  if (issue.code === 'invalid_union' && 'options' in issue && Array.isArray(issue.options))
    return issue.options.map(String);
  return [];
}

function oneOf(options: readonly string[]): string {
  const quoted = options.map((option) => JSON.stringify(option));
  return quoted.length === 1 ? quoted[0]! : `one of ${quoted.join(', ')}`;
}

function kindName(expected: string): string {
  switch (expected) {
    case 'string':
      return 'a text';
    case 'int':
      return 'a whole number';
    case 'number':
      return 'a number';
    case 'boolean':
      return 'true or false';
    case 'array':
      return 'a list';
    case 'object':
    case 'record':
      return 'an object';
    default:
      return expected;
  }
}

function valueAt(value: unknown, path: JsonPath): unknown {
  let at: unknown = value;
  for (const step of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, step)) return undefined;
    at = Reflect.get(at, step);
  }
  return at;
}

/** The keys that the schema knows for the object at `path`. */
function keysAt(schema: Schema, path: JsonPath, value: unknown): string[] {
  let schemas: Schema[] = [schema];
  let at: unknown = value;
  for (const step of path) {
    schemas = schemas.flatMap((outer) => branches(outer, at)).flatMap((inner) => childSchemas(inner, step));
    at = valueAt(at, [step]);
  }
  const keys = schemas
    .flatMap((outer) => branches(outer, at))
    .flatMap((inner) => (isKind(inner, 'object') ? Object.keys(inner._zod.def.shape) : []));
  return [...new Set(keys)];
}

function childSchemas(schema: Schema, step: string | number): Schema[] {
  if (isKind(schema, 'object')) {
    const { shape } = schema._zod.def;
    return typeof step === 'string' && Object.hasOwn(shape, step) ? [shape[step]!] : [];
  }
  if (isKind(schema, 'array')) return [schema._zod.def.element];
  if (isKind(schema, 'record')) return [schema._zod.def.valueType];
  return [];
}

/** What lies under defaults and optionals, and the options of a union (of a discriminated one only that of the value's `type`). */
function branches(schema: Schema, value: unknown): Schema[] {
  if (isKind(schema, 'default')) return branches(schema._zod.def.innerType, value);
  if (isKind(schema, 'prefault')) return branches(schema._zod.def.innerType, value);
  if (isKind(schema, 'optional')) return branches(schema._zod.def.innerType, value);
  if (!isKind(schema, 'union')) return [schema];
  const { options } = schema._zod.def;
  const type = valueAt(value, ['type']);
  const chosen = options.filter(
    (option) => isKind(option, 'object') && hasLiteral(option._zod.def.shape['type'], type),
  );
  return (chosen.length > 0 ? chosen : options).flatMap((option) => branches(option, value));
}

function hasLiteral(schema: Schema | undefined, value: unknown): boolean {
  return (
    schema !== undefined &&
    isKind(schema, 'literal') &&
    schema._zod.def.values.some((literal) => literal === value)
  );
}

interface Kinds {
  object: z.core.$ZodObject;
  array: z.core.$ZodArray;
  record: z.core.$ZodRecord;
  default: z.core.$ZodDefault;
  prefault: z.core.$ZodPrefault;
  optional: z.core.$ZodOptional;
  union: z.core.$ZodUnion;
  literal: z.core.$ZodLiteral;
}

function isKind<K extends keyof Kinds>(schema: Schema, kind: K): schema is Kinds[K] & Schema {
  return schema._zod.def.type === kind;
}

function missingHint(path: JsonPath): string {
  const key = JSON.stringify(String(path.at(-1) ?? ''));
  const add = `Add ${key}${path.length > 1 ? ` to ${formatPath(path.slice(0, -1))}` : ''}.`;
  // In the words of the reference system, which its users know and may search for.
  return path.includes('riskLevelRules')
    ? `Risk level rules must contain both a rule and a score. ${add}`
    : add;
}

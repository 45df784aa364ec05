import { argumentError, StellarError } from '../errors.ts';
import type { StellarFunction } from '../expression.ts';
import { double, isRecord, whole } from '../values.ts';
import { stringOrNull } from './arguments.ts';
import { parameter } from './define.ts';

/** JSON text to values. Numbers keep their kind: whole ones are ints or longs of any size, others doubles. */

const mayNeedKinds = /\d[.eE]|\d{16}/;

/** The value of JSON text, undefined for what is none. */
export function tryParseJson(text: string): unknown {
  try {
    return parseJson('', text);
  } catch (error) {
    if (error instanceof StellarError) return undefined;
    throw error;
  }
}

/** A JSON value, its numbers of the kind that their text shows. Text behind it is ignored, as in the reference. */
export function parseJson(name: string, text: string): unknown {
  try {
    return mayNeedKinds.test(text) ? JSON.parse(text, reviveNumbers) : JSON.parse(text);
  } catch (error) {
    const start = leadingValue(text);
    if (start !== undefined && start !== text) return parseJson(name, start);
    if (error instanceof RangeError)
      throw new StellarError('SKP_STELLAR_BUDGET', `${name} was given JSON that nests too deeply`);
    throw argumentError(`${name} was given text that is not JSON: ${JSON.stringify(text.slice(0, 60))}`);
  }
}

function reviveNumbers(this: unknown, _key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== 'number' || context?.source === undefined) return value;
  return /^-?\d+$/.test(context.source) ? whole(BigInt(context.source)) : double(value);
}

/** The first JSON value of a text with something behind it (which is ignored), undefined when there is none. */
function leadingValue(text: string): string | undefined {
  const start = text.search(/\S/);
  if (start < 0) return undefined;
  const opening = text[start];
  if (opening !== '{' && opening !== '[') {
    const scalar = /^(?:"(?:[^"\\]|\\.)*"|true\b|false\b|null\b|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?=\s))/.exec(
      text.slice(start, start + 100_000),
    );
    return scalar === null ? undefined : scalar[0];
  }
  let depth = 0;
  let inString = false;
  for (let i = start; i < text.length; i += 1) {
    const character = text[i];
    if (inString) {
      if (character === '\\') i += 1;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === '{' || character === '[') depth += 1;
    else if (character === '}' || character === ']') {
      depth -= 1;
      if (depth === 0) return text.slice(start, i + 1);
    }
  }
  return undefined;
}

function jsonFunction(
  name: string,
  what: string,
  type: string,
  accepts: (value: unknown) => boolean,
  examples: StellarFunction['examples'],
): StellarFunction {
  return {
    name,
    category: 'json',
    description: `Reads ${what} from JSON text. Text behind it is ignored.`,
    parameters: [parameter('text', 'string', 'The JSON text')],
    returns: { type, description: 'What was read, null for null' },
    examples,
    pure: true,
    arity: [1, Number.POSITIVE_INFINITY],
    call: (_, value) => {
      const text = stringOrNull(name, 'text', value);
      if (text === null) return null;
      if (text === '' && name === 'TO_JSON_OBJECT') return '';
      const parsed = parseJson(name, text);
      if (parsed !== null && !accepts(parsed))
        throw argumentError(`${name} was given JSON that is not ${what}`);
      return parsed;
    },
  };
}

export const jsonFunctions: readonly StellarFunction[] = [
  jsonFunction('TO_JSON_OBJECT', 'any value', 'any', () => true, [
    { expression: 'TO_JSON_OBJECT(\'{"a": [1, 2]}\')', result: { a: [1, 2] } },
  ]),
  jsonFunction('TO_JSON_MAP', 'an object', 'map', isRecord, [
    { expression: 'TO_JSON_MAP(\'{"a": 1}\')', result: { a: 1 } },
  ]),
  jsonFunction('TO_JSON_LIST', 'an array', 'list', Array.isArray, [
    { expression: "TO_JSON_LIST('[1, 2]')", result: [1, 2] },
  ]),
];

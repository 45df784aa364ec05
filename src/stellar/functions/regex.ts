import { toInteger, toText } from '../convert.ts';
import { argumentError, typeError } from '../errors.ts';
import type { Constant, FunctionBody, StellarFunction } from '../expression.ts';
import { allMatches, type CompiledPattern, cachedPattern, compilePattern } from '../java-regex.ts';
import { describe, textOf } from '../values.ts';
import { absent, boundedText } from './arguments.ts';
import { parameter } from './define.ts';

/** Regular expressions, written as Java writes them. A match is always of the whole text. */

const lineEnd = /[\n\r\u2028\u2029]/;
const coreOfText = /^\.\*([^\\.*+?^${}()|[\]/]+)\.\*$/;

/** Tests whole texts against a pattern. `.*word.*` is a search for the word. */
function tester(pattern: string): (text: string) => boolean {
  const word = coreOfText.exec(pattern)?.[1];
  if (word !== undefined && !lineEnd.test(word)) return (text) => text.includes(word) && !lineEnd.test(text);
  return compilePattern(pattern).test;
}

function subject(name: string, value: unknown): string {
  if (typeof value === 'string') return value;
  const text = name === 'REGEXP_MATCH' ? null : toText(value);
  if (text === null)
    throw typeError(`${name} needs a string as 'text', not ${describe(value)}`, 'TO_STRING converts it');
  return text;
}

const regexpMatch: StellarFunction = {
  name: 'REGEXP_MATCH',
  category: 'regular expressions',
  description: 'Whether a regular expression, or one of a list, matches the whole text.',
  parameters: [
    parameter('text', 'string', 'The text'),
    parameter('pattern', 'string or list', 'The pattern, or several'),
  ],
  returns: { type: 'boolean', description: 'True when it matches; false when either is null' },
  examples: [
    { expression: "REGEXP_MATCH('12345', '\\\\d(\\\\d)(\\\\d).*')", result: true },
    { expression: "REGEXP_MATCH('abc', 'b')", result: false },
    { expression: "REGEXP_MATCH('abc', ['[0-9]+', '[a-z]+'])", result: true },
  ],
  pure: true,
  arity: [2, Number.POSITIVE_INFINITY],
  call: (_, value, pattern) => {
    if (absent(value) || absent(pattern)) return false;
    const text = subject('REGEXP_MATCH', value);
    if (typeof pattern === 'string') return cachedPattern(pattern).test(text);
    if (!Array.isArray(pattern)) return false;
    return pattern.some((item) => !absent(item) && cachedPattern(textOf(item)).test(text));
  },
  prepare: (constants: readonly (Constant | undefined)[]): FunctionBody | undefined => {
    const patterns = constants[1]?.value;
    if (typeof patterns === 'string') {
      const test = tester(patterns);
      return (_, value) =>
        typeof value === 'string' ? test(value) : !absent(value) && test(subject('REGEXP_MATCH', value));
    }
    if (
      Array.isArray(patterns) &&
      patterns.every((pattern) => typeof pattern === 'string' || pattern === null)
    ) {
      const tests = patterns.filter((pattern) => typeof pattern === 'string').map(tester);
      return (_, value) => {
        if (absent(value)) return false;
        const text = subject('REGEXP_MATCH', value);
        return tests.some((test) => test(text));
      };
    }
    return undefined;
  },
};

const regexpGroupVal: StellarFunction = {
  name: 'REGEXP_GROUP_VAL',
  category: 'regular expressions',
  description:
    'What a group of a regular expression matched. The pattern must match the whole text; group 0 is the text itself.',
  parameters: [
    parameter('text', 'string', 'The text'),
    parameter('pattern', 'string', 'The pattern'),
    parameter('group', 'integer', 'The number of the group, from 1'),
  ],
  returns: { type: 'string', description: 'The part, null when nothing matched or the group does not exist' },
  examples: [{ expression: "REGEXP_GROUP_VAL('user=alice', 'user=(\\\\w+)', 1)", result: 'alice' }],
  pure: true,
  arity: [3, 3],
  call: (_, value, pattern, group) => {
    if (absent(value) || absent(pattern)) return null;
    const number = toInteger(group);
    if (number === null) return null;
    const text = subject('REGEXP_GROUP_VAL', value);
    if (number === 0) return text;
    const found = cachedPattern(subject('REGEXP_GROUP_VAL', pattern)).exec(text);
    if (found === null) return null;
    if (number < 0) throw argumentError(`REGEXP_GROUP_VAL needs a group that is not negative, not ${number}`);
    return found[number] ?? null;
  },
};

const regexpReplace: StellarFunction = {
  name: 'REGEXP_REPLACE',
  category: 'regular expressions',
  description:
    'Replaces each match in a text. In the replacement `$1` stands for a group and a backslash takes the next character as it is.',
  parameters: [
    parameter('text', 'string', 'The text'),
    parameter('pattern', 'string', 'What to replace'),
    parameter('value', 'string', 'What to put there'),
  ],
  returns: {
    type: 'string',
    description:
      'The new text; null for null and the empty text; the text itself when the pattern or value is null or empty',
  },
  examples: [
    { expression: "REGEXP_REPLACE('a1b2', '\\\\d', '#')", result: 'a#b#' },
    { expression: "REGEXP_REPLACE('abc', '(a)(b)', '$2$1')", result: 'bac' },
  ],
  pure: true,
  arity: [3, 3],
  call: (_, value, pattern, replacement) => {
    if (absent(value)) return null;
    const text = subject('REGEXP_REPLACE', value);
    if (text === '') return null;
    const expression = absent(pattern) ? '' : subject('REGEXP_REPLACE', pattern);
    const substitute = absent(replacement) ? '' : subject('REGEXP_REPLACE', replacement);
    if (expression === '' || substitute === '') return text;
    return replaceAll(text, cachedPattern(expression), substitute);
  },
};

function replaceAll(text: string, pattern: CompiledPattern, substitute: string): string {
  const template = replacementParts(substitute, pattern.groups);
  const parts: string[] = [];
  let end = 0;
  let length = 0;
  for (const match of allMatches(text, pattern)) {
    const before = text.slice(end, match.index);
    const made = template.map((part) => (typeof part === 'number' ? (match[part] ?? '') : part)).join('');
    length += before.length + made.length;
    boundedText('REGEXP_REPLACE', length);
    parts.push(before, made);
    end = match.index + match[0].length;
  }
  return parts.join('') + text.slice(end);
}

/** Literal parts and numbers of groups. As in Java, digits are taken as long as such a group exists. */
function replacementParts(substitute: string, groups: number): (string | number)[] {
  const parts: (string | number)[] = [];
  for (let i = 0; i < substitute.length; i += 1) {
    const character = substitute[i]!;
    if (character === '\\') {
      i += 1;
      if (i >= substitute.length) throw argumentError("REGEXP_REPLACE: a backslash ends 'value'");
      parts.push(substitute[i]!);
    } else if (character === '$') {
      let group = Number.parseInt(substitute[i + 1] ?? '', 10);
      if (Number.isNaN(group))
        throw argumentError(
          "REGEXP_REPLACE: '$' in 'value' needs the number of a group",
          'a dollar sign is written \\\\$',
        );
      if (group > groups) throw argumentError(`REGEXP_REPLACE: the pattern has no group ${group}`);
      i += 1;
      while (/\d/.test(substitute[i + 1] ?? '') && group * 10 + Number(substitute[i + 1]) <= groups) {
        group = group * 10 + Number(substitute[i + 1]);
        i += 1;
      }
      parts.push(group);
    } else parts.push(character);
  }
  return parts;
}

export const regexFunctions: readonly StellarFunction[] = [regexpMatch, regexpGroupVal, regexpReplace];

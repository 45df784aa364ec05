import { toText } from '../convert.ts';
import { argumentError } from '../errors.ts';
import type { StellarFunction } from '../expression.ts';
import { mapSize } from '../members.ts';
import { ownText } from '../own-text.ts';
import { describe, double, isMap } from '../values.ts';
import { absent, stringOrNull } from './arguments.ts';
import { optional, parameter } from './define.ts';

/** Measures of text and collections. */

const many = Number.POSITIVE_INFINITY;

const countMatches: StellarFunction = {
  name: 'COUNT_MATCHES',
  category: 'strings',
  description: 'How often a text holds another, without overlaps.',
  parameters: [parameter('text', 'string', 'The text'), parameter('part', 'string', 'What to count')],
  returns: { type: 'integer', description: 'The count, 0 when either is null or empty' },
  examples: [{ expression: "COUNT_MATCHES('banana', 'an')", result: 2 }],
  pure: true,
  arity: [2, 2],
  call: (_, value, part) => {
    const text = stringOrNull('COUNT_MATCHES', 'text', value);
    const wanted = stringOrNull('COUNT_MATCHES', 'part', part);
    if (text === null || wanted === null || wanted === '') return 0;
    let count = 0;
    for (let i = text.indexOf(wanted); i >= 0; i = text.indexOf(wanted, i + wanted.length)) count += 1;
    return count;
  },
};

const stringEntropy: StellarFunction = {
  name: 'STRING_ENTROPY',
  category: 'strings',
  description: "The text's Shannon entropy in bits a character; random names score high.",
  parameters: [parameter('text', 'string', 'The text')],
  returns: { type: 'double', description: 'The entropy, 0.0 for null and the empty text' },
  examples: [{ expression: "STRING_ENTROPY('aabb')", result: 1 }],
  pure: true,
  arity: [1, 1],
  call: (_, value) => {
    const text = toText(value);
    if (text === null || text === '') return double(0);
    const counts = new Map<number, number>();
    for (let i = 0; i < text.length; i += 1) {
      const unit = text.charCodeAt(i);
      counts.set(unit, (counts.get(unit) ?? 0) + 1);
    }
    let entropy = 0;
    for (const count of counts.values()) entropy -= (count / text.length) * Math.log2(count / text.length);
    return double(entropy + 0);
  },
};

const length: StellarFunction = {
  name: 'LENGTH',
  category: 'strings',
  description: 'The length of a text, or the number of elements of a list, set or map.',
  parameters: [optional('value', 'any', 'What to measure')],
  returns: { type: 'integer', description: 'The length, 0 for null and for numbers' },
  examples: [
    { expression: "LENGTH('abc')", result: 3 },
    { expression: 'LENGTH([1, 2])', result: 2 },
  ],
  pure: true,
  call: (_, value) => {
    if (typeof value === 'string' || Array.isArray(value)) return value.length;
    if (value instanceof Set) return value.size;
    return isMap(value) ? mapSize(value) : 0;
  },
};

const isEmpty: StellarFunction = {
  name: 'IS_EMPTY',
  category: 'strings',
  description: 'Whether a value is null, the empty text or a collection without elements.',
  parameters: [optional('value', 'any', 'What to look at')],
  returns: { type: 'boolean', description: 'True when it holds nothing' },
  examples: [
    { expression: "IS_EMPTY('')", result: true },
    { expression: "IS_EMPTY(' ')", result: false },
  ],
  pure: true,
  call: (_, value) => {
    if (absent(value)) return true;
    if (typeof value === 'string' || Array.isArray(value)) return value.length === 0;
    if (value instanceof Set) return value.size === 0;
    return isMap(value) && mapSize(value) === 0;
  },
};

const fuzzyLanguages = [
  'de',
  'en',
  'es',
  'fr',
  'it',
  'ja',
  'ko',
  'nl',
  'pl',
  'pt',
  'ru',
  'sv',
  'tr',
  'und',
  'zh',
];

function knowsLanguage(tag: string): boolean {
  if (tag === '') return false;
  try {
    const language = new Intl.Locale(tag).language;
    return new Intl.DisplayNames('en', { type: 'language', fallback: 'none' }).of(language) !== undefined;
  } catch {
    return false;
  }
}

const knownLanguages = new Map<string, boolean>();

const fuzzyScore: StellarFunction = {
  name: 'FUZZY_SCORE',
  category: 'strings',
  description:
    'How well a query matches a term: one point for each character found in order, two more when it follows the last one found.',
  parameters: [
    parameter('term', 'string', 'The text to search'),
    parameter('query', 'string', 'What is looked for'),
    parameter('language', 'string', 'The language tag whose rules fold the case'),
  ],
  returns: { type: 'integer', description: 'The score, 0 when an argument is not a string' },
  examples: [{ expression: "FUZZY_SCORE('metron', 'mtn', 'en')", result: 3 }],
  pure: true,
  arity: [3, many],
  call: (_, term, query, language) => {
    if (typeof term !== 'string' || typeof query !== 'string' || typeof language !== 'string') return 0;
    let known = knownLanguages.get(language);
    if (known === undefined) {
      known = knowsLanguage(language);
      if (knownLanguages.size < 1000 && language.length <= 64) knownLanguages.set(ownText(language), known);
    }
    if (!known)
      throw argumentError(`FUZZY_SCORE knows no language ${describe(language)}`, 'FUZZY_LANGS() lists some');
    const within = term.toLocaleLowerCase(language);
    const wanted = query.toLocaleLowerCase(language);
    let score = 0;
    let next = 0;
    let last = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < wanted.length && next < within.length; i += 1) {
      const found = within.indexOf(wanted[i]!, next);
      if (found < 0) break;
      score += found === last + 1 ? 3 : 1;
      last = found;
      next = found + 1;
    }
    return score;
  },
};

const fuzzyLangs: StellarFunction = {
  name: 'FUZZY_LANGS',
  category: 'strings',
  description: 'Language tags that FUZZY_SCORE knows, among others.',
  parameters: [],
  returns: { type: 'list', description: 'The tags' },
  examples: [{ expression: "'en' in FUZZY_LANGS()", result: true }],
  pure: true,
  call: () => [...fuzzyLanguages],
};

export const measureFunctions: readonly StellarFunction[] = [
  countMatches,
  stringEntropy,
  length,
  isEmpty,
  fuzzyScore,
  fuzzyLangs,
];

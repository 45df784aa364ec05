import type { StellarFunction } from '../expression.ts';
import { textArgument } from './arguments.ts';
import { parameter } from './define.ts';

/** Text and its case. */

const toStringFunction: StellarFunction = {
  name: 'TO_STRING',
  category: 'strings',
  description: 'The text form of a value.',
  parameters: [parameter('value', 'any', 'What to turn into text')],
  returns: { type: 'string', description: 'The text, null for null' },
  examples: [
    { expression: 'TO_STRING(12)', result: '12' },
    { expression: "TO_STRING({'a': [1, 2.0]})", result: '{a=[1, 2.0]}' },
  ],
  pure: true,
  call: (_, value) => textArgument('TO_STRING', 'value', value),
};

const toUpper: StellarFunction = {
  name: 'TO_UPPER',
  category: 'strings',
  description: 'Turns text into upper case.',
  parameters: [parameter('text', 'string', 'The text; other values are taken by their text form')],
  returns: { type: 'string', description: 'The text in upper case, null for null' },
  examples: [{ expression: "TO_UPPER('straße')", result: 'STRASSE' }],
  pure: true,
  call: (_, text) =>
    typeof text === 'string'
      ? text.toUpperCase()
      : (textArgument('TO_UPPER', 'text', text)?.toUpperCase() ?? null),
};

const toLower: StellarFunction = {
  name: 'TO_LOWER',
  category: 'strings',
  description: 'Turns text into lower case.',
  parameters: [parameter('text', 'string', 'The text; other values are taken by their text form')],
  returns: { type: 'string', description: 'The text in lower case, null for null' },
  examples: [{ expression: "TO_LOWER('WWW.Example.COM')", result: 'www.example.com' }],
  pure: true,
  call: (_, text) =>
    typeof text === 'string'
      ? text.toLowerCase()
      : (textArgument('TO_LOWER', 'text', text)?.toLowerCase() ?? null),
};

export const caseFunctions: readonly StellarFunction[] = [toStringFunction, toUpper, toLower];

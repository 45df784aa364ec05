import type { StellarFunction } from '../expression.ts';
import { FunctionRegistry } from '../registry.ts';
import { caseFunctions } from './case.ts';
import { collectionFunctions } from './collections.ts';
import { functionalFunctions } from './functional.ts';
import { jsonFunctions } from './json.ts';
import { numberFunctions } from './numbers.ts';
import { stringFunctions } from './strings.ts';

/** All functions that come with the language. A new category is one file and one line here. */
export const standardFunctions: readonly StellarFunction[] = [
  ...caseFunctions,
  ...stringFunctions,
  ...numberFunctions,
  ...collectionFunctions,
  ...functionalFunctions,
  ...jsonFunctions,
];

export const standardRegistry = new FunctionRegistry(standardFunctions);

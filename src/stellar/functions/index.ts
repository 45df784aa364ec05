import type { StellarFunction } from '../expression.ts';
import { FunctionRegistry } from '../registry.ts';
import { caseFunctions } from './case.ts';

/** All functions that come with the language. A new category is one file and one line here. */
export const standardFunctions: readonly StellarFunction[] = [...caseFunctions];

export const standardRegistry = new FunctionRegistry(standardFunctions);

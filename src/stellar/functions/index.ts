import type { StellarFunction } from '../expression.ts';
import { FunctionRegistry } from '../registry.ts';
import { bloomFunctions } from './bloom.ts';
import { cardinalityFunctions } from './cardinality.ts';
import { caseFunctions } from './case.ts';
import { dateFunctions } from './dates.ts';
import { encodingFunctions } from './encoding.ts';
import { formatFunctions } from './format.ts';
import { functionalFunctions } from './functional.ts';
import { geohashFunctions } from './geohash.ts';
import { hashFunctions } from './hash.ts';
import { jsonFunctions } from './json.ts';
import { listFunctions } from './lists.ts';
import { lookupFunctions } from './lookups.ts';
import { mapFunctions } from './maps.ts';
import { measureFunctions } from './measures.ts';
import { networkFunctions } from './network.ts';
import { numberFunctions } from './numbers.ts';
import { ordinalFunctions } from './ordinal.ts';
import { outlierFunctions } from './outliers.ts';
import { protocolFunctions } from './protocol.ts';
import { regexFunctions } from './regex.ts';
import { sampleFunctions } from './samples.ts';
import { setFunctions } from './sets.ts';
import { statisticsFunctions } from './statistics.ts';
import { stringFunctions } from './strings.ts';
import { systemFunctions } from './system.ts';
import { validationFunctions } from './validation.ts';

/** All functions that come with the language. A new category is one file and one line here. */
export const standardFunctions: readonly StellarFunction[] = [
  ...caseFunctions,
  ...stringFunctions,
  ...numberFunctions,
  ...measureFunctions,
  ...listFunctions,
  ...mapFunctions,
  ...setFunctions,
  ...functionalFunctions,
  ...jsonFunctions,
  ...regexFunctions,
  ...formatFunctions,
  ...dateFunctions,
  ...geohashFunctions,
  ...ordinalFunctions,
  ...validationFunctions,
  ...systemFunctions,
  ...protocolFunctions,
  ...networkFunctions,
  ...lookupFunctions,
  ...hashFunctions,
  ...encodingFunctions,
  ...statisticsFunctions,
  ...cardinalityFunctions,
  ...bloomFunctions,
  ...sampleFunctions,
  ...outlierFunctions,
];

export const standardRegistry = new FunctionRegistry(standardFunctions);

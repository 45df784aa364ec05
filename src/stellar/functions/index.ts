import type { StellarFunction } from '../expression.ts';
import { FunctionRegistry } from '../registry.ts';
import { bloomFunctions } from './bloom.ts';
import { busFunctions } from './bus.ts';
import { byteFunctions } from './bytes.ts';
import { cardinalityFunctions } from './cardinality.ts';
import { caseFunctions } from './case.ts';
import { configurationFunctions } from './configuration.ts';
import { dateFunctions } from './dates.ts';
import { encodingFunctions } from './encoding.ts';
import { enrichmentTransformationFunctions } from './enrichment-transformations.ts';
import { fileFunctionsOfBoth } from './files.ts';
import { formatFunctions } from './format.ts';
import { functionalFunctions } from './functional.ts';
import { geohashFunctions } from './geohash.ts';
import { grokFunctions } from './grok.ts';
import { hashFunctions } from './hash.ts';
import { indexingFunctions } from './indexing.ts';
import { jsonFunctions } from './json.ts';
import { listFunctions } from './lists.ts';
import { localityFunctions } from './locality-hash.ts';
import { lookAlikeFunctions } from './look-alikes.ts';
import { lookupFunctions } from './lookups.ts';
import { mapFunctions } from './maps.ts';
import { measureFunctions } from './measures.ts';
import { modelFunctions } from './models.ts';
import { networkFunctions } from './network.ts';
import { numberFunctions } from './numbers.ts';
import { objectFunctions } from './objects.ts';
import { ordinalFunctions } from './ordinal.ts';
import { outlierFunctions } from './outliers.ts';
import { parserTransformationFunctions } from './parser-transformations.ts';
import { profileWindowFunctions } from './profile-window.ts';
import { profileFunctions } from './profiles.ts';
import { protocolFunctions } from './protocol.ts';
import { regexFunctions } from './regex.ts';
import { restFunctions } from './rest.ts';
import { sampleFunctions } from './samples.ts';
import { setFunctions } from './sets.ts';
import { shellFunctions } from './shell.ts';
import { statisticsFunctions } from './statistics.ts';
import { stringFunctions } from './strings.ts';
import { systemFunctions } from './system.ts';
import { threatTriageFunctions } from './threat-triage.ts';
import { validationFunctions } from './validation.ts';

/** All functions that come with the language. A new category is one file and one line here. */
const functions: readonly StellarFunction[] = [
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
  ...busFunctions,
  ...byteFunctions,
  ...configurationFunctions,
  ...fileFunctionsOfBoth,
  ...grokFunctions,
  ...indexingFunctions,
  ...localityFunctions,
  ...lookAlikeFunctions,
  ...modelFunctions,
  ...objectFunctions,
  ...profileFunctions,
  ...profileWindowFunctions,
  ...restFunctions,
  ...shellFunctions,
  ...threatTriageFunctions,
  ...parserTransformationFunctions,
  ...enrichmentTransformationFunctions,
];

/** The version that a function came with, where it does not say so itself. */
const firstVersion = '0.1.0';

export const standardFunctions: readonly StellarFunction[] = functions.map((definition) => ({
  since: firstVersion,
  ...definition,
}));

export const standardRegistry = new FunctionRegistry(standardFunctions);

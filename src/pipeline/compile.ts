/** Stellar with the functions that rules and enrichments may use. */
import {
  type CompiledExpression,
  compile,
  type StellarFunction,
  standardRegistry,
} from '../stellar/index.ts';

/** What expressions on the stream can reach: no files, no shell, no bus, nothing that changes the configuration. */
export const streamCapabilities: ReadonlySet<string> = new Set([
  'globalConfig',
  'enrichmentStore',
  'geo',
  'asn',
  'objects',
  'http',
  'grok',
]);

let registry = standardRegistry;

/** The functions that come with the program and those of plug-ins. */
export function stellarRegistry(): typeof standardRegistry {
  return registry;
}

/**
 * Adds the functions of plug-ins, in place of those added before. To be called when a process or worker starts, before anything is
 * compiled. Raises `StellarError` for a name that is taken.
 */
export function installFunctions(functions: readonly StellarFunction[]): void {
  registry = functions.length === 0 ? standardRegistry : standardRegistry.with(functions);
}

/** Raises `StellarError`, also for a call of a function that needs what the stream does not give. */
export function compileStellar(source: string): CompiledExpression {
  return compile(source, registry, { capabilities: streamCapabilities });
}

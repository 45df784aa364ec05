/** Stellar with the functions that rules and enrichments may use. */
import { type CompiledExpression, compile, standardFunctions } from '../stellar/index.ts';

export function compileStellar(source: string): CompiledExpression {
  return compile(source, standardFunctions);
}

/** Stellar with the functions that rules and enrichments may use. */
import { type CompiledExpression, compile, standardRegistry } from '../stellar/index.ts';

export function compileStellar(source: string): CompiledExpression {
  return compile(source, standardRegistry);
}

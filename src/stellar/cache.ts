import { compile } from './compiler.ts';
import type { CompiledExpression, CompileOptions } from './expression.ts';
import type { FunctionRegistry } from './registry.ts';

/**
 * Compiled expressions by their text, for one registry and one set of options. Holds `capacity` of them and forgets the one
 * that was asked for longest ago. An expression that does not compile is not remembered: `get` raises anew.
 */
export class CompileCache {
  readonly #registry: FunctionRegistry;
  readonly #options: CompileOptions;
  readonly #capacity: number;
  readonly #held = new Map<string, CompiledExpression>();

  constructor(registry: FunctionRegistry, options: CompileOptions = {}, capacity = 10_000) {
    this.#registry = registry;
    this.#options = options;
    this.#capacity = Math.max(1, capacity);
  }

  get size(): number {
    return this.#held.size;
  }

  get(source: string): CompiledExpression {
    let compiled = this.#held.get(source);
    if (compiled === undefined) {
      compiled = compile(source, this.#registry, this.#options);
      if (this.#held.size >= this.#capacity) {
        for (const oldest of this.#held.keys()) {
          this.#held.delete(oldest);
          break;
        }
      }
    } else {
      this.#held.delete(source);
    }
    this.#held.set(source, compiled);
    return compiled;
  }
}

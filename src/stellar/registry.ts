import { argumentError } from './errors.ts';
import type { StellarFunction } from './expression.ts';
import { nearestName } from './suggest.ts';

const functionName = /^[A-Za-z_$](?:[A-Za-z0-9_.:]*[A-Za-z0-9_.])?$/;

/** The functions that expressions may call, by name. Immutable: `with` gives a new registry that has more. */
export class FunctionRegistry {
  readonly #functions = new Map<string, StellarFunction>();

  /** Raises `StellarError` when two functions share a name or a name could not be called. */
  constructor(functions: Iterable<StellarFunction>) {
    for (const definition of functions) {
      if (!functionName.test(definition.name)) {
        throw argumentError(
          `a function cannot be called ${JSON.stringify(definition.name)}`,
          'names are made of letters, digits and _',
        );
      }
      if (this.#functions.has(definition.name)) {
        throw argumentError(`two functions are called ${definition.name}`, 'rename one of them');
      }
      this.#functions.set(definition.name, definition);
    }
  }

  get(name: string): StellarFunction | undefined {
    return this.#functions.get(name);
  }

  /** All functions, by name. */
  list(): StellarFunction[] {
    return [...this.#functions.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  nearest(name: string): string | undefined {
    return nearestName(name, this.#functions.keys());
  }

  with(functions: Iterable<StellarFunction>): FunctionRegistry {
    return new FunctionRegistry([...this.#functions.values(), ...functions]);
  }
}

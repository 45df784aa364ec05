/** Kinds of transformations, validations and filters by the names that a configuration may use. */
import { SkoposError } from '../errors.ts';

export interface Named {
  /** As configurations write it: `RENAME`. */
  readonly name: string;
  /** Other names for it: the reference's class, with and without its package; a plug-in's own. */
  readonly classNames: readonly string[];
  readonly description: string;
}

export class NamedRegistry<T extends Named> {
  readonly #what: string;
  readonly #code: string;
  readonly #types: T[] = [];
  readonly #byName = new Map<string, T>();

  /** `what`: the word for one of them in messages; `code`: of the errors. */
  constructor(what: string, code: string, types: Iterable<T>) {
    this.#what = what;
    this.#code = code;
    for (const type of types) this.register(type);
  }

  /** Throws `SkoposError` when one of its names is taken. */
  register(type: T): void {
    for (const name of [type.name, ...type.classNames]) {
      const taken = this.#byName.get(name);
      if (taken !== undefined && taken !== type) {
        throw new SkoposError(
          this.#code,
          `The ${this.#what} ${type.name} claims the name ${name}, which belongs to ${taken.name}`,
        );
      }
    }
    this.#types.push(type);
    for (const name of [type.name, ...type.classNames]) this.#byName.set(name, type);
  }

  /** By name or class name; of a class in another package its simple name will do. Throws `SkoposError` when there is none. */
  get(name: string): T {
    const found = this.#byName.get(name) ?? this.#byName.get(name.slice(name.lastIndexOf('.') + 1));
    if (found !== undefined) return found;
    throw new SkoposError(this.#code, `There is no ${this.#what} ${JSON.stringify(name)}`, {
      hint: `Use one of ${this.#types.map((type) => type.name).join(', ')}.`,
    });
  }

  list(): readonly T[] {
    return this.#types;
  }
}

/** The registry of parsers: what is built in and what plug-ins add, found by the names that `parserClassName` may use. */
import { distance } from 'fastest-levenshtein';
import { ParserConfigError } from './errors.ts';
import type { Parser, ParserEnvironment, ParserType } from './parser.ts';

export class ParserRegistry {
  readonly #types: ParserType[] = [];
  readonly #byName = new Map<string, ParserType>();

  constructor(types: Iterable<ParserType> = []) {
    for (const type of types) this.register(type);
  }

  /** Adds a parser. Throws `ParserConfigError` when one of its names is taken by another. */
  register(type: ParserType): void {
    const names = [type.name, ...type.classNames];
    for (const name of names) {
      const taken = this.#byName.get(name);
      if (taken !== undefined) {
        throw new ParserConfigError(
          `Parser ${type.name} claims the name ${name}, which belongs to parser ${taken.name}`,
        );
      }
    }
    this.#types.push(type);
    for (const name of names) this.#byName.set(name, type);
  }

  /** By class name or short name; undefined when there is none. */
  find(className: string): ParserType | undefined {
    return this.#byName.get(className);
  }

  /** By class name or short name. Throws `ParserConfigError` naming the nearest one. */
  get(className: string): ParserType {
    const type = this.#byName.get(className);
    if (type !== undefined) return type;
    const nearest = this.#nearest(className);
    throw new ParserConfigError(`There is no parser ${JSON.stringify(className)}`, {
      hint:
        nearest === undefined
          ? 'Known parsers: none'
          : `Did you mean ${nearest}? Known: ${this.#types.map((t) => t.name).join(', ')}`,
    });
  }

  /** All parsers, in the order in which they were added. */
  list(): readonly ParserType[] {
    return this.#types;
  }

  /** Builds a parser. Throws `ParserConfigError` when it is unknown or `parserConfig` is wrong. */
  create(
    className: string,
    parserConfig: Readonly<Record<string, unknown>>,
    environment: ParserEnvironment,
  ): Parser {
    return this.get(className).configure(parserConfig, environment);
  }

  #nearest(className: string): string | undefined {
    let best: string | undefined;
    let bestDistance = Number.POSITIVE_INFINITY;
    for (const name of this.#byName.keys()) {
      const d = distance(name.toLowerCase(), className.toLowerCase());
      if (d < bestDistance) {
        best = name;
        bestDistance = d;
      }
    }
    return best;
  }
}

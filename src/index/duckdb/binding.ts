import type { DuckDBValue } from '@duckdb/node-api';
import type { Params } from './database.ts';

/** Values of a statement: each distinct one is bound once, however often the statement names it. */
export class Bindings {
  readonly #values = new Map<string, DuckDBValue>();
  readonly #names = new Map<string, string>();

  text(value: string): string {
    return `$${this.#bind(`t${value}`, value)}`;
  }

  /** A whole number as BIGINT, so that the comparison keeps the column's type and storage can be pruned. */
  integer(value: bigint): string {
    return `$${this.#bind(`i${value}`, value)}::BIGINT`;
  }

  double(value: number): string {
    return `$${this.#bind(`d${value}`, value)}::DOUBLE`;
  }

  params(): Params {
    return Object.fromEntries(this.#values);
  }

  /** The values that a statement names; others would be refused. */
  for(sql: string): Params {
    const params: Params = {};
    for (const [, name] of sql.matchAll(/\$(p\d+)/g)) params[name!] = this.#values.get(name!)!;
    return params;
  }

  #bind(key: string, value: DuckDBValue): string {
    const known = this.#names.get(key);
    if (known !== undefined) return known;
    const name = `p${this.#names.size + 1}`;
    this.#names.set(key, name);
    this.#values.set(name, value);
    return name;
  }
}

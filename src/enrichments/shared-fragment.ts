/** What look-ups say of one value: made once, kept in a cache, shared by all events with that value. Never changed. */
import type { Fragment } from './adapter.ts';

export class SharedFragment implements Fragment {
  readonly keys: readonly string[];
  readonly values: readonly unknown[];
  /** Whether it says that the value is a known indicator. */
  readonly intel: boolean;
  /** Room for the encoder, which makes its text once; here from the start, so that all fragments have one shape. */
  encoded: unknown = null;
  #scope: Readonly<Record<string, unknown>> | null = null;

  constructor(keys: readonly string[], values: readonly unknown[], intel: boolean) {
    this.keys = keys;
    this.values = values;
    this.intel = intel;
  }

  /** The same as an object, for expressions. */
  get scope(): Readonly<Record<string, unknown>> {
    this.#scope ??= Object.fromEntries(this.keys.map((key, at) => [key, this.values[at]]));
    return this.#scope;
  }
}

export const nothing: SharedFragment = new SharedFragment([], [], false);

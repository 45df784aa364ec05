/** What look-ups say of one value: made once, kept in a cache, shared by all events with that value. Never changed. */
import type { Fragment } from './adapter.ts';

/** What a later stage's look-up of the same field found for the same value. */
export interface Follower {
  /** The look-up, and the version of its data. */
  readonly task: object;
  readonly version: number;
  readonly found: SharedFragment;
}

export class SharedFragment implements Fragment {
  readonly keys: readonly string[];
  readonly values: readonly unknown[];
  /** Whether it says that the value is a known indicator. */
  readonly intel: boolean;
  /** The field and the value that were looked up. */
  readonly field: string;
  readonly value: string;
  /** Room for the encoder, which makes its text once; here from the start, so that all fragments have one shape. */
  encoded: unknown = null;
  /** A short way for the next stage: an address that is located mostly is looked up among the indicators too. */
  follower: Follower | null = null;
  #scope: Readonly<Record<string, unknown>> | null = null;

  constructor(
    keys: readonly string[],
    values: readonly unknown[],
    intel: boolean,
    field: string,
    value: string,
  ) {
    this.keys = keys;
    this.values = values;
    this.intel = intel;
    this.field = field;
    this.value = value;
  }

  /** The same as an object, for expressions. */
  get scope(): Readonly<Record<string, unknown>> {
    this.#scope ??= Object.fromEntries(this.keys.map((key, at) => [key, this.values[at]]));
    return this.#scope;
  }
}

export const nothing: SharedFragment = new SharedFragment([], [], false, '', '');

import { createContext, Script } from 'node:vm';
import { StellarError } from './errors.ts';

/** Longest time that one match may take, in milliseconds. */
export const longestMatch = 200;

// Only a script can be given a time limit: this one runs what it is handed. Made when first needed.
let limiter: { readonly slot: { run: () => void }; readonly script: Script } | undefined;

function makeLimiter(): NonNullable<typeof limiter> {
  const slot = { run: () => {} };
  createContext(slot);
  limiter = { slot, script: new Script('run()') };
  return limiter;
}

/** Runs a match and raises `StellarError` when it takes too long. Costs a quarter of a millisecond: for long texts only. */
export function timeLimited<T>(match: () => T, pattern: string): T {
  const { slot, script } = limiter ?? makeLimiter();
  let result: { readonly value: T } | undefined;
  slot.run = () => {
    result = { value: match() };
  };
  try {
    script.runInContext(slot, { timeout: longestMatch });
  } catch (error) {
    if (!isTimeout(error)) throw error;
    // The time may be up just when the match is done.
    if (result === undefined) throw tooLong(pattern, longestMatch);
  } finally {
    slot.run = () => {};
  }
  if (result === undefined) throw new StellarError('SKP_STELLAR_BUDGET', 'a match was broken off');
  return result.value;
}

export function tooLong(pattern: string, milliseconds: number): StellarError {
  return new StellarError(
    'SKP_STELLAR_BUDGET',
    `the regular expression ${JSON.stringify(pattern.slice(0, 80))} took more than ${milliseconds} ms on a text`,
    { hint: 'write it without look-around, references and repetitions within repetitions' },
  );
}

function isTimeout(error: unknown): boolean {
  // The error is of the script's realm, whose Error is another.
  return (
    typeof error === 'object' &&
    error !== null &&
    'code' in error &&
    error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
  );
}

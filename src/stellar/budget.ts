import { BloomFilter, HyperLogLog } from '../sketches/index.ts';
import { StellarError } from './errors.ts';

/**
 * What one evaluation may cost. Only lambdas repeat work, so only an expression that has one counts: a run of a lambda costs
 * its size, a large value that is handed on costs its length. Work is dealt out in slices, and the clock is looked at between
 * two, so that counting costs a subtraction, and what is slow without being counted (a pattern, a store) ends as well.
 */
export interface Work {
  /** Units left of the slice. */
  left: number;
  /** Units left beyond the slice. */
  rest: number;
  limit: number;
  /** When the first slice was used up (`performance.now()`), 0 before. */
  since: number;
}

/** Units of work for one evaluation: about a lambda's run each. */
export const defaultWork = 1_000_000;
/** Milliseconds from the end of an evaluation's first slice on. */
export const longestEvaluation = 2000;
/** Longest text that an expression makes, in UTF-16 units. */
export const longestText = 16 * 1024 * 1024;

const slice = 256;

/** What synchronous evaluations use, one after the other. One that waits brings its own. */
export const sharedWork: Work = { left: 0, rest: 0, limit: 0, since: 0 };

export function startWork(work: Work, limit: number): Work {
  const left = Math.min(limit, slice);
  work.left = left;
  work.rest = limit - left;
  work.limit = limit;
  work.since = 0;
  return work;
}

/** A slice is used up: deals out the next, or raises when there is none or time is up. */
export function nextSlice(work: Work): void {
  const now = performance.now();
  if (work.since === 0) work.since = now;
  const needed = slice - work.left;
  if (work.rest < needed || now - work.since > longestEvaluation) {
    const rest = work.rest;
    work.rest = 0;
    throw new StellarError(
      'SKP_STELLAR_BUDGET',
      rest < needed
        ? `the evaluation's lambdas did more than ${work.limit} units of work`
        : `the evaluation took more than ${longestEvaluation} ms`,
      { hint: 'shorten the lists and texts that lambdas run over, or nest fewer lambdas' },
    );
  }
  work.rest -= needed;
  work.left = slice;
}

/** Counts a value that a lambda hands on. */
export function spend<T>(work: Work, value: T): T {
  if (typeof value === 'string' ? value.length > 63 : typeof value === 'object' && value !== null) {
    work.left -= sizeOf(value);
    if (work.left < 0) nextSlice(work);
  }
  return value;
}

function sizeOf(value: unknown): number {
  if (typeof value === 'string') return value.length >> 6;
  if (Array.isArray(value)) return value.length >> 4;
  if (value instanceof Set || value instanceof Map) return value.size >> 4;
  // Those that take much memory before anything was added.
  if (value instanceof BloomFilter) return Math.floor(value.bits / 1024);
  return value instanceof HyperLogLog && !value.isSparse ? (2 ** value.precision) >> 7 : 0;
}

/** Comparisons of collections count as well. */
export function spendComparisons(count: number): void {
  if (sharedWork.left > 0) sharedWork.left -= 1 + (count >> 4);
}

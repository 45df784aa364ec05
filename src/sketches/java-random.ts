/**
 * The linear congruential generator of java.util.Random (documented with that class): the reference system's samples come from it. Its
 * 48 bits are kept as two halves of 24, whose products are exact in doubles.
 */
export class JavaRandom {
  #high = 0;
  #low = 0;

  /** The seed is a whole number of 48 bits at most. */
  constructor(seed: number) {
    this.#high = (Math.floor(seed / half) ^ multiplierHigh) & mask;
    this.#low = (seed ^ multiplierLow) & mask;
  }

  /** All that is needed to go on where this one stands: a whole number below 2^48. */
  get state(): number {
    return this.#high * half + this.#low;
  }

  set state(state: number) {
    this.#high = Math.floor(state / half);
    this.#low = state % half;
  }

  /** 0 to bound − 1. The same numbers as Java's for bounds below 2^31, which are all that Java has. */
  nextInt(bound: number): number {
    if (bound >= 2 ** 31) return Math.floor(((this.#next(26) * 2 ** 27 + this.#next(27)) / 2 ** 53) * bound);
    if ((bound & -bound) === bound) return Math.floor((bound * this.#next(31)) / 2 ** 31);
    for (;;) {
      const bits = this.#next(31);
      const value = bits % bound;
      // Those from the last, incomplete run of the bound would not be even.
      if (bits - value + (bound - 1) < 2 ** 31) return value;
    }
  }

  #next(bits: number): number {
    const low = this.#low * multiplierLow + 0xb;
    const high = this.#high * multiplierLow + this.#low * multiplierHigh + Math.floor(low / half);
    this.#low = low % half;
    this.#high = high % half;
    return Math.floor(this.state / 2 ** (48 - bits));
  }
}

const half = 2 ** 24;
const mask = half - 1;
/** 0x5deece66d in halves. */
const multiplierHigh = 0x5de;
const multiplierLow = 0xece66d;

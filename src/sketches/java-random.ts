/** The linear congruential generator of java.util.Random (documented with that class): the reference system's samples come from it. */
export class JavaRandom {
  #state: bigint;

  constructor(seed: number) {
    this.#state = (BigInt(seed) ^ multiplier) & mask;
  }

  /** 0 to bound − 1. */
  nextInt(bound: number): number {
    if ((bound & -bound) === bound) return Math.floor((bound * this.#next31()) / 2 ** 31);
    for (;;) {
      const bits = this.#next31();
      const value = bits % bound;
      // Those from the last, incomplete run of the bound would not be even.
      if (bits - value + (bound - 1) < 2 ** 31) return value;
    }
  }

  #next31(): number {
    this.#state = (this.#state * multiplier + 0xbn) & mask;
    return Number(this.#state >> 17n);
  }
}

const multiplier = 0x5deece66dn;
const mask = 0xffffffffffffn;

/**
 * MurmurHash64A (A. Appleby, public domain), the 64-bit variant. A 64-bit number is kept as two halves of 32 bits, since numbers that are
 * exact to 64 bits would be many times slower.
 */

export interface Hash64 {
  readonly high: number;
  readonly low: number;
}

const mHigh = 0xc6a4a793;
const mLow = 0x5bd1e995;

/** The seed of the reference system's cardinality sketches. */
export const cardinalitySeed = 0xe17a1465;

let productHigh = 0;
let productLow = 0;

/** The low 64 bits of the product of (high, low) and m, in `productHigh` and `productLow`. */
function timesM(high: number, low: number): void {
  const l0 = low & 0xffff;
  const l1 = low >>> 16;
  const m0 = mLow & 0xffff;
  const m1 = mLow >>> 16;
  const p00 = l0 * m0;
  const p01 = l0 * m1;
  const p10 = l1 * m0;
  const middle = (p00 >>> 16) + (p01 & 0xffff) + (p10 & 0xffff);
  const carry = l1 * m1 + Math.floor(p01 / 65536) + Math.floor(p10 / 65536) + (middle >>> 16);
  productLow = ((middle << 16) | (p00 & 0xffff)) >>> 0;
  productHigh = (carry + Math.imul(high, mLow) + Math.imul(low, mHigh)) >>> 0;
}

const scratch = new Uint8Array(3 * 1024);
const encoder = new TextEncoder();

/** Hash of a text's UTF-8 bytes. */
export function murmur64OfText(text: string, seed: number = cardinalitySeed): Hash64 {
  if (text.length > 1024) return murmur64(encoder.encode(text), seed);
  return murmur64(scratch, seed, encoder.encodeInto(text, scratch).written);
}

/** Hash of the first `length` bytes. The seed is unsigned, 32 bits. */
export function murmur64(
  bytes: Uint8Array,
  seed: number = cardinalitySeed,
  length: number = bytes.length,
): Hash64 {
  // h = seed ^ (length * m)
  timesM(Math.floor(length / 2 ** 32), length >>> 0);
  let high = productHigh;
  let low = (productLow ^ seed) >>> 0;
  let at = 0;
  for (const end = length - (length & 7); at < end; at += 8) {
    const kLow = word(bytes, at);
    const kHigh = word(bytes, at + 4);
    timesM(kHigh, kLow);
    // k ^= k >>> 47
    const folded = (productLow ^ (productHigh >>> 15)) >>> 0;
    timesM(productHigh, folded);
    timesM((high ^ productHigh) >>> 0, (low ^ productLow) >>> 0);
    high = productHigh;
    low = productLow;
  }
  const rest = length - at;
  if (rest > 0) {
    let restLow = 0;
    let restHigh = 0;
    for (let i = 0; i < rest; i++) {
      const byte = bytes[at + i] ?? 0;
      if (i < 4) restLow |= byte << (8 * i);
      else restHigh |= byte << (8 * (i - 4));
    }
    timesM((high ^ restHigh) >>> 0, (low ^ restLow) >>> 0);
    high = productHigh;
    low = productLow;
  }
  timesM(high, (low ^ (high >>> 15)) >>> 0);
  return { high: productHigh, low: (productLow ^ (productHigh >>> 15)) >>> 0 };
}

function word(bytes: Uint8Array, at: number): number {
  return (
    ((bytes[at] ?? 0) |
      ((bytes[at + 1] ?? 0) << 8) |
      ((bytes[at + 2] ?? 0) << 16) |
      ((bytes[at + 3] ?? 0) << 24)) >>>
    0
  );
}

/**
 * MurmurHash3, x64, 128 bits (Austin Appleby, SMHasher, MurmurHash3.cpp), in halves of 32 bits: BigInt took ten times as long. The hash is
 * written as h1, h2, each little-endian.
 */
const C1 = [0x87c37b91, 0x114253d5] as const;
const C2 = [0x4cf5ad43, 0x2745937f] as const;

// The high half of the last product, sum or rotation: a pair without an object.
let high = 0;

function multiply(aHigh: number, aLow: number, bHigh: number, bLow: number): number {
  const a0 = aLow & 0xffff;
  const a1 = aLow >>> 16;
  const b0 = bLow & 0xffff;
  const b1 = bLow >>> 16;
  const low = a0 * b0;
  const mid1 = a1 * b0 + (low >>> 16);
  const mid2 = a0 * b1 + (mid1 & 0xffff);
  const carry = a1 * b1 + Math.floor(mid1 / 0x10000) + Math.floor(mid2 / 0x10000);
  high = (carry + Math.imul(aHigh, bLow) + Math.imul(aLow, bHigh)) | 0;
  return ((mid2 & 0xffff) << 16) | (low & 0xffff);
}

function add(aHigh: number, aLow: number, bHigh: number, bLow: number): number {
  const low = (aLow >>> 0) + (bLow >>> 0);
  high = (aHigh + bHigh + (low > 0xffffffff ? 1 : 0)) | 0;
  return low | 0;
}

/** By 1 to 63 bits. */
function rotate(aHigh: number, aLow: number, bits: number): number {
  if (bits === 32) {
    high = aLow;
    return aHigh;
  }
  const swap = bits > 32;
  const h = swap ? aLow : aHigh;
  const l = swap ? aHigh : aLow;
  const by = bits & 31;
  high = (h << by) | (l >>> (32 - by));
  return (l << by) | (h >>> (32 - by));
}

/** x ^= x >>> 33, and the two multiplications of the last step. */
function finish(h: number, l: number): number {
  let low = l ^ (h >>> 1);
  low = multiply(h, low, 0xff51afd7, 0xed558ccd);
  let top = high;
  low ^= top >>> 1;
  low = multiply(top, low, 0xc4ceb9fe, 0x1a85ec53);
  top = high;
  low ^= top >>> 1;
  high = top;
  return low;
}

export function murmur3(bytes: Buffer, seedHigh: number, seedLow: number, into: Buffer): void {
  let h1High = seedHigh | 0;
  let h1Low = seedLow | 0;
  let h2High = h1High;
  let h2Low = h1Low;
  let kHigh: number;
  let kLow: number;
  const mix1 = (inHigh: number, inLow: number): void => {
    kLow = multiply(inHigh, inLow, C1[0], C1[1]);
    kLow = rotate(high, kLow, 31);
    kLow = multiply(high, kLow, C2[0], C2[1]);
    kHigh = high;
    h1High ^= kHigh;
    h1Low ^= kLow;
  };
  const mix2 = (inHigh: number, inLow: number): void => {
    kLow = multiply(inHigh, inLow, C2[0], C2[1]);
    kLow = rotate(high, kLow, 33);
    kLow = multiply(high, kLow, C1[0], C1[1]);
    kHigh = high;
    h2High ^= kHigh;
    h2Low ^= kLow;
  };
  const whole = bytes.length & ~15;
  for (let at = 0; at < whole; at += 16) {
    mix1(bytes.readInt32LE(at + 4), bytes.readInt32LE(at));
    h1Low = rotate(h1High, h1Low, 27);
    h1Low = add(high, h1Low, h2High, h2Low);
    h1Low = multiply(high, h1Low, 0, 5);
    h1Low = add(high, h1Low, 0, 0x52dce729);
    h1High = high;
    mix2(bytes.readInt32LE(at + 12), bytes.readInt32LE(at + 8));
    h2Low = rotate(h2High, h2Low, 31);
    h2Low = add(high, h2Low, h1High, h1Low);
    h2Low = multiply(high, h2Low, 0, 5);
    h2Low = add(high, h2Low, 0, 0x38495ab5);
    h2High = high;
  }
  const tail = bytes.length & 15;
  if (tail > 8) mix2(little(bytes, whole + 12, tail - 12), little(bytes, whole + 8, tail - 8));
  if (tail > 0) mix1(little(bytes, whole + 4, tail - 4), little(bytes, whole, tail));
  h1Low ^= bytes.length;
  h2Low ^= bytes.length;
  h1Low = add(h1High, h1Low, h2High, h2Low);
  h1High = high;
  h2Low = add(h2High, h2Low, h1High, h1Low);
  h2High = high;
  h1Low = finish(h1High, h1Low);
  h1High = high;
  h2Low = finish(h2High, h2Low);
  h2High = high;
  h1Low = add(h1High, h1Low, h2High, h2Low);
  h1High = high;
  h2Low = add(h2High, h2Low, h1High, h1Low);
  h2High = high;
  into.writeInt32LE(h1Low | 0, 0);
  into.writeInt32LE(h1High, 4);
  into.writeInt32LE(h2Low | 0, 8);
  into.writeInt32LE(h2High, 12);
}

/** Up to four bytes, those that are missing zero. */
function little(bytes: Buffer, at: number, count: number): number {
  let value = 0;
  for (let index = Math.min(count, 4) - 1; index >= 0; index--) value = (value << 8) | bytes[at + index]!;
  return value;
}

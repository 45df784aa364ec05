import { JavaRandom } from '../sketches/index.ts';
import { argumentError } from './errors.ts';

/**
 * TLSH, a hash whose distance says how alike two byte strings are (Oliver, Cheng, Chen: "TLSH – A Locality Sensitive Hash", 2013).
 * The digest is the text of version 3: upper-case hexadecimal, without the `T1` of version 4 in front.
 */
export interface TlshOptions {
  /** 128 or 256 buckets: 32 or 64 bytes of body. */
  readonly buckets: 128 | 256;
  readonly checksumBytes: 1 | 3;
  /** 50 bytes are enough instead of 256. */
  readonly force: boolean;
}

// Pearson's permutation ("Fast hashing of variable-length text strings", 1990).
const permutation = Uint8Array.from(
  Buffer.from(
    '0157310cb0b266a679c10654f9e62ca30ec5d5b5a155da5040ef18e2ec8e26c86eb168678dfdff324d6551122d601fde' +
      '196bbe4656edf02248f214d6f4e395eb61ea39163cfa52afd0057fc76f3e87f8aea9d33a429a6ac3f5ab11bbb6b300f3' +
      '8438944b80859e64827e5b0d99f6d8db7744df4e5358c9637a0b5c208872340a8a1e30b79c233d1a8f4afb5e81a23f98' +
      'aa0773a7f1ce0396373b97dc5a3517837dad0fee4f5f59106989e1e0d9a0257b7649029d2e74099186e4cfd4cad745e5' +
      '1bbc437ca8fc2a041d6c15f713cd27cbe928ba93c6c09b21a4bf62cca5b4754c8c24d2ac29369f08b9e871c4e72f9278' +
      '33411c90fedd5dbdc28b702b476db8d1',
    'hex',
  ),
);

function pearson(salt: number, a: number, b: number, c: number): number {
  const t = permutation;
  return t[t[t[t[salt]! ^ a]! ^ b]! ^ c]!;
}

/** The digest, null for bytes that are too few or too uniform. */
export function tlshDigest(data: Uint8Array, options: TlshOptions): string | null {
  const { buckets: bucketCount, checksumBytes } = options;
  if (data.length < (options.force ? 50 : 256)) return null;
  const counts = new Uint32Array(256);
  const checksum = new Uint8Array(checksumBytes);
  for (let i = 4; i < data.length; i += 1) {
    const a = data[i]!;
    const b = data[i - 1]!;
    const c = data[i - 2]!;
    const d = data[i - 3]!;
    const e = data[i - 4]!;
    checksum[0] = pearson(0, a, b, checksum[0]!);
    for (let k = 1; k < checksumBytes; k += 1) checksum[k] = pearson(checksum[k - 1]!, a, b, checksum[k]!);
    counts[pearson(2, a, b, c)]! += 1;
    counts[pearson(3, a, b, d)]! += 1;
    counts[pearson(5, a, c, d)]! += 1;
    counts[pearson(7, a, c, e)]! += 1;
    counts[pearson(11, a, b, e)]! += 1;
    counts[pearson(13, a, d, e)]! += 1;
  }
  const used = counts.subarray(0, bucketCount);
  const sorted = used.toSorted();
  const [q1, q2, q3] = [1, 2, 3].map((quarter) => sorted[(bucketCount / 4) * quarter - 1]!) as [
    number,
    number,
    number,
  ];
  if (q3 === 0 || used.filter((count) => count > 0).length <= bucketCount / 2) return null;
  const bytes = new Uint8Array(checksumBytes + 2 + bucketCount / 4);
  for (let k = 0; k < checksumBytes; k += 1) bytes[k] = swapped(checksum[k]!);
  bytes[checksumBytes] = swapped(lengthCode(data.length));
  const ratio = (quartile: number) => Math.trunc(Math.fround(quartile * 100) / q3) % 16;
  bytes[checksumBytes + 1] = (ratio(q1) << 4) | ratio(q2);
  for (let i = 0; i < bucketCount / 4; i += 1) {
    let code = 0;
    for (let j = 0; j < 4; j += 1) {
      const count = used[4 * i + j]!;
      code |= (count > q3 ? 3 : count > q2 ? 2 : count > q1 ? 1 : 0) << (2 * j);
    }
    bytes[bytes.length - 1 - i] = code;
  }
  return Buffer.from(bytes).toString('hex').toUpperCase();
}

function swapped(byte: number): number {
  return ((byte << 4) | (byte >>> 4)) & 0xff;
}

function lengthCode(length: number): number {
  if (length <= 656) return Math.floor(Math.log(length) / Math.log(1.5)) & 0xff;
  if (length <= 3199) return Math.floor(Math.log(length) / Math.log(1.3) - 8.72777) & 0xff;
  return Math.floor(Math.log(length) / Math.log(1.1) - 62.5472) & 0xff;
}

interface Digest {
  readonly checksum: Uint8Array;
  readonly length: number;
  readonly q1: number;
  readonly q2: number;
  readonly body: Uint8Array;
}

// By the number of hexadecimal digits.
const shapes: Readonly<Record<number, { readonly checksumBytes: number }>> = {
  70: { checksumBytes: 1 },
  74: { checksumBytes: 3 },
  134: { checksumBytes: 1 },
  138: { checksumBytes: 3 },
};

function parseDigest(text: string): Digest {
  const hex = text.startsWith('T1') ? text.slice(2) : text;
  const shape = Object.hasOwn(shapes, hex.length) ? shapes[hex.length] : undefined;
  if (shape === undefined || !/^[0-9a-fA-F]+$/.test(hex)) {
    throw argumentError(
      `${JSON.stringify(text.slice(0, 80))} is no TLSH digest`,
      'it has 70, 74, 134 or 138 hexadecimal digits',
    );
  }
  const bytes = Uint8Array.from(Buffer.from(hex, 'hex'));
  const { checksumBytes } = shape;
  const ratios = bytes[checksumBytes + 1]!;
  return {
    checksum: bytes.subarray(0, checksumBytes),
    length: swapped(bytes[checksumBytes]!),
    q1: ratios >>> 4,
    q2: ratios & 15,
    body: bytes.subarray(checksumBytes + 2),
  };
}

/** How far two digests are apart, from 0; with `includeLength` also for the lengths of what they were made of. */
export function tlshDistance(first: string, second: string, includeLength: boolean): number {
  const a = parseDigest(first);
  const b = parseDigest(second);
  if (a.body.length !== b.body.length || a.checksum.length !== b.checksum.length) {
    throw argumentError(
      'TLSH digests of different kinds cannot be compared',
      'make both with the same bucketSize and checksumBytes',
    );
  }
  let distance = 0;
  if (includeLength) {
    const apart = around(a.length, b.length, 256);
    distance += apart <= 1 ? apart : apart * 12;
  }
  for (const apart of [around(a.q1, b.q1, 16), around(a.q2, b.q2, 16)])
    distance += apart <= 1 ? apart : (apart - 1) * 12;
  if (a.checksum.some((byte, at) => byte !== b.checksum[at])) distance += 1;
  for (let i = 0; i < a.body.length; i += 1) {
    for (let shift = 0; shift < 8; shift += 2) {
      const apart = Math.abs(((a.body[i]! >>> shift) & 3) - ((b.body[i]! >>> shift) & 3));
      distance += apart === 3 ? 6 : apart;
    }
  }
  return distance;
}

/** The shorter way round a circle of `size`. */
function around(a: number, b: number, size: number): number {
  const apart = Math.abs(a - b);
  return Math.min(apart, size - apart);
}

/**
 * Bins: digests that are alike fall into the same bin more often than others (bit sampling, Indyk and Motwani 1998). For each
 * number k of `sizes`, k and the hexadecimal text of k bits of the digest, drawn as the reference does.
 */
export function tlshBins(digest: string, checksumBytes: number, sizes: readonly number[]): string[] {
  const bytes = Buffer.from(digest.slice(2 * checksumBytes), 'hex');
  let bits = 0;
  for (let i = bytes.length - 1; i >= 0 && bits === 0; i -= 1)
    if (bytes[i] !== 0) bits = i * 8 + 32 - Math.clz32(bytes[i]!);
  const random = new JavaRandom(0);
  return sizes.map((size) => {
    const drawn = Buffer.alloc(Math.ceil(size / 8));
    let end = 0;
    for (let i = 0; i < size; i += 1) {
      const at = random.nextInt(bits);
      if (((bytes[at >>> 3]! >>> (at & 7)) & 1) === 0) continue;
      drawn[i >>> 3]! |= 1 << (i & 7);
      end = (i >>> 3) + 1;
    }
    return `${size}${drawn.subarray(0, end).toString('hex')}`;
  });
}

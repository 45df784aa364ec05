import { describe, expect, it } from 'vitest';
import { tlshBins, tlshDigest, tlshDistance } from './tlsh.ts';

// Bytes without a licence, and the same with a part of them changed.
const bytes = Uint8Array.from({ length: 600 }, (_, i) => (i * i * 7 + i * 13) % 251);
const changed = Uint8Array.from(bytes).fill(7, 100, 140);
const usual = { buckets: 128, checksumBytes: 1, force: true } as const;

describe('TLSH', () => {
  it('gives the digests and distances of its authors’ program', () => {
    // Seen with the C++ program of the paper's authors, version 5.0.0 (without the T1 of version 4).
    expect(tlshDigest(bytes, usual)).toBe(
      '0DF0AC3DDB27607A31EA9A892EEC80F40D60881DE088BC821AA9ECD1509D454EC2FC4D',
    );
    expect(tlshDistance(tlshDigest(bytes, usual)!, tlshDigest(changed, usual)!, true)).toBe(144);
  });

  it('has digests of four lengths', () => {
    const lengths = ([128, 256] as const).flatMap((buckets) =>
      ([1, 3] as const).map(
        (checksumBytes) => tlshDigest(bytes, { buckets, checksumBytes, force: true })?.length,
      ),
    );
    expect(lengths).toEqual([70, 74, 134, 138]);
  });

  it('has no digest of what is short or uniform', () => {
    expect(tlshDigest(bytes.subarray(0, 49), usual)).toBeNull();
    expect(tlshDigest(bytes.subarray(0, 255), { ...usual, force: false })).toBeNull();
    expect(tlshDigest(new Uint8Array(10_000), usual)).toBeNull();
    expect(tlshDigest(new Uint8Array(0), usual)).toBeNull();
  });

  it('has a distance of 0 to itself, the same both ways, also with the prefix of version 4', () => {
    const [a, b] = [tlshDigest(bytes, usual)!, tlshDigest(changed, usual)!];
    expect(tlshDistance(a, a, true)).toBe(0);
    expect(tlshDistance(a, b, false)).toBe(tlshDistance(b, a, false));
    expect(tlshDistance(`T1${a}`, b, false)).toBe(tlshDistance(a, b, false));
  });

  it('compares no digests of different kinds and nothing else', () => {
    const wide = tlshDigest(bytes, { ...usual, buckets: 256 })!;
    expect(() => tlshDistance(wide, tlshDigest(bytes, usual)!, false)).toThrow(/different kinds/);
    expect(() => tlshDistance('zz', wide, false)).toThrow(/no TLSH digest/);
    expect(() => tlshDistance('Z'.repeat(70), wide, false)).toThrow(/no TLSH digest/);
  });

  it('draws the same bits for the same size', () => {
    const digest = tlshDigest(bytes, usual)!;
    expect(tlshBins(digest, 1, [8, 16])).toEqual(tlshBins(digest, 1, [8, 16]));
    expect(tlshBins(digest, 1, [8])[0]).toMatch(/^8[0-9a-f]{0,2}$/);
  });
});

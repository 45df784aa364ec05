import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { metronRow, readMetronRow } from './metron-row.ts';
import { murmur3 } from './murmur3.ts';

/** The same hash with BigInt, as the paper has it. */
function slowMurmur3(bytes: Buffer, seed: bigint): string {
  const mask = (1n << 64n) - 1n;
  const c1 = 0x87c37b91114253d5n;
  const c2 = 0x4cf5ad432745937fn;
  const rotl = (x: bigint, r: bigint) => ((x << r) | (x >> (64n - r))) & mask;
  const word = (at: number, end: number) => {
    let value = 0n;
    for (let i = Math.min(at + 8, end) - 1; i >= at; i--) value = (value << 8n) | BigInt(bytes[i]!);
    return value;
  };
  let h1 = seed;
  let h2 = seed;
  const k1 = (k: bigint) => (rotl((k * c1) & mask, 31n) * c2) & mask;
  const k2 = (k: bigint) => (rotl((k * c2) & mask, 33n) * c1) & mask;
  const whole = bytes.length - (bytes.length % 16);
  for (let at = 0; at < whole; at += 16) {
    h1 ^= k1(word(at, bytes.length));
    h1 = ((rotl(h1, 27n) + h2) * 5n + 0x52dce729n) & mask;
    h2 ^= k2(word(at + 8, bytes.length));
    h2 = ((rotl(h2, 31n) + h1) * 5n + 0x38495ab5n) & mask;
  }
  if (bytes.length - whole > 8) h2 ^= k2(word(whole + 8, bytes.length));
  if (bytes.length > whole) h1 ^= k1(word(whole, bytes.length));
  h1 ^= BigInt(bytes.length);
  h2 ^= BigInt(bytes.length);
  h1 = (h1 + h2) & mask;
  h2 = (h2 + h1) & mask;
  const fmix = (k: bigint) => {
    let x = ((k ^ (k >> 33n)) * 0xff51afd7ed558ccdn) & mask;
    x = ((x ^ (x >> 33n)) * 0xc4ceb9fe1a85ec53n) & mask;
    return x ^ (x >> 33n);
  };
  h1 = fmix(h1);
  h2 = fmix(h2);
  h1 = (h1 + h2) & mask;
  h2 = (h2 + h1) & mask;
  const out = Buffer.alloc(16);
  out.writeBigUInt64LE(h1, 0);
  out.writeBigUInt64LE(h2, 8);
  return out.toString('hex');
}

describe('the hash of a row', () => {
  it('is that of the paper for every length and byte', () => {
    const into = Buffer.alloc(16);
    for (let length = 0; length < 300; length++) {
      const bytes = Buffer.concat(
        Array.from({ length: Math.ceil(length / 32) }, (_, i) =>
          createHash('sha256').update(`${length} ${i}`).digest(),
        ),
      ).subarray(0, length);
      murmur3(bytes, 0xffffffff, 0xdeadbeef, into);
      expect(into.toString('hex')).toBe(slowMurmur3(bytes, 0xffffffffdeadbeefn));
    }
  });
});

describe('a row of a Metron table', () => {
  it('is the one that Metron writes', () => {
    // Rows as Metron 0.7.2 makes them.
    expect(metronRow('malicious_ip', '10.0.2.3')?.toString('hex')).toBe(
      'd491ee6b6482c853791f7f19310facd7000c6d616c6963696f75735f6970000831302e302e322e33',
    );
    expect(metronRow('playful_classification', '10.0.2.3')?.toString('hex')).toBe(
      'd491ee6b6482c853791f7f19310facd70016706c617966756c5f636c617373696669636174696f6e000831302e302e322e33',
    );
    expect(metronRow('type', 'indicator1')?.toString('hex')).toBe(
      'b5cbfe77132f6702770446f2033487c8000474797065000a696e64696361746f7231',
    );
  });

  it('says again what it was made of', () => {
    for (const indicator of [
      '',
      '10.0.2.3',
      'größe',
      '\0',
      'a\0b',
      '😀 \ud83d',
      '\uffff',
      'x'.repeat(30_000),
    ]) {
      const row = metronRow('typ ü', indicator)!;
      expect(readMetronRow(row)).toEqual({ type: 'typ ü', indicator });
      const into = Buffer.alloc(16);
      murmur3(Buffer.from(indicator), 0xffffffff, 0xdeadbeef, into);
      expect(row.subarray(0, 16)).toEqual(into);
    }
  });

  it('is not made of what is too long for a row', () => {
    expect(metronRow('t', 'x'.repeat(32_747))).toBeUndefined();
    expect(metronRow('t', 'x'.repeat(32_746))).toHaveLength(32_767);
    expect(metronRow('t'.repeat(70_000), 'x')).toBeUndefined();
  });

  it('is told from other bytes', () => {
    const row = metronRow('type', 'indicator')!;
    for (let length = 0; length < row.length; length++)
      expect(readMetronRow(row.subarray(0, length))).toBeUndefined();
    expect(readMetronRow(Buffer.concat([row, Buffer.of(0)]))).toBeUndefined();
    expect(
      readMetronRow(Buffer.concat([row.subarray(0, 16), Buffer.from('0001ff0000', 'hex')])),
    ).toBeUndefined();
  });
});

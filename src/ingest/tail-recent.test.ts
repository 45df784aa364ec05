import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RecentText } from './tail-recent.ts';

const reader = (text: Buffer) => async (offset: number, length: number) =>
  text.subarray(Math.max(0, offset), offset + length);
const someText = (length: number) => Buffer.from(Array.from({ length }, (_, i) => (i * i * 31 + i) & 255));

describe('the text that was read last', () => {
  it('knows the beginning of its text however it was read, and nothing else', async () => {
    const text = someText(300_000);
    const sizes = fc.array(fc.integer({ min: 1, max: 150_000 }), { minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(sizes, fc.nat(70_000), async (reads, back) => {
        const recent = new RecentText(0);
        for (const length of reads) recent.add(text.subarray(recent.end, recent.end + length));
        expect(await recent.isIn(reader(text))).toBe(true);
        const size = recent.end - back;
        const kept = back <= 64 * 1024 - 256 && size >= 256;
        if (kept) expect(await recent.coversEnd(size, reader(text))).toBe(true);
        const other = Buffer.from(text);
        other[Math.max(0, size - 10)]! ^= 1;
        expect(await recent.coversEnd(size, reader(other))).toBe(false);
      }),
      { numRuns: 100 },
    );
  });

  it('sees another text, shorter, of the same length or longer', async () => {
    const recent = new RecentText(0);
    recent.add(Buffer.from('begun'));
    expect(await recent.isIn(reader(Buffer.from('begun and gone on')))).toBe(true);
    for (const other of ['beg', 'BEGUN', 'another text']) {
      expect(await recent.isIn(reader(Buffer.from(other)))).toBe(false);
    }
  });

  it('begins where its file was gone on with', async () => {
    const text = someText(2000);
    const recent = new RecentText(1000);
    expect(await recent.isIn(reader(text))).toBe(true);
    recent.add(text.subarray(1000, 1500));
    expect(await recent.isIn(reader(text))).toBe(true);
    expect(await recent.coversEnd(1400, reader(text))).toBe(true);
    expect(await recent.coversEnd(1100, reader(text))).toBe(false);
  });
});

import { describe, expect, it } from 'vitest';
import {
  BloomFilter,
  HyperLogLog,
  MedianDeviation,
  murmur64,
  OnlineStatistics,
  Reservoir,
  SketchError,
  TDigest,
  WindowStatistics,
} from './index.ts';

/** Numbers of an even distribution over 0 to 1, the same in each run. */
function* even(seed: number): Generator<number> {
  for (let x = seed; ; ) {
    x = (16807 * x) % 2147483647;
    yield x / 2147483647;
  }
}

function numbers(count: number, seed = 12345): Float64Array {
  const source = even(seed);
  return Float64Array.from({ length: count }, () => source.next().value ?? 0);
}

function digestOf(values: Iterable<number>): TDigest {
  const digest = new TDigest();
  for (const value of values) digest.add(value);
  return digest;
}

/** The largest distance between the rank that was asked for and that of the answer, weighed by the room that the place has. */
function worstRank(digest: TDigest, sorted: Float64Array, quantiles: readonly number[]): number {
  let worst = 0;
  for (const q of quantiles) {
    const answer = digest.quantile(q);
    const below = sorted.findLastIndex((value) => value <= answer) + 1;
    worst = Math.max(worst, Math.abs(below / sorted.length - q));
  }
  return worst;
}

describe('a t-digest', () => {
  it('of up to 300 values interpolates between them exactly', () => {
    const values = numbers(300).sort();
    const digest = digestOf(values);
    for (const q of [0, 0.01, 0.123, 0.5, 0.75, 0.999, 1]) {
      const at = q * (values.length - 1);
      const low = Math.floor(at);
      const exact = values[low]! + (at - low) * ((values[low + 1] ?? values[low]!) - values[low]!);
      expect(digest.quantile(q)).toBeCloseTo(exact, 12);
    }
  });

  it.each([1_000, 100_000, 1_000_000])(
    'of %d values misses ranks by less than 1 % in the middle, 0.1 % at the ends',
    (count) => {
      const values = numbers(count);
      const digest = digestOf(values);
      const sorted = values.slice().sort();
      expect(worstRank(digest, sorted, [0.1, 0.25, 0.4, 0.5, 0.6, 0.75, 0.9])).toBeLessThan(0.01);
      expect(worstRank(digest, sorted, [0.001, 0.01, 0.99, 0.999])).toBeLessThan(0.001 + 1 / count);
      expect(digest.quantile(0)).toBe(sorted[0]);
      expect(digest.quantile(1)).toBe(sorted.at(-1));
      expect(digest.size).toBeLessThan(1_500);
    },
  );

  it('keeps its bounds when the values come in order', () => {
    const sorted = Float64Array.from({ length: 200_000 }, (_, i) => i);
    expect(worstRank(digestOf(sorted), sorted, [0.01, 0.1, 0.5, 0.9, 0.99])).toBeLessThan(0.01);
    expect(worstRank(digestOf([...sorted].reverse()), sorted, [0.01, 0.1, 0.5, 0.9, 0.99])).toBeLessThan(
      0.01,
    );
  });

  it('merged of parts answers as one of the whole does', () => {
    const values = numbers(50_000);
    const merged = new TDigest();
    for (let part = 0; part < 50; part++)
      merged.merge(digestOf(values.subarray(part * 1000, part * 1000 + 1000)));
    expect(merged.count).toBe(50_000);
    expect(worstRank(merged, values.slice().sort(), [0.01, 0.25, 0.5, 0.75, 0.99])).toBeLessThan(0.01);
  });

  it('takes infinities and leaves NaN out', () => {
    const digest = digestOf([Number.NEGATIVE_INFINITY, 1, Number.NaN, Number.POSITIVE_INFINITY]);
    expect([digest.count, digest.quantile(0), digest.quantile(0.5), digest.quantile(1)]).toEqual([
      3,
      Number.NEGATIVE_INFINITY,
      1,
      Number.POSITIVE_INFINITY,
    ]);
  });

  it('never answers outside of what it was given, and never falls', () => {
    const digest = digestOf(numbers(20_000));
    let last = digest.min;
    for (let q = 0; q <= 1; q += 0.001) {
      const value = digest.quantile(q);
      expect(value).toBeGreaterThanOrEqual(last);
      expect(value).toBeLessThanOrEqual(digest.max);
      last = value;
    }
  });
});

describe('statistics', () => {
  it('of 1 to 8 are those of the textbook', () => {
    const statistics = new OnlineStatistics();
    for (let i = 1; i <= 8; i++) statistics.add(i);
    expect(statistics).toMatchObject({
      count: 8,
      sum: 36,
      min: 1,
      max: 8,
      mean: 4.5,
      variance: 6,
      skewness: 0,
    });
    expect(statistics.kurtosis).toBeCloseTo(-1.2, 12);
    expect(statistics.percentile(50)).toBe(4.5);
    expect(statistics.geometricMean).toBeCloseTo(40_320 ** (1 / 8), 12);
  });

  it('merged of parts are those of the whole, also when a part is empty', () => {
    const values = numbers(10_000);
    const whole = new OnlineStatistics();
    const merged = new OnlineStatistics();
    for (let part = 0; part < 10; part++) {
      const one = new OnlineStatistics();
      for (const value of values.subarray(part * 1000, part * 1000 + 1000)) {
        one.add(value ** 3);
        whole.add(value ** 3);
      }
      merged.merge(one);
      merged.merge(new OnlineStatistics());
    }
    for (const name of ['count', 'sum', 'min', 'max', 'variance', 'skewness', 'kurtosis'] as const) {
      expect(merged[name], name).toBeCloseTo(whole[name], 9);
    }
  });

  it('stay right beyond two million values', () => {
    const statistics = new OnlineStatistics();
    const source = even(1);
    for (let i = 0; i < 2_500_000; i++) statistics.add(source.next().value ?? 0);
    expect(statistics.kurtosis).toBeCloseTo(-1.2, 2);
    expect(statistics.variance).toBeCloseTo(1 / 12, 3);
  });

  it('tell of squares that leave the range of numbers', () => {
    expect(() => new OnlineStatistics().add(1e200)).toThrow('overflow');
    expect(() => new OnlineStatistics().add(1e-200)).toThrow('underflow');
  });

  it('over a window cover its newest values', () => {
    const statistics = new WindowStatistics(3);
    for (const value of [100, 1, 2, 3]) statistics.add(value);
    expect([statistics.count, statistics.sum, statistics.mean, statistics.percentile(50)]).toEqual([
      3, 6, 2, 2,
    ]);
    expect(statistics.values()).toEqual([1, 2, 3]);
  });
});

describe('a cardinality sketch', () => {
  it.each([10, 100, 1_000, 10_000, 100_000, 1_000_000])(
    'of %d elements is right within 1.04/√m, three times over',
    (count) => {
      for (const precision of [10, 14]) {
        for (const sparse of [0, 25]) {
          const sketch = new HyperLogLog(precision, sparse);
          for (let i = 0; i < count; i++) sketch.add(`element ${i}`);
          const error = Math.abs(sketch.cardinality() - count) / count;
          expect(error, `${precision} ${sparse}`).toBeLessThanOrEqual(
            Math.max((3 * 1.04) / Math.sqrt(2 ** precision), 0.5 / count),
          );
        }
      }
    },
  );

  it('of ten million elements is right within three times 1.04/√m', () => {
    const sketch = new HyperLogLog();
    for (let i = 0; i < 10_000_000; i++) sketch.add(`element ${i}`);
    expect(Math.abs(sketch.cardinality() / 10_000_000 - 1)).toBeLessThan((3 * 1.04) / 128);
  });

  it.each([10, 1_000, 20_000, 60_000])(
    'misses by no more than 1.04/√m on average over streams of %d addresses, with the usual precision',
    (count) => {
      let squares = 0;
      for (let stream = 0; stream < 24; stream++) {
        const sketch = new HyperLogLog(14, 0);
        for (let i = 0; i < count; i++) sketch.add(`10.${stream}.${(i >> 8) & 255}.${i & 255}`);
        squares += (sketch.cardinality() / count - 1) ** 2;
      }
      expect(Math.sqrt(squares / 24)).toBeLessThan(1.04 / 128);
    },
  );

  it('misses by 1.04/√m on average over many streams', () => {
    let squares = 0;
    for (let stream = 0; stream < 100; stream++) {
      const sketch = new HyperLogLog(8, 0);
      for (let i = 0; i < 5_000; i++) sketch.add(`${stream}/${i}`);
      squares += (sketch.cardinality() / 5_000 - 1) ** 2;
    }
    expect(Math.sqrt(squares / 100)).toBeLessThan((1.04 / 16) * 1.25);
  });

  it('counts an element once, however often it comes', () => {
    const sketch = new HyperLogLog();
    for (let i = 0; i < 1000; i++) sketch.add(`x${i % 7}`);
    expect(sketch.cardinality()).toBe(7);
  });

  it('merged is that of all elements, whatever form its parts have', () => {
    const part = (precision: number, sparse: number, from: number, to: number): HyperLogLog => {
      const sketch = new HyperLogLog(precision, sparse);
      for (let i = from; i < to; i++) sketch.add(`e${i}`);
      return sketch;
    };
    const all = part(12, 0, 0, 9_000).cardinality();
    for (const sparse of [0, 20, 25, 32]) {
      const merged = part(12, sparse, 0, 500);
      merged.merge(part(12, 25, 400, 2_000));
      merged.merge(part(12, 0, 1_500, 9_000));
      expect(merged.cardinality(), `${sparse}`).toBe(all);
    }
    expect(() => part(12, 0, 0, 1).merge(part(13, 0, 0, 1))).toThrow('cannot be merged');
  });
});

describe('murmur64', () => {
  it('gives the hashes of the algorithm', () => {
    const hex = ({ high, low }: { high: number; low: number }): string =>
      high.toString(16).padStart(8, '0') + low.toString(16).padStart(8, '0');
    const reference = (text: string, seed: number): string => {
      const bytes = Buffer.from(text);
      const m = 0xc6a4a7935bd1e995n;
      const mask = 2n ** 64n - 1n;
      let h = BigInt(seed) ^ ((BigInt(bytes.length) * m) & mask);
      const whole = bytes.length - (bytes.length % 8);
      for (let at = 0; at < whole; at += 8) {
        let k = (bytes.readBigUInt64LE(at) * m) & mask;
        k = ((k ^ (k >> 47n)) * m) & mask;
        h = ((h ^ k) * m) & mask;
      }
      if (whole < bytes.length) {
        const rest = Buffer.alloc(8);
        bytes.copy(rest, 0, whole);
        h = ((h ^ rest.readBigUInt64LE(0)) * m) & mask;
      }
      h = ((h ^ (h >> 47n)) * m) & mask;
      return (h ^ (h >> 47n)).toString(16).padStart(16, '0');
    };
    for (const text of ['', 'a', 'abcdefgh', 'abcdefghijk', 'ü'.repeat(100), '\u0000\u00ff']) {
      for (const seed of [0, 1, 0xe17a1465, 0xffffffff]) {
        expect(hex(murmur64(Buffer.from(text), seed))).toBe(reference(text, seed));
      }
    }
  });
});

describe('a Bloom filter', () => {
  it('never denies what was added, and errs about as often as it was told it may', () => {
    const filter = new BloomFilter(10_000, 0.01);
    for (let i = 0; i < 10_000; i++) filter.add(Buffer.from(`in ${i}`));
    for (let i = 0; i < 10_000; i++) expect(filter.has(Buffer.from(`in ${i}`))).toBe(true);
    let wrong = 0;
    for (let i = 0; i < 50_000; i++) if (filter.has(Buffer.from(`out ${i}`))) wrong += 1;
    expect(wrong / 50_000).toBeLessThan(0.013);
  });
});

describe('a sample', () => {
  it('holds every element with the same chance', () => {
    const sample = new Reservoir(500);
    for (let i = 0; i < 100_000; i++) sample.add(i);
    const mean = (sample.items as number[]).reduce((sum, item) => sum + item, 0) / 500;
    // The mean of 500 even numbers lies within three of its deviations.
    expect(Math.abs(mean - 50_000)).toBeLessThan((3 * 28_868) / Math.sqrt(500));
  });
});

describe('binary forms', () => {
  const values = numbers(5_000);
  const statistics = new OnlineStatistics();
  const window = new WindowStatistics(100);
  const cardinality = new HyperLogLog();
  const registers = new HyperLogLog(8, 0);
  const bloom = new BloomFilter(100, 0.1);
  const sample = new Reservoir(10);
  const deviation = new MedianDeviation();
  for (const [i, value] of values.entries()) {
    statistics.add(value);
    window.add(value);
    cardinality.add(`e${i}`);
    registers.add(`e${i}`);
    bloom.add(Buffer.from(`e${i}`));
    sample.add(value);
    deviation.add(value);
  }
  const forms: readonly (readonly [string, Uint8Array, (bytes: Uint8Array) => { toBytes(): Uint8Array }])[] =
    [
      ['digest', digestOf(values).toBytes(), TDigest.fromBytes],
      ['statistics', statistics.toBytes(), OnlineStatistics.fromBytes],
      ['window', window.toBytes(), WindowStatistics.fromBytes],
      ['sparse cardinality', cardinality.toBytes(), HyperLogLog.fromBytes],
      ['registers', registers.toBytes(), HyperLogLog.fromBytes],
      ['bloom', bloom.toBytes(), BloomFilter.fromBytes],
      ['sample', sample.toBytes(), Reservoir.fromBytes],
      ['deviation', deviation.toBytes(), MedianDeviation.fromBytes],
    ];

  it.each(forms)('of a %s reads back as it was', (_name, bytes, read) => {
    expect(read(bytes).toBytes()).toEqual(bytes);
  });

  it('keep their layout: version 1 of a small digest', () => {
    expect(Buffer.from(digestOf([1, 2]).toBytes()).toString('hex')).toBe(
      '536b01010000000000c06240000000000000f03f000000000000004002000000000000000000f03f000000000000004002000000000000000000f03f000000000000f03f',
    );
  });

  it.each(forms)('of a %s that are damaged are refused, and nothing else', (_name, bytes, read) => {
    const source = even(99);
    const random = (below: number): number => Math.floor((source.next().value ?? 0) * below);
    for (let round = 0; round < 2_000; round++) {
      let damaged = Uint8Array.from(bytes);
      const kind = random(3);
      if (kind === 0) damaged = damaged.slice(0, random(damaged.length));
      else if (kind === 1)
        for (let i = 0; i < 1 + random(8); i++) damaged[random(damaged.length)] = random(256);
      else damaged = Uint8Array.from({ length: random(200) }, () => random(256));
      try {
        read(damaged).toBytes();
      } catch (error) {
        expect(error).toBeInstanceOf(SketchError);
      }
    }
  });
});

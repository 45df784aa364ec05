import { describe, expect, it } from 'vitest';
import {
  BloomFilter,
  HyperLogLog,
  MedianDeviation,
  OnlineStatistics,
  Reservoir,
  SketchError,
  TDigest,
  WindowStatistics,
} from './index.ts';
import { JavaRandom } from './java-random.ts';

describe('a t-digest under hostile values', () => {
  it.each([
    ['infinities among numbers', Number.NEGATIVE_INFINITY, 1],
    ['the ends of the range of numbers', -1.7e308, 1.7e308],
    ['both infinities', Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
  ])('never falls nor becomes NaN: %s', (_name, low, high) => {
    const digest = new TDigest();
    for (let i = 0; i < 20_000; i++) digest.add(i % 2 === 0 ? low : high * (1 - (i % 100) / 1000));
    let last = Number.NEGATIVE_INFINITY;
    for (let q = 0; q <= 1; q += 0.01) {
      const value = digest.quantile(q);
      expect(value).toBeGreaterThanOrEqual(last);
      last = value;
    }
    expect(TDigest.fromBytes(digest.toBytes()).toBytes()).toEqual(digest.toBytes());
  });

  it('keeps its memory and bounds when it is asked after each value', () => {
    const digest = new TDigest();
    for (let i = 0; i < 50_000; i++) {
      digest.add((i * 7919) % 50_000);
      if (i % 3 === 0) digest.quantile(0.5);
    }
    expect(digest.count).toBe(50_000);
    expect(digest.size).toBeLessThan(3_000);
    for (const q of [0.01, 0.25, 0.5, 0.75, 0.99])
      expect(Math.abs(digest.quantile(q) / 50_000 - q)).toBeLessThan(0.005);
  });
});

describe('statistics under hostile values', () => {
  it.each([1e200, -1e200, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    'refuse %d and stay as they were',
    (value) => {
      const statistics = new OnlineStatistics();
      statistics.add(1);
      statistics.add(2);
      const before = statistics.toBytes();
      expect(() => statistics.add(value)).toThrow(SketchError);
      expect(statistics.toBytes()).toEqual(before);
      statistics.add(3);
      expect([statistics.count, statistics.mean, statistics.percentile(100)]).toEqual([3, 2, 3]);
    },
  );

  it('refuse to merge what would overflow and stay as they were', () => {
    const [left, right] = [new OnlineStatistics(), new OnlineStatistics()];
    for (let i = 0; i < 2; i++) {
      left.add(1e80);
      right.add(-1e80);
    }
    const before = left.toBytes();
    expect(() => left.merge(right)).toThrow('overflow');
    expect(left.toBytes()).toEqual(before);
  });

  it('leave NaN out', () => {
    for (const statistics of [new OnlineStatistics(), new WindowStatistics(10)]) {
      for (const value of [1, Number.NaN, 3]) statistics.add(value);
      expect([statistics.count, statistics.mean, statistics.max]).toEqual([2, 2, 3]);
    }
  });
});

describe('a sample', () => {
  it('that was written and read goes on as it would have', () => {
    const whole = new Reservoir(20);
    let broken = new Reservoir(20);
    for (let i = 0; i < 5_000; i++) {
      whole.add(i);
      broken.add(i);
      if (i % 500 === 250) broken = Reservoir.fromBytes(broken.toBytes());
    }
    expect(broken.items).toEqual(whole.items);
    expect(broken.toBytes()).toEqual(whole.toBytes());
  });

  it('draws the numbers of java.util.Random', () => {
    // Seed 0: the first nextInt(10) and nextInt(1 << 20) of the documented generator, worked out with whole numbers.
    for (const bound of [10, 1 << 20, 2 ** 31 - 1]) {
      let state = 0x5deece66dn;
      const random = new JavaRandom(0);
      for (let i = 0; i < 1_000; i++) {
        let wanted: number;
        for (;;) {
          state = (state * 0x5deece66dn + 0xbn) & 0xffffffffffffn;
          const bits = Number(state >> 17n);
          wanted = (bound & -bound) === bound ? Math.floor((bound * bits) / 2 ** 31) : bits % bound;
          if ((bound & -bound) === bound || bits - wanted + bound - 1 < 2 ** 31) break;
        }
        expect(random.nextInt(bound)).toBe(wanted);
      }
    }
  });

  it('goes on beyond two thousand million elements', () => {
    const random = new JavaRandom(0);
    for (const bound of [2 ** 31, 2 ** 40 + 1, Number.MAX_SAFE_INTEGER]) {
      const drawn = random.nextInt(bound);
      expect(Number.isSafeInteger(drawn) && drawn >= 0 && drawn < bound).toBe(true);
    }
  });
});

describe('a Bloom filter', () => {
  it.each([
    [1, 1e-100],
    [1, 0.999],
    [1e6, 1e-6],
  ])('for %d elements at the rate %d is written and read', (expected, rate) => {
    const filter = new BloomFilter(expected, rate);
    filter.add(Buffer.from('a'));
    const read = BloomFilter.fromBytes(filter.toBytes());
    expect(read.has(Buffer.from('a'))).toBe(true);
    expect([read.bits, read.hashes]).toEqual([filter.bits, filter.hashes]);
  });
});

/** Whatever was read from damaged bytes must be of use: nothing but `SketchError`, no end without end. */
describe('what damaged bytes give', () => {
  const random = new JavaRandom(7);
  const damage = (bytes: Uint8Array): Uint8Array => {
    const damaged = Uint8Array.from(bytes);
    for (let i = 0; i < 1 + random.nextInt(6); i++)
      damaged[4 + random.nextInt(Math.min(120, damaged.length - 4))] = random.nextInt(256);
    return damaged;
  };
  const statistics = new OnlineStatistics();
  const cardinality = new HyperLogLog(10, 25);
  const registers = new HyperLogLog(8, 0);
  const bloom = new BloomFilter(100, 0.1);
  const sample = new Reservoir(10);
  const deviation = new MedianDeviation();
  for (let i = 0; i < 200; i++) {
    statistics.add(i);
    cardinality.add(`${i}`);
    registers.add(`${i}`);
    bloom.add(Buffer.from(`${i}`));
    sample.add(i);
    deviation.add(i);
  }
  const uses: readonly (readonly [string, Uint8Array, (bytes: Uint8Array) => void])[] = [
    [
      'statistics',
      statistics.toBytes(),
      (bytes) => {
        const read = OnlineStatistics.fromBytes(bytes);
        for (let i = 0; i < 50; i++) read.add(i);
        new OnlineStatistics().merge(read);
        read.percentile(50);
      },
    ],
    ['sparse cardinality', cardinality.toBytes(), cardinalityUse],
    ['cardinality', registers.toBytes(), cardinalityUse],
    [
      'Bloom filter',
      bloom.toBytes(),
      (bytes) => {
        const read = BloomFilter.fromBytes(bytes);
        read.add(Buffer.from('new'));
        expect(read.has(Buffer.from('new'))).toBe(true);
      },
    ],
    [
      'sample',
      sample.toBytes(),
      (bytes) => {
        const read = Reservoir.fromBytes(bytes);
        for (let i = 0; i < 50; i++) read.add(i);
        expect(read.items.length).toBeLessThanOrEqual(read.size);
        expect(read.items.includes(undefined)).toBe(false);
      },
    ],
    [
      'deviation',
      deviation.toBytes(),
      (bytes) => {
        const read = MedianDeviation.fromBytes(bytes);
        for (let i = 0; i < 50; i++) read.add(i);
        read.score(3);
      },
    ],
  ];

  function cardinalityUse(bytes: Uint8Array): void {
    const read = HyperLogLog.fromBytes(bytes);
    expect(Number.isSafeInteger(read.cardinality())).toBe(true);
    read.add('new');
    const other = new HyperLogLog(read.precision, 0);
    other.merge(read);
    expect(Number.isSafeInteger(other.cardinality())).toBe(true);
  }

  it.each(uses)('can be used: %s', (_name, bytes, use) => {
    for (let round = 0; round < 2_000; round++) {
      try {
        use(damage(bytes));
      } catch (error) {
        if (!(error instanceof SketchError)) throw error;
      }
    }
  });
});

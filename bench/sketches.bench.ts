/** How fast sketches take values in, on one core. */
import { BloomFilter, HyperLogLog, OnlineStatistics, Reservoir, TDigest } from '../src/sketches/index.ts';

export async function run({ count = 2_000_000 } = {}): Promise<Record<string, number>> {
  const values = Float64Array.from({ length: 65_536 }, (_, i) => ((i * 7919) % 10_007) / 100);
  const texts = Array.from({ length: 65_536 }, (_, i) => `10.${i & 255}.${(i >> 8) & 255}.7`);
  const bytes = texts.map((text) => Buffer.from(text));
  const statistics = new OnlineStatistics();
  const digest = new TDigest();
  const cardinality = new HyperLogLog();
  const bloom = new BloomFilter(count, 0.01);
  const sample = new Reservoir();
  const perSecond = (add: (i: number) => void): number => {
    for (let i = 0; i < count / 10; i++) add(i & 65_535);
    const before = process.cpuUsage();
    for (let i = 0; i < count; i++) add(i & 65_535);
    const { user, system } = process.cpuUsage(before);
    return Math.round((count * 1e6) / (user + system));
  };
  return {
    'statistics, values per CPU second': perSecond((i) => statistics.add(values[i] ?? 0)),
    't-digest, values per CPU second': perSecond((i) => digest.add(values[i] ?? 0)),
    'cardinality, texts per CPU second': perSecond((i) => cardinality.add(texts[i] ?? '')),
    'Bloom filter, additions per CPU second': perSecond((i) => bloom.add(bytes[i] ?? Buffer.alloc(0))),
    'sample, values per CPU second': perSecond((i) => sample.add(i)),
  };
}

if (import.meta.main) console.log(await run());

/** How fast sketches take values in, on one core: by themselves, and through the functions of expressions. */
import {
  BloomFilter,
  HyperLogLog,
  MedianDeviation,
  OnlineStatistics,
  Reservoir,
  TDigest,
} from '../src/sketches/index.ts';
import { compile, standardRegistry } from '../src/stellar/index.ts';

export async function run({ count = 2_000_000 } = {}): Promise<Record<string, number>> {
  const values = Float64Array.from({ length: 65_536 }, (_, i) => ((i * 7919) % 10_007) / 100);
  const texts = Array.from({ length: 65_536 }, (_, i) => `10.${i & 255}.${(i >> 8) & 255}.7`);
  const bytes = texts.map((text) => Buffer.from(text));
  const statistics = new OnlineStatistics();
  const digest = new TDigest();
  const cardinality = new HyperLogLog();
  const bloom = new BloomFilter(count, 0.01);
  const sample = new Reservoir();
  const deviation = new MedianDeviation();
  const perSecond = (add: (i: number) => void, times = count): number => {
    for (let i = 0; i < times / 10; i++) add(i & 65_535);
    const before = process.cpuUsage();
    for (let i = 0; i < times; i++) add(i & 65_535);
    const { user, system } = process.cpuUsage(before);
    return Math.round((times * 1e6) / (user + system));
  };
  return {
    'statistics, values per CPU second': perSecond((i) => statistics.add(values[i] ?? 0)),
    't-digest, values per CPU second': perSecond((i) => digest.add(values[i] ?? 0)),
    'cardinality, texts per CPU second': perSecond((i) => cardinality.add(texts[i] ?? '')),
    'Bloom filter, additions per CPU second': perSecond((i) => bloom.add(bytes[i] ?? Buffer.alloc(0))),
    'sample, values per CPU second': perSecond((i) => sample.add(i)),
    'median deviation, values per CPU second': perSecond((i) => deviation.add(values[i] ?? 0), count / 10),
    'STATS_ADD, calls per CPU second': perSecond(calls('STATS_ADD(sketch, number)', 'STATS_INIT()')),
    'HLLP_ADD, calls per CPU second': perSecond(calls('HLLP_ADD(sketch, text)', 'HLLP_INIT()')),
    'BLOOM_ADD, calls per CPU second': perSecond(
      calls('BLOOM_ADD(sketch, text)', `BLOOM_INIT(${count}, 0.01)`),
    ),
    'SAMPLE_ADD, calls per CPU second': perSecond(calls('SAMPLE_ADD(sketch, text)', 'SAMPLE_INIT()')),
  };

  function calls(expression: string, init: string): (i: number) => void {
    const sketch = compile(init, standardRegistry).evaluate([{}], {});
    const scopes = texts.map((text, i) => [{ sketch, text, number: values[i] ?? 0 }]);
    const compiled = compile(expression, standardRegistry);
    return (i) => {
      compiled.evaluate(scopes[i] ?? [], {});
    };
  }
}

if (import.meta.main) console.log(await run());

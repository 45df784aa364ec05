export { BloomFilter } from './bloom-filter.ts';
export { MedianDeviation } from './deviation.ts';
export { SketchError, type SketchErrorCode } from './errors.ts';
export { defaultPrecision, defaultSparsePrecision, HyperLogLog } from './hyperloglog.ts';
export { JavaRandom } from './java-random.ts';
export { type Hash64, murmur64, murmur64OfText } from './murmur64.ts';
export { type ItemCodec, Reservoir } from './reservoir.ts';
export { OnlineStatistics, type Statistics, WindowStatistics } from './statistics.ts';
export { defaultCompression, TDigest } from './t-digest.ts';

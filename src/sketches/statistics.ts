/** What is known of a stream of numbers: moments and quantiles, over all of it or over its newest values. */
import { SketchReader, SketchWriter } from './bytes.ts';
import { SketchError } from './errors.ts';
import { Moments } from './moments.ts';
import { defaultCompression, TDigest } from './t-digest.ts';

/** Both kinds answer the same questions. NaN where there is no answer. */
export interface Statistics {
  readonly count: number;
  readonly sum: number;
  readonly sumOfSquares: number;
  readonly sumOfLogs: number;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly variance: number;
  readonly standardDeviation: number;
  readonly populationVariance: number;
  readonly quadraticMean: number;
  readonly geometricMean: number;
  readonly skewness: number;
  readonly kurtosis: number;
  /** NaN is left out. Raises `SketchError` for a value that cannot be counted, and stays as it was. */
  add(value: number): void;
  /** `p` from 0 to 100. Raises `RangeError` outside of it. */
  percentile(p: number): number;
  toBytes(): Uint8Array;
}

const version = 1;

/** Over all values, in bounded memory: moments exactly, quantiles by a t-digest. Mergeable. */
export class OnlineStatistics extends Moments implements Statistics {
  #digest: TDigest;

  constructor(compression: number = defaultCompression) {
    super();
    this.#digest = new TDigest(compression);
  }

  // The moments first: what they refuse must not come into the digest either.
  override add(value: number): void {
    super.add(value);
    this.#digest.add(value);
  }

  /** Takes in what another one holds; the other stays as it is. */
  override merge(other: OnlineStatistics): void {
    super.merge(other);
    this.#digest.merge(other.#digest);
  }

  percentile(p: number): number {
    return this.#digest.quantile(p / 100);
  }

  toBytes(): Uint8Array {
    const writer = new SketchWriter('statistics', version);
    this.write(writer);
    return writer.finish();
  }

  override write(writer: SketchWriter): void {
    super.write(writer);
    this.#digest.write(writer);
  }

  toJSON(): unknown {
    return { count: this.count, min: this.min, mean: this.mean, max: this.max };
  }

  static fromBytes(bytes: Uint8Array): OnlineStatistics {
    const reader = new SketchReader(bytes, 'statistics', version);
    const statistics = OnlineStatistics.read(reader);
    reader.end();
    return statistics;
  }

  static read(reader: SketchReader): OnlineStatistics {
    const statistics = new OnlineStatistics();
    statistics.readMoments(reader);
    statistics.#digest = TDigest.read(reader);
    if (statistics.#digest.count !== statistics.count)
      throw reader.wrong('its digest holds another number of values');
    return statistics;
  }
}

const largestWindow = 10_000_000;

/** Over the newest values, which are kept: everything is computed from them when it is asked for. */
export class WindowStatistics implements Statistics {
  readonly size: number;
  /** A ring; `#next` is where the next value goes. */
  #values: number[] = [];
  #next = 0;

  constructor(size: number) {
    if (!(Number.isInteger(size) && size >= 1 && size <= largestWindow)) {
      throw new SketchError('SKP_SKETCH_OPTIONS', `A window cannot hold ${size} values`, {
        hint: `Use 1 to ${largestWindow}.`,
      });
    }
    this.size = size;
  }

  get count(): number {
    return this.#values.length;
  }

  /** In the order in which they came. */
  values(): number[] {
    return [...this.#values.slice(this.#next), ...this.#values.slice(0, this.#next)];
  }

  add(value: number): void {
    if (Number.isNaN(value)) return;
    if (this.#values.length < this.size) this.#values.push(value);
    else {
      this.#values[this.#next] = value;
      this.#next = (this.#next + 1) % this.size;
    }
  }

  get sum(): number {
    return this.#total((x) => x);
  }
  get sumOfSquares(): number {
    return this.#total((x) => x * x);
  }
  get sumOfLogs(): number {
    return this.#total(Math.log);
  }
  get min(): number {
    return this.count === 0 ? Number.NaN : this.#values.reduce((a, b) => Math.min(a, b));
  }
  get max(): number {
    return this.count === 0 ? Number.NaN : this.#values.reduce((a, b) => Math.max(a, b));
  }
  get mean(): number {
    const first = this.sum / this.count;
    // A second pass takes the rounding of the first one away.
    return first + this.#total((x) => x - first) / this.count;
  }
  /** Divided by n − 1; 0 for one value. */
  get variance(): number {
    return this.count === 1 ? 0 : this.#deviations() / (this.count - 1);
  }
  get standardDeviation(): number {
    return Math.sqrt(this.variance);
  }
  get populationVariance(): number {
    return this.#deviations() / this.count;
  }
  get quadraticMean(): number {
    return Math.sqrt(this.sumOfSquares / this.count);
  }
  get geometricMean(): number {
    return Math.exp(this.sumOfLogs / this.count);
  }
  get skewness(): number {
    const n = this.count;
    if (n < 3) return Number.NaN;
    const { mean, variance } = this;
    return ((n / ((n - 1) * (n - 2))) * this.#total((x) => (x - mean) ** 3)) / variance ** 1.5;
  }
  get kurtosis(): number {
    const n = this.count;
    if (n < 4) return Number.NaN;
    const { mean, variance } = this;
    return (
      (((n * (n + 1)) / ((n - 1) * (n - 2) * (n - 3))) * this.#total((x) => (x - mean) ** 4)) /
        variance ** 2 -
      (3 * (n - 1) * (n - 1)) / ((n - 2) * (n - 3))
    );
  }

  /** By linear interpolation at p·(n+1)/100 (type 6 of Hyndman and Fan); `p` above 0. */
  percentile(p: number): number {
    if (!(p > 0 && p <= 100))
      throw new RangeError(`A percentile lies above 0 and at most at 100, not at ${p}`);
    const n = this.count;
    if (n === 0) return Number.NaN;
    const sorted = Float64Array.from(this.#values).sort();
    const position = (p * (n + 1)) / 100;
    if (position < 1) return sorted[0] ?? Number.NaN;
    if (position >= n) return sorted[n - 1] ?? Number.NaN;
    const whole = Math.floor(position);
    const lower = sorted[whole - 1] ?? Number.NaN;
    const upper = sorted[whole] ?? Number.NaN;
    return lower + (position - whole) * (upper - lower);
  }

  /** Layout: size (32 bits), values from the oldest on. */
  toBytes(): Uint8Array {
    const writer = new SketchWriter('window', version);
    writer.u32(this.size);
    writer.f64s(this.values(), this.count);
    return writer.finish();
  }

  toJSON(): unknown {
    return { count: this.count, min: this.min, mean: this.mean, max: this.max };
  }

  static fromBytes(bytes: Uint8Array): WindowStatistics {
    const reader = new SketchReader(bytes, 'window', version);
    const size = reader.u32();
    if (size < 1 || size > largestWindow) throw reader.wrong('its size cannot be');
    const statistics = new WindowStatistics(size);
    const values = reader.f64s();
    if (values.length > size) throw reader.wrong('it holds more values than it has room for');
    for (const value of values) statistics.add(value);
    reader.end();
    return statistics;
  }

  #total(of: (value: number) => number): number {
    let total = 0;
    for (const value of this.#values) total += of(value);
    return total;
  }

  /** Sum of squared deviations, its rounding corrected. */
  #deviations(): number {
    const { mean } = this;
    const squares = this.#total((x) => (x - mean) ** 2);
    const rounding = this.#total((x) => x - mean);
    return squares - (rounding * rounding) / this.count;
  }
}

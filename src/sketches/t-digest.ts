/**
 * A t-digest: quantiles of any number of values in bounded memory, exact at the ends of the distribution (T. Dunning, O. Ertl, "Computing
 * Extremely Accurate Quantiles Using t-Digests", 2019). This is the merging variant: values gather in a buffer that is sorted and merged
 * into the centroids when it is full. A centroid at quantile q holds at most 4·n·q·(1−q)/δ values.
 *
 * Up to 2δ values nothing is merged, and quantiles are those of the values, by linear interpolation at q·(n−1) (type 7 of Hyndman and Fan).
 */
import { SketchReader, SketchWriter } from './bytes.ts';
import { SketchError } from './errors.ts';

/** The reference system's compression. */
export const defaultCompression = 150;

const bufferSize = 2048;
/** So few values are put into their places one by one: a question after each value must not cost a pass over all centroids. */
const fewValues = 16;
const version = 1;

export class TDigest {
  readonly compression: number;
  #means = new Float64Array(64);
  #weights = new Float64Array(64);
  #centroids = 0;
  /** As many centroids are let stand before they are merged. */
  #roomy = 0;
  #buffer = new Float64Array(64);
  #buffered = 0;
  /** Values in the centroids. */
  #merged = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = Number.NEGATIVE_INFINITY;

  constructor(compression: number = defaultCompression) {
    if (!(compression >= 20 && compression <= 10_000)) {
      throw new SketchError('SKP_SKETCH_OPTIONS', `A t-digest cannot have the compression ${compression}`, {
        hint: 'Use 20 to 10,000; 150 is usual.',
      });
    }
    this.compression = compression;
  }

  get count(): number {
    return this.#merged + this.#buffered;
  }

  /** Infinity when empty. */
  get min(): number {
    return this.#min;
  }

  get max(): number {
    return this.#max;
  }

  /** Number of centroids: what the memory depends on. */
  get size(): number {
    this.#flush();
    return this.#centroids;
  }

  /** NaN is no value and is left out. */
  add(value: number): void {
    if (Number.isNaN(value)) return;
    if (this.#buffered === this.#buffer.length) {
      if (this.#buffered >= bufferSize) this.#flush();
      else this.#buffer = grown(this.#buffer, this.#buffered * 2);
    }
    this.#buffer[this.#buffered++] = value;
    if (value < this.#min) this.#min = value;
    if (value > this.#max) this.#max = value;
  }

  /** Takes in what another digest holds; the other stays as it is. */
  merge(other: TDigest): void {
    other.#flush();
    if (other.#centroids === 0) return;
    this.#flush();
    const means = new Float64Array(this.#centroids + other.#centroids);
    const weights = new Float64Array(means.length);
    interleave(
      means,
      weights,
      [this.#means, this.#weights, this.#centroids],
      [other.#means, other.#weights, other.#centroids],
    );
    this.#min = Math.min(this.#min, other.#min);
    this.#max = Math.max(this.#max, other.#max);
    this.#compress(means, weights, means.length, this.#merged + other.#merged);
  }

  /** The value below which a share `q` of all lies; NaN when empty. Raises `RangeError` for `q` outside of 0 to 1. */
  quantile(q: number): number {
    if (!(q >= 0 && q <= 1)) throw new RangeError(`A quantile lies between 0 and 1, not at ${q}`);
    this.#flush();
    const count = this.#centroids;
    if (count === 0) return Number.NaN;
    if (count === 1) return this.#means[0] ?? Number.NaN;
    const index = q * (this.#merged - 1);
    let before = 0;
    let left = Number.NaN;
    let leftAt = Number.NaN;
    for (let i = 0; i < count; i++) {
      const weight = this.#weights[i] ?? 0;
      const mean = this.#means[i] ?? Number.NaN;
      const at = before + (weight - 1) / 2;
      if (index <= at) return i === 0 ? this.#low(index, at, mean) : between(index, leftAt, left, at, mean);
      left = mean;
      leftAt = at;
      before += weight;
    }
    // Behind the middle of the last centroid: towards the largest value.
    return between(index, leftAt, left, this.#merged - 1, this.#max);
  }

  toBytes(): Uint8Array {
    this.#flush();
    const writer = new SketchWriter('digest', version);
    this.write(writer);
    return writer.finish();
  }

  /** Layout: compression, smallest, largest (doubles), means, weights (lists of doubles). */
  write(writer: SketchWriter): void {
    this.#flush();
    writer.f64(this.compression);
    writer.f64(this.#min);
    writer.f64(this.#max);
    writer.f64s(this.#means.subarray(0, this.#centroids), this.#centroids);
    writer.f64s(this.#weights.subarray(0, this.#centroids), this.#centroids);
  }

  static fromBytes(bytes: Uint8Array): TDigest {
    const reader = new SketchReader(bytes, 'digest', version);
    const digest = TDigest.read(reader);
    reader.end();
    return digest;
  }

  static read(reader: SketchReader): TDigest {
    const compression = reader.f64();
    if (!(compression >= 20 && compression <= 10_000)) throw reader.wrong('its compression cannot be');
    const digest = new TDigest(compression);
    digest.#min = reader.f64();
    digest.#max = reader.f64();
    const means = reader.f64s();
    const weights = reader.f64s();
    if (means.length !== weights.length) throw reader.wrong('there are not as many weights as means');
    let last = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < means.length; i++) {
      const mean = means[i] ?? Number.NaN;
      const weight = weights[i] ?? 0;
      if (!(mean >= last) || !(weight >= 1) || !Number.isSafeInteger(weight)) {
        throw reader.wrong('its centroids are not in order');
      }
      last = mean;
      digest.#merged += weight;
    }
    const [low, high] =
      means.length > 0 ? [means[0], last] : [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    if (!(digest.#min <= (low ?? 0) && digest.#max >= (high ?? 0))) {
      throw reader.wrong('its centroids lie outside of its range');
    }
    if (means.length === 0 && (digest.#min !== low || digest.#max !== high))
      throw reader.wrong('it has a range without values');
    if (!Number.isSafeInteger(digest.#merged)) throw reader.wrong('its weights are too large');
    digest.#roomy = roomFor(means.length);
    digest.#means = means;
    digest.#weights = weights;
    digest.#centroids = means.length;
    return digest;
  }

  #low(index: number, at: number, mean: number): number {
    // Before the middle of the first centroid: from the smallest value on.
    return at === 0 ? mean : between(index, 0, this.#min, at, mean);
  }

  #flush(): void {
    if (this.#buffered === 0) return;
    if (this.#buffered <= fewValues && this.#centroids + this.#buffered <= this.#roomy) {
      for (let i = 0; i < this.#buffered; i++) this.#insert(this.#buffer[i] ?? 0);
      this.#merged += this.#buffered;
      this.#buffered = 0;
      return;
    }
    const fresh = this.#buffer.subarray(0, this.#buffered).sort();
    const means = new Float64Array(this.#centroids + this.#buffered);
    const weights = new Float64Array(means.length);
    interleave(means, weights, [this.#means, this.#weights, this.#centroids], [fresh, null, this.#buffered]);
    const total = this.#merged + this.#buffered;
    this.#buffered = 0;
    this.#compress(means, weights, means.length, total);
  }

  /** A centroid of one value, behind those that are not greater. */
  #insert(value: number): void {
    if (this.#centroids === this.#means.length) {
      const length = Math.max(64, this.#centroids * 2);
      this.#means = grown(this.#means, length);
      this.#weights = grown(this.#weights, length);
    }
    let low = 0;
    let high = this.#centroids;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#means[middle] ?? 0) <= value) low = middle + 1;
      else high = middle;
    }
    this.#means.copyWithin(low + 1, low, this.#centroids);
    this.#weights.copyWithin(low + 1, low, this.#centroids);
    this.#means[low] = value;
    this.#weights[low] = 1;
    this.#centroids += 1;
  }

  /** Merges neighbours from the left as far as their place allows. */
  #compress(
    means: Float64Array<ArrayBuffer>,
    weights: Float64Array<ArrayBuffer>,
    count: number,
    total: number,
  ): void {
    this.#merged = total;
    if (total <= 2 * this.compression) {
      this.#means = means;
      this.#weights = weights;
      this.#centroids = count;
      this.#roomy = 2 * this.compression - 1;
      return;
    }
    const scale = 4 / (this.compression * total);
    let kept = 0;
    let before = 0;
    let mean = means[0] ?? 0;
    let weight = weights[0] ?? 0;
    for (let i = 1; i < count; i++) {
      const nextMean = means[i] ?? 0;
      const nextWeight = weights[i] ?? 0;
      const joint = weight + nextWeight;
      const middle = before + joint / 2;
      // Equal means stay as they are. Between an infinity and anything else lies no mean: they are not merged.
      const distance = nextMean === mean ? 0 : nextMean - mean;
      if (Number.isFinite(distance) && joint <= scale * middle * (total - middle)) {
        mean += distance * (nextWeight / joint);
        weight = joint;
        continue;
      }
      means[kept] = mean;
      weights[kept++] = weight;
      before += weight;
      mean = nextMean;
      weight = nextWeight;
    }
    means[kept] = mean;
    weights[kept++] = weight;
    this.#means = means.slice(0, kept);
    this.#weights = weights.slice(0, kept);
    this.#centroids = kept;
    this.#roomy = roomFor(kept);
  }
}

function roomFor(centroids: number): number {
  return Math.max(512, 2 * centroids);
}

type Run = readonly [means: Float64Array, weights: Float64Array | null, count: number];

/** Two sorted runs as one. Without weights each value weighs 1. */
function interleave(
  means: Float64Array,
  weights: Float64Array,
  [leftMeans, leftWeights, left]: Run,
  [rightMeans, rightWeights, right]: Run,
): void {
  let l = 0;
  let r = 0;
  for (let at = 0; at < left + right; at++) {
    if (r >= right || (l < left && (leftMeans[l] ?? 0) <= (rightMeans[r] ?? 0))) {
      means[at] = leftMeans[l] ?? 0;
      weights[at] = leftWeights === null ? 1 : (leftWeights[l] ?? 1);
      l++;
    } else {
      means[at] = rightMeans[r] ?? 0;
      weights[at] = rightWeights === null ? 1 : (rightWeights[r] ?? 1);
      r++;
    }
  }
}

function between(index: number, leftAt: number, left: number, rightAt: number, right: number): number {
  if (left === right || index >= rightAt) return right;
  if (index <= leftAt) return left;
  const share = (index - leftAt) / (rightAt - leftAt);
  // Between an infinity and anything lies no number.
  if (!Number.isFinite(right - left)) return share < 0.5 ? left : right;
  return left + (right - left) * share;
}

function grown(values: Float64Array, length: number): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(length);
  larger.set(values);
  return larger;
}

/**
 * Count, sums and central moments of a stream of values, updated with each one and mergeable (P. Pébay, "Formulas for Robust, One-Pass
 * Parallel Computation of Covariances and Arbitrary-Order Statistical Moments", Sandia report SAND2008-6212).
 */
import type { SketchReader, SketchWriter } from './bytes.ts';
import { SketchError } from './errors.ts';

export class Moments {
  count = 0;
  sum = 0;
  sumOfSquares = 0;
  sumOfLogs = 0;
  /** NaN when empty. */
  min = Number.NaN;
  max = Number.NaN;
  #m1 = 0;
  #m2 = 0;
  #m3 = 0;
  #m4 = 0;

  /**
   * NaN is no value and is left out: it would make everything NaN for ever. Raises `SketchError` when a sum would leave the range of
   * doubles; the value is not counted then, so that one absurd value does not spoil what was seen.
   */
  add(value: number): void {
    if (Number.isNaN(value)) return;
    const before = this.count;
    const n = before + 1;
    const d = value - this.#m1;
    const e = d / n;
    const ee = e * e;
    const t = d * e * before;
    const sum = this.sum + value;
    const sumOfSquares = this.sumOfSquares + value * value;
    const m3 = this.#m3 + t * e * (n - 2) - 3 * e * this.#m2;
    const m4 = this.#m4 + t * ee * (n * n - 3 * n + 3) + 6 * ee * this.#m2 - 4 * e * this.#m3;
    if (sumOfSquares - sumOfSquares !== 0 || m3 - m3 !== 0 || m4 - m4 !== 0) throw overflow();
    if (sumOfSquares === 0 && sum > 0) throw underflow();
    this.#m4 = m4;
    this.#m3 = m3;
    this.#m2 += t;
    this.#m1 += e;
    this.count = n;
    this.sum = sum;
    this.sumOfSquares = sumOfSquares;
    this.sumOfLogs += Math.log(value);
    if (!(value >= this.min)) this.min = value;
    if (!(value <= this.max)) this.max = value;
  }

  /** Raises `SketchError` as `add` does, and takes in nothing then. */
  merge(other: Moments): void {
    if (other.count === 0) return;
    const a = this.count;
    const b = other.count;
    const n = a + b;
    const d = other.#m1 - this.#m1;
    const dd = d * d;
    const m2 = this.#m2 + other.#m2 + (dd * a * b) / n;
    const m3 =
      this.#m3 +
      other.#m3 +
      (d * dd * a * b * (a - b)) / (n * n) +
      (3 * d * (a * other.#m2 - b * this.#m2)) / n;
    const m4 =
      this.#m4 +
      other.#m4 +
      (dd * dd * a * b * (a * a - a * b + b * b)) / (n * n * n) +
      (6 * dd * (a * a * other.#m2 + b * b * this.#m2)) / (n * n) +
      (4 * d * (a * other.#m3 - b * this.#m3)) / n;
    const sumOfSquares = this.sumOfSquares + other.sumOfSquares;
    if (
      !(Number.isFinite(sumOfSquares) && Number.isFinite(m2) && Number.isFinite(m3) && Number.isFinite(m4))
    ) {
      throw overflow();
    }
    this.#m1 = (a * this.#m1 + b * other.#m1) / n;
    this.#m2 = m2;
    this.#m3 = m3;
    this.#m4 = m4;
    this.count = n;
    this.sum += other.sum;
    this.sumOfSquares = sumOfSquares;
    this.sumOfLogs += other.sumOfLogs;
    if (!(other.min >= this.min)) this.min = other.min;
    if (!(other.max <= this.max)) this.max = other.max;
  }

  get mean(): number {
    return this.sum / this.count;
  }

  /** Divided by n − 1: NaN for one value. */
  get variance(): number {
    return this.#m2 / (this.count - 1);
  }

  get standardDeviation(): number {
    return Math.sqrt(this.variance);
  }

  /** Divided by n. */
  get populationVariance(): number {
    return this.#m2 / this.count;
  }

  get quadraticMean(): number {
    return Math.sqrt(this.sumOfSquares / this.count);
  }

  get geometricMean(): number {
    return Math.exp(this.sumOfLogs / this.count);
  }

  /** Unbiased; NaN below three values. */
  get skewness(): number {
    const n = this.count;
    if (n < 3) return Number.NaN;
    const s = this.standardDeviation;
    return ((n / ((n - 1) * (n - 2))) * this.#m3) / (s * s * s);
  }

  /** Unbiased, 0 for a normal distribution; NaN below four values. */
  get kurtosis(): number {
    const n = this.count;
    if (n < 4) return Number.NaN;
    const v = this.variance;
    return (
      (((n * (n + 1)) / ((n - 1) * (n - 2) * (n - 3))) * this.#m4) / (v * v) -
      (3 * (n - 1) * (n - 1)) / ((n - 2) * (n - 3))
    );
  }

  /** Layout: ten doubles, in the order of the fields. */
  write(writer: SketchWriter): void {
    for (const value of [
      this.count,
      this.sum,
      this.sumOfSquares,
      this.sumOfLogs,
      this.min,
      this.max,
      this.#m1,
      this.#m2,
      this.#m3,
      this.#m4,
    ]) {
      writer.f64(value);
    }
  }

  protected readMoments(reader: SketchReader): void {
    this.count = reader.f64();
    if (!Number.isSafeInteger(this.count) || this.count < 0) throw reader.wrong('its count cannot be');
    this.sum = reader.f64();
    this.sumOfSquares = reader.f64();
    this.sumOfLogs = reader.f64();
    this.min = reader.f64();
    this.max = reader.f64();
    this.#m1 = reader.f64();
    this.#m2 = reader.f64();
    this.#m3 = reader.f64();
    this.#m4 = reader.f64();
  }
}

function overflow(): SketchError {
  return new SketchError(
    'SKP_SKETCH_OVERFLOW',
    'The squares of the values leave the range of numbers (overflow)',
    {
      hint: 'Divide the values before they are added.',
    },
  );
}

function underflow(): SketchError {
  return new SketchError(
    'SKP_SKETCH_UNDERFLOW',
    'The values are too small for their squares to be numbers (underflow)',
    {
      hint: 'Multiply the values before they are added.',
    },
  );
}

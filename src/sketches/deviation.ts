/**
 * Outliers by the median absolute deviation (B. Iglewicz, D. Hoaglin, "How to Detect and Handle Outliers", 1993): how far a value lies from the
 * median, in medians of such distances. Its two pairs of sketches are those of the present period and of the window that is compared with.
 */
import { SketchReader, SketchWriter } from './bytes.ts';
import { OnlineStatistics } from './statistics.ts';

/** Makes the score that of a normal distribution. */
const defaultScale = 0.6745;

const version = 1;

export class MedianDeviation {
  #tickValues = new OnlineStatistics();
  #tickDeviations = new OnlineStatistics();
  #windowValues = new OnlineStatistics();
  #windowDeviations = new OnlineStatistics();

  /** A new state: nothing in its period, the periods of the others (and that of `current`) in its window. */
  static merged(states: readonly MedianDeviation[], current: MedianDeviation | null): MedianDeviation {
    const merged = new MedianDeviation();
    for (const state of current === null ? states : [current, ...states]) {
      merged.#windowValues.merge(state.#tickValues);
      merged.#windowDeviations.merge(state.#tickDeviations);
    }
    return merged;
  }

  /** NaN is left out. The distance is that from the window's median before the value. */
  add(value: number): void {
    if (Number.isNaN(value)) return;
    this.#tickValues.add(value);
    const deviation = Math.abs(value - this.#windowValues.percentile(50));
    this.#windowValues.add(value);
    if (Number.isNaN(deviation)) return;
    this.#tickDeviations.add(deviation);
    this.#windowDeviations.add(deviation);
  }

  /** Above about 3.5 is an outlier. NaN below two values. */
  score(value: number, scale: number = defaultScale): number {
    return (
      (scale * Math.abs(value - this.#windowValues.percentile(50))) / this.#windowDeviations.percentile(50)
    );
  }

  /** Layout: the four statistics: values and distances of the period, values and distances of the window. */
  toBytes(): Uint8Array {
    const writer = new SketchWriter('deviation', version);
    this.#tickValues.write(writer);
    this.#tickDeviations.write(writer);
    this.#windowValues.write(writer);
    this.#windowDeviations.write(writer);
    return writer.finish();
  }

  toJSON(): unknown {
    return { values: this.#windowValues, deviations: this.#windowDeviations };
  }

  static fromBytes(bytes: Uint8Array): MedianDeviation {
    const reader = new SketchReader(bytes, 'deviation', version);
    const state = new MedianDeviation();
    state.#tickValues = OnlineStatistics.read(reader);
    state.#tickDeviations = OnlineStatistics.read(reader);
    state.#windowValues = OnlineStatistics.read(reader);
    state.#windowDeviations = OnlineStatistics.read(reader);
    reader.end();
    return state;
  }
}

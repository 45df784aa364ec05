/** Local time in an IANA zone to epoch milliseconds, quickly. */
import { ParserConfigError } from './errors.ts';

const quarterHour = 900_000;
const day = 86_400_000;
const cacheLimit = 4096;
const utcNames = new Set(['UTC', 'Etc/UTC', 'GMT', 'Etc/GMT', 'Z', 'Zulu']);

export class TimeZone {
  readonly name: string;
  readonly #format: Intl.DateTimeFormat | undefined;
  /** Offset by quarter hour of UTC: no zone changes its offset at any other moment. */
  readonly #offsets = new Map<number, number>();

  /** Throws `ParserConfigError` when the zone is unknown. */
  constructor(name: string) {
    this.name = name;
    if (utcNames.has(name)) return;
    try {
      this.#format = new Intl.DateTimeFormat('en-US', {
        timeZone: name,
        calendar: 'iso8601',
        numberingSystem: 'latn',
        hourCycle: 'h23',
        year: 'numeric',
        month: 'numeric',
        day: 'numeric',
        hour: 'numeric',
        minute: 'numeric',
        second: 'numeric',
      });
    } catch (cause) {
      throw new ParserConfigError(`There is no time zone ${JSON.stringify(name)}`, {
        hint: 'Expected an IANA name such as Europe/Berlin, or UTC',
        cause,
      });
    }
  }

  /** Milliseconds that local time is ahead of UTC at a moment (epoch ms). */
  offsetAt(epoch: number): number {
    if (this.#format === undefined || !Number.isFinite(epoch)) return 0;
    const key = Math.floor(epoch / quarterHour);
    let offset = this.#offsets.get(key);
    if (offset === undefined) {
      if (this.#offsets.size >= cacheLimit) this.#offsets.clear();
      offset = this.#measure(this.#format, key * quarterHour);
      this.#offsets.set(key, offset);
    }
    return offset;
  }

  /**
   * Epoch ms of a wall-clock time given as if it were UTC. A time that occurs twice is the first of the two; one that is
   * skipped is read with the offset before the gap (as java.time does).
   */
  toEpoch(local: number): number {
    if (this.#format === undefined) return local;
    const before = this.offsetAt(local - day);
    const after = this.offsetAt(local + day);
    if (before === after || this.offsetAt(local - before) === before) return local - before;
    if (this.offsetAt(local - after) === after) return local - after;
    return local - before;
  }

  #measure(format: Intl.DateTimeFormat, epoch: number): number {
    let year = 0;
    let month = 0;
    let dayOfMonth = 0;
    let hour = 0;
    let minute = 0;
    let second = 0;
    for (const part of format.formatToParts(epoch)) {
      const value = Number(part.value);
      if (part.type === 'year') year = value;
      else if (part.type === 'month') month = value;
      else if (part.type === 'day') dayOfMonth = value;
      else if (part.type === 'hour') hour = value;
      else if (part.type === 'minute') minute = value;
      else if (part.type === 'second') second = value;
    }
    return Date.UTC(year, month - 1, dayOfMonth, hour, minute, second) - epoch;
  }
}

import type { RecordBatch } from '../../bus/index.ts';
import type { Suspect } from './protocol.ts';

/** Cuts a batch where records are suspected: into small ones before `until`, and a poisoned record stands alone. */
export function cutBatch(batch: RecordBatch, { careful, poisoned }: Suspect): readonly RecordBatch[] {
  const bad = new Set(poisoned.map(({ offset }) => offset));
  const pieces: RecordBatch[] = [];
  for (let from = 0; from < batch.count; ) {
    let to = from + 1;
    const limit =
      careful !== null && batch.offset(from) < careful.until ? careful.limit : Number.POSITIVE_INFINITY;
    if (!bad.has(batch.offset(from))) {
      while (
        to < batch.count &&
        to - from < limit &&
        !bad.has(batch.offset(to)) &&
        (careful === null || limit === Number.POSITIVE_INFINITY || batch.offset(to) < careful.until)
      )
        to++;
    }
    pieces.push(from === 0 && to === batch.count ? batch : new Piece(batch, from, to));
    from = to;
  }
  return pieces;
}

class Piece implements RecordBatch {
  readonly topic: string;
  readonly partition: number;
  readonly identity?: string;
  readonly count: number;
  readonly nextOffset: number;
  readonly #whole: RecordBatch;
  readonly #from: number;

  constructor(whole: RecordBatch, from: number, to: number) {
    this.#whole = whole;
    this.#from = from;
    this.topic = whole.topic;
    this.partition = whole.partition;
    if (whole.identity !== undefined) this.identity = whole.identity;
    this.count = to - from;
    this.nextOffset = to < whole.count ? whole.offset(to) : whole.nextOffset;
  }

  get baseOffset(): number {
    return this.offset(0);
  }

  offset(index: number): number {
    return this.#whole.offset(this.#at(index));
  }

  key(index: number): Uint8Array | null {
    return this.#whole.key(this.#at(index));
  }

  value(index: number): Buffer {
    return this.#whole.value(this.#at(index));
  }

  headers(index: number): Readonly<Record<string, string>> {
    return this.#whole.headers(this.#at(index));
  }

  timestamp(index: number): number {
    return this.#whole.timestamp(this.#at(index));
  }

  #at(index: number): number {
    if (index >= 0 && index < this.count) return this.#from + index;
    throw new RangeError(`The batch has no record ${index}`);
  }
}

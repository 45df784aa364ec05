/** A heap of events by time; of the same time what was put first comes first. */
import type { DemoEvent } from './event.ts';

interface Entry {
  readonly event: DemoEvent;
  readonly order: number;
}

export class Schedule {
  readonly #heap: Entry[] = [];
  #order = 0;

  get size(): number {
    return this.#heap.length;
  }

  /** The earliest event; undefined when there is none. */
  peek(): DemoEvent | undefined {
    return this.#heap[0]?.event;
  }

  add(events: readonly DemoEvent[]): void {
    for (const event of events) this.#rise({ event, order: this.#order++ });
  }

  take(): DemoEvent | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first?.event;
    this.#sink(last);
    return first.event;
  }

  #rise(entry: Entry): void {
    const heap = this.#heap;
    let at = heap.length;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!before(entry, heap[parent]!)) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = entry;
  }

  #sink(entry: Entry): void {
    const heap = this.#heap;
    let at = 0;
    for (;;) {
      let child = at * 2 + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child++;
      if (!before(heap[child]!, entry)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = entry;
  }
}

function before(one: Entry, other: Entry): boolean {
  return one.event.at < other.event.at || (one.event.at === other.event.at && one.order < other.order);
}

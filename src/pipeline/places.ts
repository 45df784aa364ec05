/** The ids of a partition's events and errors, and of what came into it from elsewhere. */
import { GuidSequence } from './guid.ts';
import type { Lineage } from './lineage.ts';

const mostRemembered = 1_000;

export class Places {
  readonly own: GuidSequence;
  readonly errors: GuidSequence;
  readonly #logId: string;
  readonly #others = new Map<string, GuidSequence>();

  constructor(logId: string, topic: string, partition: number) {
    this.#logId = logId;
    this.own = new GuidSequence(logId, topic, partition);
    this.errors = new GuidSequence(logId, `${topic}\nerrors`, partition);
  }

  /** The sequence of the place that a record first stood in; of a forwarded message, one of its own. */
  of({ topic, partition, numbers }: Lineage): GuidSequence {
    const name = numbers === null ? topic : `${topic}\n${numbers}`;
    const key = `${partition}/${name}`;
    let sequence = this.#others.get(key);
    if (sequence === undefined) {
      if (this.#others.size >= mostRemembered) this.#others.clear();
      sequence = new GuidSequence(this.#logId, name, partition);
      this.#others.set(key, sequence);
    }
    return sequence;
  }
}

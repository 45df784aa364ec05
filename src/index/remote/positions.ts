/**
 * Where the readers of the bus stand. On a server, documents are not written in one transaction with the events, so a position says two
 * things: up to where everything is written (`next`), and up to where some of it may be (`intent`, stored before the events are).
 * Records between the two are compared by guid when they come again.
 */

/** `V` tells the state of the document that holds it, so that a process that lost the partition cannot move it. */
export interface Position<V> {
  readonly next: number;
  readonly intent: number;
  readonly version: V;
}

export interface Move {
  readonly topic: string;
  readonly partition: number;
  readonly next: number;
  readonly intent: number;
}

export abstract class Positions<V> {
  readonly #nowhere: Position<V>;
  readonly #known = new Map<string, Position<V>>();

  /** `unstored`: the version of what is not there. */
  constructor(unstored: V) {
    this.#nowhere = { next: 0, intent: 0, version: unstored };
  }

  /** What the server has; null when it has nothing of the partition. */
  protected abstract read(topic: string, partition: number): Promise<Position<V> | null>;

  /** @throws IndexError SKP_INDEX_CONFLICT when another process moved one of them since it was read. */
  abstract store(moves: readonly Move[]): Promise<void>;

  abstract all(): Promise<{ topic: string; partition: number; nextOffset: number }[]>;

  /** As last seen when a reader goes on from there, else as it is on the server. */
  async of(topic: string, partition: number, fromOffset: number): Promise<Position<V>> {
    const known = this.#known.get(keyOf(topic, partition));
    if (known !== undefined && known.next === fromOffset) return known;
    const position = (await this.read(topic, partition)) ?? this.#nowhere;
    this.keep(topic, partition, position);
    return position;
  }

  /** As last seen. */
  known(topic: string, partition: number): Position<V> {
    return this.#known.get(keyOf(topic, partition)) ?? this.#nowhere;
  }

  protected keep(topic: string, partition: number, position: Position<V>): void {
    this.#known.set(keyOf(topic, partition), position);
  }

  /** After a write that failed: what is stored is to be asked for again. */
  forget(): void {
    this.#known.clear();
  }
}

function keyOf(topic: string, partition: number): string {
  return `${topic}/${partition}`;
}

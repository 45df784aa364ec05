import type { WriteQueue } from '../../lmdb/index.ts';
import type { Tables } from './tables.ts';

export interface RollEntry {
  readonly id: string;
  readonly topics: readonly string[];
}

/** Who says that they are a member of a group. Whether they still live is another matter: see `Membership`. */
export class Roll {
  readonly #tables: Tables;
  readonly #queue: WriteQueue;
  readonly #group: string;

  constructor(tables: Tables, queue: WriteQueue, group: string) {
    this.#tables = tables;
    this.#queue = queue;
    this.#group = group;
  }

  /** In the order of ids. */
  list(): RollEntry[] {
    this.#tables.environment.resetReadTxn();
    const entries: RollEntry[] = [];
    // NUL ends the group's name, and no name holds NUL or SOH.
    const range = { start: Buffer.from(`${this.#group}\0`), end: Buffer.from(`${this.#group}\x01`) };
    for (const { key, value } of this.#tables.members.getRange(range)) {
      const id = Buffer.from(key).toString().split('\0')[1] ?? '';
      entries.push({ id, topics: Buffer.from(value).toString().split('\0') });
    }
    return entries;
  }

  async add({ id, topics }: RollEntry): Promise<void> {
    await this.#queue.run(1024, () =>
      this.#tables.members.putSync(this.#key(id), Buffer.from(topics.join('\0'))),
    );
  }

  async remove(ids: readonly string[]): Promise<void> {
    await this.#queue.run(1024, () => {
      for (const id of ids) this.#tables.members.removeSync(this.#key(id));
    });
  }

  #key(id: string): Buffer {
    return Buffer.from(`${this.#group}\0${id}`);
  }
}

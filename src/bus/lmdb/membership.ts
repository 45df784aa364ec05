import { randomUUID } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { locks } from 'node:worker_threads';
import type { Roll, RollEntry } from './roll.ts';

export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

/** How often a member looks for members that came or went without a word (a thread that ended). */
const LOOK_MS = 200;

/**
 * One member of a consumer group. The members of a group live in the threads of one process (the one that holds the data
 * folder). The roll in the log says who they are; what they are worth is held as Web Locks, which the runtime takes back
 * from a thread that ends, however it ends:
 *
 * - a lock `…/member/<id>`: the member lives. A name on the roll whose lock is free is struck off;
 * - a lock `…/partition/<topic>/<n>`: held by the partition's one owner.
 *
 * Every member computes the same assignment from the living, in the order of their ids. A member releases what is no longer its
 * own, after its drain has run, and asks for the locks of what now is: it gets them when the owner before has let go.
 */
export class Membership {
  readonly #id = randomUUID();
  readonly #prefix: string;
  readonly #roll: Roll;
  readonly #topics: readonly { topic: string; partitions: number }[];
  readonly #onAssigned: (partition: TopicPartition) => void;
  readonly #onRevoke: (partitions: readonly TopicPartition[]) => Promise<void>;
  readonly #held = new Map<string, { partition: TopicPartition; release: () => void }>();
  readonly #wanted = new Map<string, AbortController>();
  #leave: (() => void) | undefined;
  #timer: NodeJS.Timeout | undefined;
  #balancing: Promise<void> = Promise.resolve();
  #left = false;

  constructor(options: {
    folder: string;
    group: string;
    roll: Roll;
    topics: readonly { topic: string; partitions: number }[];
    onAssigned: (partition: TopicPartition) => void;
    onRevoke: (partitions: readonly TopicPartition[]) => Promise<void>;
  }) {
    this.#prefix = `skopos-bus:${realpathSync(options.folder)}:${options.group}`;
    this.#roll = options.roll;
    this.#topics = options.topics;
    this.#onAssigned = options.onAssigned;
    this.#onRevoke = options.onRevoke;
  }

  async join(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      locks
        .request(this.#memberLock(this.#id), () => {
          resolve();
          return new Promise<void>((leave) => {
            this.#leave = leave;
          });
        })
        .catch(reject);
    });
    try {
      await this.#roll.add({ id: this.#id, topics: this.#topics.map(({ topic }) => topic) });
    } catch (error) {
      this.#leave?.();
      throw error;
    }
    await this.balance();
    this.#timer = setInterval(() => this.balance().catch(() => undefined), LOOK_MS).unref();
  }

  assigned(): readonly TopicPartition[] {
    return [...this.#held.values()].map(({ partition }) => partition);
  }

  /** Takes and gives what the present members make of the assignment. */
  balance(): Promise<void> {
    const balancing = this.#balancing.then(() => (this.#left ? undefined : this.#balance()));
    // What could not be read or written now is looked at again a moment later.
    this.#balancing = balancing.catch(() => undefined);
    return balancing;
  }

  /** Gives everything back, after the drain. */
  async leave(): Promise<void> {
    if (this.#left) return;
    this.#left = true;
    clearInterval(this.#timer);
    await this.#balancing;
    for (const controller of this.#wanted.values()) controller.abort();
    this.#wanted.clear();
    await this.#release([...this.#held.keys()]);
    this.#leave?.();
    // When this fails (a full disk), the free lock tells the others all the same.
    await this.#roll.remove([this.#id]).catch(() => undefined);
  }

  async #balance(): Promise<void> {
    const target = new Map<string, TopicPartition>();
    for (const partition of await this.#share()) target.set(partitionName(partition), partition);
    for (const [name, controller] of this.#wanted) {
      if (target.has(name)) continue;
      controller.abort();
      this.#wanted.delete(name);
    }
    await this.#release([...this.#held.keys()].filter((name) => !target.has(name)));
    const taken = [...target].filter(([name]) => !this.#held.has(name) && !this.#wanted.has(name));
    // What is free is taken before this returns; what another member still drains comes when it lets go.
    await Promise.all(taken.map(([name, partition]) => this.#take(name, partition, true)));
    for (const [name, partition] of taken) if (!this.#held.has(name)) void this.#take(name, partition, false);
  }

  async #share(): Promise<TopicPartition[]> {
    const members = await this.#living();
    const share: TopicPartition[] = [];
    // One running number over all partitions spreads topics of one partition over the members too.
    let turn = 0;
    for (const { topic, partitions } of [...this.#topics].sort((a, b) => (a.topic < b.topic ? -1 : 1))) {
      const readers = members.filter(({ topics }) => topics.includes(topic));
      for (let partition = 0; partition < partitions; partition++, turn++) {
        if (readers[turn % readers.length]?.id === this.#id) share.push({ topic, partition });
      }
    }
    return share;
  }

  async #living(): Promise<RollEntry[]> {
    const living: RollEntry[] = [];
    const dead: string[] = [];
    for (const entry of this.#roll.list()) {
      const lives = entry.id === this.#id || (await isHeld(this.#memberLock(entry.id)));
      if (lives) living.push(entry);
      else dead.push(entry.id);
    }
    if (dead.length > 0) await this.#roll.remove(dead).catch(() => undefined);
    return living;
  }

  #memberLock(id: string): string {
    return `${this.#prefix}/member/${id}`;
  }

  /** Resolves when the lock is held, or was not to be had. */
  #take(name: string, partition: TopicPartition, ifAvailable: boolean): Promise<void> {
    const controller = new AbortController();
    if (!ifAvailable) this.#wanted.set(name, controller);
    return new Promise<void>((resolve) => {
      const options = ifAvailable ? { ifAvailable } : { signal: controller.signal };
      locks
        .request(`${this.#prefix}/partition/${name}`, options, (lock) => {
          this.#wanted.delete(name);
          if (lock === null || (this.#left && !ifAvailable)) return resolve();
          return new Promise<void>((release) => {
            this.#held.set(name, { partition, release });
            this.#onAssigned(partition);
            resolve();
          });
        })
        // Aborted: the assignment changed while the lock was waited for.
        .catch(() => resolve());
    });
  }

  async #release(names: readonly string[]): Promise<void> {
    if (names.length === 0) return;
    const entries = names.map((name) => this.#held.get(name)).filter((entry) => entry !== undefined);
    try {
      await this.#onRevoke(entries.map(({ partition }) => partition));
    } finally {
      for (const name of names) this.#held.delete(name);
      for (const { release } of entries) release();
    }
  }
}

export function partitionName({ topic, partition }: TopicPartition): string {
  return `${topic}/${partition}`;
}

/** Whether a thread holds the lock exclusively. Shared, so that two who ask do not take each other for its holder. */
function isHeld(name: string): Promise<boolean> {
  return locks.request(name, { mode: 'shared', ifAvailable: true }, (lock) => lock === null);
}

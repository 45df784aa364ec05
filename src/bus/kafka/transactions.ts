import { randomUUID } from 'node:crypto';
import {
  type Admin,
  type Consumer,
  FindCoordinatorKeyTypes,
  type MessageToProduce,
  Producer,
} from '@platformatic/kafka';
import type { GroupPosition } from '../event-log.ts';
import { withPatience } from './patience.ts';
import { clientOptions, type KafkaSettings } from './settings.ts';

/** A transaction of a process that died holds up readers of its partitions for so long. */
const timeoutMs = 15_000;

/** Whose offsets a transaction commits. Without a member: a group that has none (its offsets are a writer's notes, not a reader's). */
export interface OffsetOwner {
  readonly group: string;
  readonly member?: { readonly memberId: string; readonly generationId: number };
}

/**
 * Appends to several partitions and commits a group's offsets in one transaction. One at a time.
 *
 * A static member has a transactional id of its own, so that what it left open when it was killed ends when it is back. Otherwise the id
 * is new for each log, and such a transaction ends by its timeout. Who stalled and lost its partitions is fenced by its generation in the
 * group (KIP-447), not by the id.
 */
export class Transactions {
  readonly #settings: KafkaSettings;
  readonly #admin: Admin;
  #producer: Producer | null = null;
  #leftOpenEnded = false;
  #last: Promise<unknown> = Promise.resolve();

  constructor(settings: KafkaSettings, admin: Admin) {
    this.#settings = settings;
    this.#admin = admin;
  }

  /**
   * Ends what a process of this name left open when it was killed: until then the offsets of its group are not known, so nobody who has
   * its partitions by now begins to read them.
   */
  endLeftOpen(): Promise<void> {
    const ended = this.#last.then(() => this.#endLeftOpen());
    this.#last = ended;
    return ended;
  }

  /** The first offset of each list of messages, in their order; −1 where the broker does not say. */
  run(
    parts: readonly (readonly MessageToProduce[])[],
    owner: OffsetOwner | null,
    positions: readonly GroupPosition[],
  ): Promise<number[]> {
    const run = this.#last.then(() => this.#run(parts, owner, positions));
    this.#last = run.catch(() => undefined);
    return run;
  }

  async close(): Promise<void> {
    await this.#last;
    await this.#producer?.close(true);
    this.#producer = null;
  }

  async #endLeftOpen(): Promise<void> {
    if (this.#settings.groupInstanceId === undefined || this.#leftOpenEnded) return;
    this.#leftOpenEnded = true;
    const producer = this.#open();
    try {
      // Asks for the producer's number, which ends what is open under its id; of this one nothing is open yet.
      await producer.beginTransaction();
    } catch {
      // It ends by its timeout then.
    } finally {
      await producer.close(true).catch(() => undefined);
    }
  }

  async #run(
    parts: readonly (readonly MessageToProduce[])[],
    owner: OffsetOwner | null,
    positions: readonly GroupPosition[],
  ): Promise<number[]> {
    const coordinatorId = owner === null ? -1 : await this.#coordinatorOf(owner.group);
    this.#producer ??= this.#open();
    try {
      const transaction = await this.#producer.beginTransaction();
      // That asked for the producer's number too: a second one under the id would fence this one.
      this.#leftOpenEnded = true;
      try {
        const offsets: number[] = [];
        for (const messages of parts) {
          const sent = await transaction.send({ messages: [...messages] });
          offsets.push(Number(sent.offsets?.[0]?.offset ?? -1n));
        }
        if (owner !== null && positions.length > 0) {
          const { group: groupId, member = { generationId: -1, memberId: '' } } = owner;
          await transaction.addConsumer({ groupId } as Consumer);
          // One by one: of several at a time the client commits one.
          for (const { topic, partition, nextOffset } of positions) {
            const consumer = { groupId, ...member, coordinatorId };
            const message = { topic, partition, offset: BigInt(nextOffset) - 1n, metadata: { consumer } };
            await transaction.addOffset(message as unknown as Parameters<typeof transaction.addOffset>[0]);
          }
        }
        await transaction.commit();
        return offsets;
      } catch (error) {
        await transaction.abort().catch(() => undefined);
        throw error;
      }
    } catch (error) {
      // After a failure the client's idea of its sequence is not to be trusted.
      const broken = this.#producer;
      this.#producer = null;
      await broken.close(true).catch(() => undefined);
      throw error;
    }
  }

  #open(): Producer {
    const producer = new Producer({
      ...clientOptions(this.#settings),
      transactionalId: `skopos-${this.#settings.groupInstanceId ?? randomUUID()}`,
      // Asked for anew: the client would claim the number 0, and be fenced where the id was in use before.
      producerId: -1n,
      producerEpoch: -1,
      idempotent: true,
      acks: -1,
      compression: this.#settings.compression ?? 'zstd',
      timeout: timeoutMs,
    });
    producer.on('error' as never, (() => undefined) as never);
    return withPatience(producer, this.#settings);
  }

  /** Asked anew each time: it moves when its broker fails. */
  async #coordinatorOf(group: string): Promise<number> {
    const keyType = FindCoordinatorKeyTypes.GROUP;
    const [found] = await this.#admin.findCoordinator({ keyType, keys: [group] });
    if (found === undefined) throw new Error(`no broker coordinates group ${group}`);
    return found.nodeId;
  }
}

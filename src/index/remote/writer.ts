/** Writes batches to a server that has no transactions: each event once, whatever fails in between. */
import { createHash } from 'node:crypto';
import type { IndexBatch, WriteReport } from '../event-index.ts';
import { documentId } from './document-id.ts';
import { eventsOf } from './events.ts';
import type { Json } from './json.ts';
import type { Move, Positions } from './positions.ts';

export interface Event {
  /** Of its document. */
  readonly id: string;
  readonly sensor: string;
  readonly fields: Json;
  readonly line: string;
  /** Number of the call that it came with. */
  readonly call: number;
}

export interface Tally {
  written: number;
  duplicates: number;
  readonly refused: { sensor: string; line: string; reason: string }[];
}

const newTally = (): Tally => ({ written: 0, duplicates: 0, refused: [] });

export abstract class RemoteWriter {
  readonly positions: Positions<unknown>;
  readonly #clock: () => number;
  readonly #idsAtOnce: number;

  constructor(positions: Positions<unknown>, options: { clock: () => number; idsAtOnce: number }) {
    this.positions = positions;
    this.#clock = options.clock;
    this.#idsAtOnce = options.idsAtOnce;
  }

  /** The batches of several calls together; a report for each. */
  async write(calls: readonly (readonly IndexBatch[])[]): Promise<WriteReport[]> {
    try {
      return await this.#write(calls);
    } catch (error) {
      this.forget();
      throw error;
    }
  }

  /** Waits until the server can tell what it has. */
  protected async ready(): Promise<void> {}

  /** After a failure: nothing that was known of the server need hold. */
  protected forget(): void {
    this.positions.forget();
  }

  /** Makes ready to ask a sensor for ids, with all that was written until now; what it answers tells which of them are there. */
  protected abstract look(sensor: string): Promise<(ids: readonly string[]) => Promise<Iterable<string>>>;

  /** Counts what is written, and hands to `refuse` what the server takes in no form. */
  protected abstract writeSensor(
    sensor: string,
    events: readonly Event[],
    tallies: readonly Tally[],
  ): Promise<void>;

  async #write(calls: readonly (readonly IndexBatch[])[]): Promise<WriteReport[]> {
    await this.ready();
    const tallies = calls.map(newTally);
    const fresh: Event[] = [];
    const doubtful: Event[] = [];
    const moves = new Map<string, Move>();
    for (const [call, batches] of calls.entries()) {
      for (const { events, source, mayRepeat } of batches) {
        let compare = source === null || mayRepeat === true;
        if (source !== null) {
          const { topic, partition, fromOffset, nextOffset } = source;
          const key = `${topic}/${partition}`;
          const position = moves.get(key) ?? (await this.positions.of(topic, partition, fromOffset));
          if (nextOffset <= position.next) {
            for (const { count } of events) tallies[call]!.duplicates += count;
            continue;
          }
          const { intent } = this.positions.known(topic, partition);
          compare ||= fromOffset < Math.max(position.next, intent);
          // What may have been written before stays so until it has come again.
          moves.set(key, { topic, partition, next: nextOffset, intent: Math.max(nextOffset, intent) });
        }
        for (const encoded of events) {
          for (const [fields, line] of eventsOf(encoded)) {
            const id = documentId(String(fields['guid']));
            (compare ? doubtful : fresh).push({ id, sensor: encoded.sensor, fields, line, call });
          }
        }
      }
    }
    // Up to where events may be written from now on; `next` stays.
    await this.positions.store(
      [...moves.values()].map((move) => ({
        ...move,
        next: this.positions.known(move.topic, move.partition).next,
      })),
    );
    const events = [...(await this.#unwritten(doubtful, tallies)), ...fresh];
    for (const [sensor, ofSensor] of Map.groupBy(events, (event) => event.sensor))
      await this.writeSensor(sensor, ofSensor, tallies);
    await this.positions.store([...moves.values()]);
    return tallies;
  }

  /** Those that are not there under their sensor. */
  async #unwritten(events: readonly Event[], tallies: readonly Tally[]): Promise<Event[]> {
    const left: Event[] = [];
    for (const [sensor, ofSensor] of Map.groupBy(events, (event) => event.sensor)) {
      const find = await this.look(sensor);
      const there = new Set<string>();
      const ids = [...new Set(ofSensor.map(({ id }) => id))];
      for (let at = 0; at < ids.length; at += this.#idsAtOnce) {
        for (const id of await find(ids.slice(at, at + this.#idsAtOnce))) there.add(id);
      }
      for (const event of ofSensor) {
        if (there.has(event.id)) tallies[event.call]!.duplicates++;
        else left.push(event);
        there.add(event.id);
      }
    }
    return left;
  }

  /** Reports what the server, which `who` names, refused, and makes an error of each. */
  protected async refuse(
    who: string,
    refused: readonly { readonly event: Event; readonly reason: string }[],
    tallies: readonly Tally[],
  ): Promise<void> {
    for (const { event, reason } of refused)
      tallies[event.call]!.refused.push({ sensor: event.sensor, line: event.line, reason });
    const errors = refused
      .filter(({ event }) => event.sensor !== 'error')
      .map(({ event, reason }) => this.#errorEvent(who, event, reason));
    if (errors.length > 0) await this.writeSensor('error', errors, [newTally()]);
  }

  #errorEvent(who: string, { sensor, fields: { guid }, line }: Event, reason: string): Event {
    const hash = createHash('sha256').update(line).digest('hex');
    const fields = {
      guid: `${hash.slice(0, 32)}-index`,
      'source.type': 'error',
      timestamp: this.#clock(),
      error_type: 'indexing_error',
      failed_sensor_type: sensor,
      message: `${who} refused the event ${String(guid).slice(0, 100)}: ${reason}`,
      exception: reason,
      raw_message: line,
      error_hash: hash,
    };
    return { id: fields.guid, sensor: 'error', fields, line: JSON.stringify(fields), call: 0 };
  }
}

/** Writes batches: each event once, whatever fails in between. */
import { createHash } from 'node:crypto';
import type { IndexBatch, WriteReport } from '../event-index.ts';
import { documentId } from '../remote/document-id.ts';
import { eventsOf } from '../remote/events.ts';
import type { Json } from '../remote/json.ts';
import { listAt, textAt } from '../remote/json.ts';
import { Batches } from './batches.ts';
import type { Collections } from './collections.ts';
import { documentText } from './document.ts';
import { type Move, Positions } from './positions.ts';
import type { Server } from './server.ts';
import type { Settings } from './settings.ts';

interface Event {
  readonly id: string;
  readonly sensor: string;
  readonly fields: Json;
  readonly line: string;
  /** Number of the call that it came with. */
  readonly call: number;
}

interface Tally {
  written: number;
  duplicates: number;
  readonly refused: { sensor: string; line: string; reason: string }[];
}

const IDS_AT_ONCE = 1000;

export class Writer {
  readonly #server: Server;
  readonly #collections: Collections;
  readonly #settings: Settings;
  readonly #batches: Batches;
  readonly #textFields: ReadonlySet<string>;
  readonly positions: Positions;

  constructor(server: Server, collections: Collections, settings: Settings) {
    this.#server = server;
    this.#collections = collections;
    this.#settings = settings;
    this.#batches = new Batches(server, settings);
    this.#textFields = new Set(settings.textFields);
    this.positions = new Positions(server, collections);
  }

  /** The batches of several calls together; a report for each. */
  async write(calls: readonly (readonly IndexBatch[])[]): Promise<WriteReport[]> {
    try {
      return await this.#write(calls);
    } catch (error) {
      this.positions.forget();
      this.#collections.forget();
      throw error;
    }
  }

  async #write(calls: readonly (readonly IndexBatch[])[]): Promise<WriteReport[]> {
    const tallies = calls.map((): Tally => ({ written: 0, duplicates: 0, refused: [] }));
    await this.#collections.replayed();
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
          // Records between the two positions may be there already.
          compare ||=
            fromOffset < (moves.has(key) ? position.next : Math.max(position.next, position.intent));
          moves.set(key, { topic, partition, next: nextOffset, intent: nextOffset });
        }
        for (const encoded of events) {
          for (const [fields, line] of eventsOf(encoded)) {
            const id = documentId(String(fields['guid']));
            (compare ? doubtful : fresh).push({ id, sensor: encoded.sensor, fields, line, call });
          }
        }
      }
    }
    await this.positions.store(
      [...moves.values()].map((move) => {
        const { next, intent } = this.positions.known(move.topic, move.partition);
        return { ...move, next, intent: Math.max(intent, move.intent) };
      }),
    );
    const events = [...(await this.#unwritten(doubtful, tallies)), ...fresh];
    for (const [sensor, ofSensor] of Map.groupBy(events, (event) => event.sensor))
      await this.#writeSensor(sensor, ofSensor, tallies);
    await this.positions.store([...moves.values()]);
    return tallies;
  }

  /** Those whose ids are not there: asked in real time, which sees what no commit has shown yet. */
  async #unwritten(events: readonly Event[], tallies: readonly Tally[]): Promise<Event[]> {
    const left: Event[] = [];
    for (const [sensor, ofSensor] of Map.groupBy(events, (event) => event.sensor)) {
      const collection = encodeURIComponent(await this.#collections.ofSensor(sensor));
      const there = new Set<string>();
      const ids = [...new Set(ofSensor.map(({ id }) => id))];
      for (let at = 0; at < ids.length; at += IDS_AT_ONCE) {
        const asked = ids.slice(at, at + IDS_AT_ONCE);
        const body = await this.#server.request(`/${collection}/get`, {
          body: JSON.stringify({ params: { ids: idList(asked), fl: 'id' } }),
        });
        for (const document of listAt(body, 'response', 'docs')) there.add(textAt(document, 'id') ?? '');
      }
      for (const event of ofSensor) {
        if (there.has(event.id)) tallies[event.call]!.duplicates++;
        else left.push(event);
        there.add(event.id);
      }
    }
    return left;
  }

  async #writeSensor(sensor: string, events: readonly Event[], tallies: readonly Tally[]): Promise<void> {
    const collection = await this.#collections.ofSensor(sensor);
    const documents = events.map(({ id, fields, line }) =>
      documentText(id, sensor, fields, line, this.#textFields),
    );
    const refused = await this.#batches.write(collection, documents);
    const errors: Event[] = [];
    for (const [i, event] of events.entries()) {
      const reason = refused.get(i);
      if (reason === undefined) {
        tallies[event.call]!.written++;
        continue;
      }
      tallies[event.call]!.refused.push({ sensor, line: event.line, reason });
      errors.push(this.#errorEvent(event, reason));
    }
    if (errors.length > 0 && sensor !== 'error')
      await this.#writeSensor('error', errors, [{ written: 0, duplicates: 0, refused: [] }]);
  }

  #errorEvent({ id, sensor, line }: Event, reason: string): Event {
    const hash = createHash('sha256').update(line).digest('hex');
    const fields = {
      guid: `${hash.slice(0, 32)}-index`,
      'source.type': 'error',
      timestamp: this.#settings.clock(),
      error_type: 'indexing_error',
      failed_sensor_type: sensor,
      message: `Solr refused the event ${id.slice(0, 100)}: ${reason}`,
      exception: reason,
      raw_message: line,
      error_hash: hash,
    };
    return { id: fields.guid, sensor: 'error', fields, line: JSON.stringify(fields), call: 0 };
  }
}

/** Commas part the ids. */
export function idList(ids: readonly string[]): string {
  return ids.map((id) => id.replaceAll(/[\\,]/g, '\\$&')).join(',');
}

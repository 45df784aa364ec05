/** Writes batches: each event once, whatever fails in between. */
import { createHash } from 'node:crypto';
import type { IndexBatch, WriteReport } from '../event-index.ts';
import { documentId } from '../remote/document-id.ts';
import { eventsOf } from '../remote/events.ts';
import { type Json, listAt, textAt } from '../remote/json.ts';
import { Bulk, type BulkItem } from './bulk.ts';
import type { Catalog } from './catalog.ts';
import type { Server } from './client.ts';
import { documentText } from './document.ts';
import { chooseType, type MappedField } from './mapping.ts';
import { indexName, indexPattern } from './names.ts';
import { type Move, Positions } from './positions.ts';
import type { Settings } from './settings.ts';

interface Event {
  readonly guid: string;
  readonly sensor: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly line: string;
  /** Number of the call that it came with. */
  readonly call: number;
}

interface Tally {
  written: number;
  duplicates: number;
  readonly refused: { sensor: string; line: string; reason: string }[];
}

const IDS_AT_ONCE = 5000;

export class Writer {
  readonly #server: Server;
  readonly #catalog: Catalog;
  readonly #settings: Settings;
  readonly positions: Positions;
  readonly bulk: Bulk;

  constructor(server: Server, catalog: Catalog, settings: Settings) {
    this.#server = server;
    this.#catalog = catalog;
    this.#settings = settings;
    this.positions = new Positions(server);
    this.bulk = new Bulk(server, settings);
  }

  /** The batches of several calls together; a report for each. */
  async write(calls: readonly (readonly IndexBatch[])[]): Promise<WriteReport[]> {
    try {
      return await this.#write(calls);
    } catch (error) {
      this.positions.forget();
      throw error;
    }
  }

  async #write(calls: readonly (readonly IndexBatch[])[]): Promise<WriteReport[]> {
    const tallies = calls.map((): Tally => ({ written: 0, duplicates: 0, refused: [] }));
    const fresh: Event[] = [];
    const doubtful: Event[] = [];
    const moves = new Map<string, Move>();
    for (const [call, batches] of calls.entries()) {
      for (const { events, source, mayRepeat } of batches) {
        let compare = source === null || mayRepeat === true;
        if (source !== null) {
          const { topic, partition, fromOffset, nextOffset } = source;
          const id = `${topic}/${partition}`;
          const before = moves.get(id);
          const position = before ?? (await this.positions.of(topic, partition, fromOffset));
          if (nextOffset <= position.next) {
            for (const { count } of events) tallies[call]!.duplicates += count;
            continue;
          }
          const intent = this.positions.known(topic, partition).intent;
          compare ||= fromOffset < Math.max(position.next, intent);
          // What may have been written before stays so until it has come again.
          moves.set(id, { topic, partition, next: nextOffset, intent: Math.max(nextOffset, intent) });
        }
        for (const encoded of events) {
          for (const [fields, line] of eventsOf(encoded)) {
            const guid = String(fields['guid']);
            (compare ? doubtful : fresh).push({ guid, sensor: encoded.sensor, fields, line, call });
          }
        }
      }
    }
    await this.#announce([...moves.values()]);
    const events = [...(await this.#unwritten(doubtful, tallies)), ...fresh];
    for (const [sensor, ofSensor] of Map.groupBy(events, (event) => event.sensor))
      await this.#writeSensor(sensor, ofSensor, tallies);
    await this.positions.store([...moves.values()]);
    return tallies;
  }

  /** Stores up to where events may be written from now on, and leaves `next` as it is. */
  async #announce(moves: readonly Move[]): Promise<void> {
    const intents: Move[] = [];
    for (const move of moves) {
      const { next } = this.positions.known(move.topic, move.partition);
      intents.push({ ...move, next });
    }
    await this.positions.store(intents);
  }

  /** Those that no index of their sensor has. */
  async #unwritten(events: readonly Event[], tallies: readonly Tally[]): Promise<Event[]> {
    const left: Event[] = [];
    for (const [sensor, ofSensor] of Map.groupBy(events, (event) => event.sensor)) {
      const pattern = indexPattern([sensor]);
      const query = { ignore_unavailable: true, allow_no_indices: true };
      await this.#server.request('POST', `/${pattern}/_refresh`, { query });
      const there = new Set<string>();
      const ids = [...new Set(ofSensor.map(({ guid }) => documentId(guid)))];
      for (let at = 0; at < ids.length; at += IDS_AT_ONCE) {
        const values = ids.slice(at, at + IDS_AT_ONCE);
        const { body } = await this.#server.request('POST', `/${pattern}/_search`, {
          query,
          body: { size: values.length, _source: false, query: { ids: { values } }, track_total_hits: false },
        });
        for (const hit of listAt(body, 'hits', 'hits')) there.add(textAt(hit, '_id') ?? '');
      }
      for (const event of ofSensor) {
        const id = documentId(event.guid);
        if (there.has(id)) tallies[event.call]!.duplicates++;
        else left.push(event);
        there.add(id);
      }
    }
    return left;
  }

  async #writeSensor(sensor: string, events: readonly Event[], tallies: readonly Tally[]): Promise<void> {
    const index = indexName(sensor, this.#settings.dateFormat, this.#settings.clock());
    const fields = await this.fieldsFor(sensor, index, events);
    let refused = await this.#create(sensor, index, events, fields, false, tallies);
    if (refused.length === 0) return;
    // The index may have been made anew, or have types that do not hold what they seem to: what its fields are is asked again, and
    // then every value stands apart, where nothing is in its way.
    this.#catalog.forget(index);
    const again = await this.fieldsFor(sensor, index, events);
    const mended = refused.map(({ event }) => event);
    refused = await this.#create(sensor, index, mended, again, false, tallies);
    if (refused.length > 0)
      refused = await this.#create(
        sensor,
        index,
        refused.map(({ event }) => event),
        again,
        true,
        tallies,
      );
    if (refused.length === 0) return;
    for (const { event, reason } of refused)
      tallies[event.call]!.refused.push({ sensor, line: event.line, reason });
    if (sensor === 'error') return;
    const errors = refused.map(({ event, reason }) => this.#errorEvent(event, reason));
    await this.#writeSensor('error', errors, [{ written: 0, duplicates: 0, refused: [] }]);
  }

  /** Fields of an index after those that the events have besides got types. */
  async fieldsFor(
    sensor: string,
    index: string,
    events: readonly { readonly fields: Readonly<Record<string, unknown>> }[],
  ): Promise<ReadonlyMap<string, MappedField>> {
    const fields = await this.#catalog.fields(sensor, index, () => newFields(events, new Map()));
    if (fields.size >= this.#settings.maxFields) return fields;
    return this.#catalog.add(sensor, index, newFields(events, fields));
  }

  async #create(
    sensor: string,
    index: string,
    events: readonly Event[],
    fields: ReadonlyMap<string, MappedField>,
    apart: boolean,
    tallies: readonly Tally[],
  ): Promise<{ event: Event; reason: string }[]> {
    const items = events.map(
      (event): BulkItem => ({
        action: `{"create":{"_index":"${index}","_id":${JSON.stringify(documentId(event.guid))}}}`,
        document: documentText(event.fields, sensor, fields, { apart }),
      }),
    );
    const outcomes = await this.bulk.write(items);
    const refused: { event: Event; reason: string }[] = [];
    for (const [i, event] of events.entries()) {
      const outcome = outcomes[i]!;
      if (outcome.type === 'written') tallies[event.call]!.written++;
      else if (outcome.type === 'there') tallies[event.call]!.duplicates++;
      else refused.push({ event, reason: outcome.reason });
    }
    return refused;
  }

  #errorEvent({ guid, sensor, line }: Event, reason: string): Event {
    const hash = createHash('sha256').update(line).digest('hex');
    const fields = {
      guid: `${hash.slice(0, 32)}-index`,
      'source.type': 'error',
      timestamp: this.#settings.clock(),
      error_type: 'indexing_error',
      failed_sensor_type: sensor,
      message: `The index refused the event ${guid.slice(0, 100)}: ${reason}`,
      exception: reason,
      raw_message: line,
      error_hash: hash,
    };
    return { guid: fields.guid, sensor: 'error', fields, line: JSON.stringify(fields), call: 0 };
  }
}

/** Mappings of the fields that events have and an index does not, as far as their values tell. */
function newFields(
  events: readonly { readonly fields: Readonly<Record<string, unknown>> }[],
  known: ReadonlyMap<string, MappedField>,
): [string, Json][] {
  const values = new Map<string, unknown[]>();
  for (const event of events) {
    for (const name of Object.keys(event.fields)) {
      if (known.has(name)) continue;
      const value = event.fields[name];
      const list = values.get(name);
      if (list === undefined) values.set(name, [value]);
      else list.push(value);
    }
  }
  return [...values].flatMap(([name, list]) => {
    const mapping = chooseType(name, list);
    return mapping === null ? [] : [[name, mapping]];
  });
}

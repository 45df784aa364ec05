/** Writes events into indices whose fields it gives types first. */
import { type Json, listAt, textAt } from '../remote/json.ts';
import { type Event, RemoteWriter, type Tally } from '../remote/writer.ts';
import { Bulk, type BulkItem } from './bulk.ts';
import type { Catalog } from './catalog.ts';
import type { Server } from './client.ts';
import { documentText } from './document.ts';
import { chooseType, type MappedField } from './mapping.ts';
import { indexName, indexPattern } from './names.ts';
import { ServerPositions } from './positions.ts';
import type { Settings } from './settings.ts';

export class Writer extends RemoteWriter {
  readonly #server: Server;
  readonly #catalog: Catalog;
  readonly #settings: Settings;
  readonly #bulk: Bulk;

  constructor(server: Server, catalog: Catalog, settings: Settings) {
    super(new ServerPositions(server), { clock: settings.clock, idsAtOnce: 5000 });
    this.#server = server;
    this.#catalog = catalog;
    this.#settings = settings;
    this.#bulk = new Bulk(server, settings);
  }

  /** In all indices of the sensor. */
  protected async look(sensor: string): Promise<(ids: readonly string[]) => Promise<string[]>> {
    const pattern = indexPattern([sensor]);
    const query = { ignore_unavailable: true, allow_no_indices: true };
    await this.#server.request('POST', `/${pattern}/_refresh`, { query });
    return async (values) => {
      const { body } = await this.#server.request('POST', `/${pattern}/_search`, {
        query,
        body: { size: values.length, _source: false, query: { ids: { values } }, track_total_hits: false },
      });
      return listAt(body, 'hits', 'hits').map((hit) => textAt(hit, '_id') ?? '');
    };
  }

  protected async writeSensor(
    sensor: string,
    events: readonly Event[],
    tallies: readonly Tally[],
  ): Promise<void> {
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
    await this.refuse('The index', refused, tallies);
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
        action: `{"create":{"_index":"${index}","_id":${JSON.stringify(event.id)}}}`,
        document: documentText(event.fields, sensor, fields, { apart }),
      }),
    );
    const outcomes = await this.#bulk.write(items);
    const refused: { event: Event; reason: string }[] = [];
    for (const [i, event] of events.entries()) {
      const outcome = outcomes[i]!;
      if (outcome.type === 'written') tallies[event.call]!.written++;
      else if (outcome.type === 'there') tallies[event.call]!.duplicates++;
      else refused.push({ event, reason: outcome.reason });
    }
    return refused;
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

/** Indices and the fields that they have on the server: made, remembered, extended. */
import { IndexError } from '../errors.ts';
import { type Json, objectAt, textAt } from '../remote/json.ts';
import type { Server } from './client.ts';
import { serverError } from './client.ts';
import { baseProperties, INDEX_SETTINGS, type MappedField, mappedField, mappedFields } from './mapping.ts';
import { indexPrefix, physicalField } from './names.ts';
import type { Settings } from './settings.ts';

/** Names of events' fields, each with its mapping. */
export type NewFields = readonly (readonly [string, Json])[];

export class Catalog {
  readonly #server: Server;
  readonly #settings: Settings;
  /** Fields by index; gets more of them, never fewer. */
  readonly #indices = new Map<string, Map<string, MappedField>>();
  /** Mappings of fields of a sensor, as its template has them. */
  readonly #sensors = new Map<string, Record<string, Json>>();
  readonly #opening = new Map<string, Promise<Map<string, MappedField>>>();
  /** Goes up with each change made from here. */
  changes = 0;

  constructor(server: Server, settings: Settings) {
    this.#server = server;
    this.#settings = settings;
  }

  /** The fields of an index, which is made when it is not there: with the fields that `wanted` says, too. */
  async fields(
    sensor: string,
    index: string,
    wanted: () => NewFields,
  ): Promise<ReadonlyMap<string, MappedField>> {
    const known = this.#indices.get(index);
    if (known !== undefined) return known;
    let opening = this.#opening.get(index);
    if (opening === undefined) {
      opening = this.#open(sensor, index, wanted).finally(() => this.#opening.delete(index));
      this.#opening.set(index, opening);
    }
    return opening;
  }

  forget(index: string): void {
    this.#indices.delete(index);
  }

  /**
   * Gives fields their types on the server. Another process may have given them others meanwhile; the answer is what they are now.
   * Fields that the index has no room for are left out.
   */
  async add(sensor: string, index: string, wanted: NewFields): Promise<ReadonlyMap<string, MappedField>> {
    const fields = this.#indices.get(index) ?? new Map<string, MappedField>();
    const properties = this.#fitting(wanted, fields);
    if (properties.length === 0) return fields;
    const answer = await this.#server.request('PUT', `/${encodeURIComponent(index)}/_mapping`, {
      body: { properties: Object.fromEntries(properties.map(([physical, mapping]) => [physical, mapping])) },
      allow: [400, 404],
    });
    this.changes++;
    if (answer.status !== 200) {
      // Made otherwise by another process, dropped, or full.
      this.#indices.delete(index);
      const now = await this.fields(sensor, index, () => wanted);
      if (properties.some(([, , name]) => now.has(name))) return now;
      throw serverError(answer.status, answer.body, `new fields of ${index}`);
    }
    for (const [physical, mapping, name] of properties) fields.set(name, mappedField(physical, mapping));
    this.#indices.set(index, fields);
    const ofSensor = this.#sensors.get(sensor);
    if (ofSensor !== undefined) for (const [physical, mapping] of properties) ofSensor[physical] = mapping;
    return fields;
  }

  /** Those that there is room for and a name on the server: with that, the mapping, and the event's name. */
  #fitting(wanted: NewFields, known: ReadonlyMap<string, MappedField>): [string, Json, string][] {
    let room = this.#settings.maxFields - known.size;
    const fitting: [string, Json, string][] = [];
    for (const [name, mapping] of wanted) {
      const physical = physicalField(name);
      if (physical !== null && !known.has(name) && room-- > 0) fitting.push([physical, mapping, name]);
    }
    return fitting;
  }

  async #open(sensor: string, index: string, wanted: () => NewFields): Promise<Map<string, MappedField>> {
    const path = `/${encodeURIComponent(index)}`;
    const there = await this.#server.request('GET', `${path}/_mapping`, { allow: [404] });
    if (there.status === 404) {
      await this.#template(sensor, wanted());
      const made = await this.#server.request('PUT', path, { allow: [400] });
      if (made.status === 400 && !JSON.stringify(made.body).includes('already_exists'))
        throw serverError(made.status, made.body, `making the index ${index}`);
      this.changes++;
      return this.#open(sensor, index, wanted);
    }
    const mappings = objectAt(there.body, index, 'mappings');
    const fields = mappedFields(mappings);
    if (!fields.has('guid') || !fields.has('timestamp'))
      throw new IndexError('SKP_INDEX_LAYOUT', `the index ${index} has no fields guid and timestamp`, {
        hint: `A template of yours with a higher priority than 200 may hold for ${indexPrefix(sensor)}*: give it these fields (keyword; date, epoch_millis).`,
      });
    await this.#complete(index, mappings);
    const ofSensor = this.#sensors.get(sensor) ?? {};
    for (const [name, mapping] of Object.entries(objectAt(mappings, 'properties')))
      ofSensor[name] ??= objectAt(mapping);
    this.#sensors.set(sensor, ofSensor);
    this.#indices.set(index, fields);
    return fields;
  }

  /** Our own fields, where the index was made by somebody else's template. */
  async #complete(index: string, mappings: Json): Promise<void> {
    const there = objectAt(mappings, 'properties');
    const missing = Object.entries(baseProperties([])).filter(
      ([name]) => name.startsWith('~') && there[name] === undefined,
    );
    if (missing.length === 0) return;
    await this.#server.request('PUT', `/${encodeURIComponent(index)}/_mapping`, {
      body: { properties: Object.fromEntries(missing) },
    });
  }

  /** The template that the next index of a sensor is made by: with all fields that the last one had. */
  async #template(sensor: string, wanted: NewFields): Promise<void> {
    const { shards, replicas, maxFields, refreshInterval, textFields } = this.#settings;
    let known = this.#sensors.get(sensor);
    if (known === undefined) known = await this.#latestProperties(sensor);
    const base = baseProperties(textFields);
    const fitting = this.#fitting(wanted, mappedFields({ properties: { ...known, ...base } }));
    const properties = {
      ...Object.fromEntries(fitting.map(([physical, mapping]) => [physical, mapping])),
      ...known,
      ...base,
    };
    await this.#server.request(
      'PUT',
      `/_index_template/${encodeURIComponent(`skopos-${indexPrefix(sensor)}`)}`,
      {
        body: {
          index_patterns: [`${indexPrefix(sensor)}*`],
          priority: 200,
          template: {
            settings: {
              number_of_shards: shards,
              number_of_replicas: replicas,
              ...(refreshInterval === undefined ? {} : { refresh_interval: refreshInterval }),
              'mapping.total_fields.limit': maxFields + Object.keys(base).length + 200,
              ...INDEX_SETTINGS,
            },
            // Types are chosen here and nowhere else: a field that is not there yet is an error that is mended, not a guess.
            mappings: { dynamic: 'strict', date_detection: false, properties },
          },
          _meta: { description: `Events of the sensor ${sensor}, kept by Skopos`, sensor },
        },
      },
    );
  }

  async #latestProperties(sensor: string): Promise<Record<string, Json>> {
    const { body } = await this.#server.request(
      'GET',
      `/${encodeURIComponent(`${indexPrefix(sensor)}*`)}/_settings`,
      {
        query: { filter_path: '*.settings.index.creation_date' },
      },
    );
    const made = (index: string): number =>
      Number(textAt(objectAt(body, index, 'settings', 'index'), 'creation_date') ?? 0);
    const latest = Object.keys(objectAt(body)).sort((a, b) => made(b) - made(a))[0];
    if (latest === undefined) return {};
    const answer = await this.#server.request('GET', `/${encodeURIComponent(latest)}/_mapping`);
    const properties = objectAt(answer.body, latest, 'mappings', 'properties');
    return Object.fromEntries(Object.entries(properties).map(([name, mapping]) => [name, objectAt(mapping)]));
  }
}

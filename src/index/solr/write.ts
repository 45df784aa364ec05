/** Writes events under their ids. */
import { listAt, textAt } from '../remote/json.ts';
import { type Event, RemoteWriter, type Tally } from '../remote/writer.ts';
import { Batches } from './batches.ts';
import type { Collections } from './collections.ts';
import { documentText } from './document.ts';
import { SolrPositions } from './positions.ts';
import type { Server } from './server.ts';
import type { Settings } from './settings.ts';

export class Writer extends RemoteWriter {
  readonly #server: Server;
  readonly #collections: Collections;
  readonly #batches: Batches;
  readonly #textFields: ReadonlySet<string>;

  constructor(server: Server, collections: Collections, settings: Settings) {
    super(new SolrPositions(server, collections), { clock: settings.clock, idsAtOnce: 1000 });
    this.#server = server;
    this.#collections = collections;
    this.#batches = new Batches(server, settings);
    this.#textFields = new Set(settings.textFields);
  }

  protected override ready(): Promise<void> {
    return this.#collections.replayed();
  }

  protected override forget(): void {
    super.forget();
    this.#collections.forget();
  }

  /** Asked in real time, which sees what no commit has shown yet. */
  protected async look(sensor: string): Promise<(ids: readonly string[]) => Promise<string[]>> {
    const collection = encodeURIComponent(await this.#collections.ofSensor(sensor));
    return async (ids) => {
      const body = await this.#server.request(`/${collection}/get`, {
        body: JSON.stringify({ params: { ids: idList(ids), fl: 'id' } }),
      });
      return listAt(body, 'response', 'docs').map((document) => textAt(document, 'id') ?? '');
    };
  }

  protected async writeSensor(
    sensor: string,
    events: readonly Event[],
    tallies: readonly Tally[],
  ): Promise<void> {
    const collection = await this.#collections.ofSensor(sensor);
    const documents = events.map(({ id, fields, line }) =>
      documentText(id, sensor, fields, line, this.#textFields),
    );
    const reasons = await this.#batches.write(collection, documents);
    const refused: { event: Event; reason: string }[] = [];
    for (const [i, event] of events.entries()) {
      const reason = reasons.get(i);
      if (reason === undefined) tallies[event.call]!.written++;
      else refused.push({ event, reason });
    }
    await this.refuse('Solr', refused, tallies);
  }
}

/** Commas part the ids. */
export function idList(ids: readonly string[]): string {
  return ids.map((id) => id.replaceAll(/[\\,]/g, '\\$&')).join(',');
}

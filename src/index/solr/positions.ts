/** Positions of the readers of the bus, a document each. */
import { IndexError } from '../errors.ts';
import { listAt, numberAt, objectAt, textAt } from '../remote/json.ts';
import { type Move, type Position, Positions } from '../remote/positions.ts';
import type { Collections } from './collections.ts';
import { Own } from './names.ts';
import { type Server, serverError } from './server.ts';

/** The version is `_version_` of the document with all its digits; -1: not there. */
export class SolrPositions extends Positions<string> {
  readonly #server: Server;
  readonly #collections: Collections;

  constructor(server: Server, collections: Collections) {
    super('-1');
    this.#server = server;
    this.#collections = collections;
  }

  protected async read(topic: string, partition: number): Promise<Position<string> | null> {
    const id = idOf(topic, partition);
    const collection = await this.#collections.positions();
    const body = await this.#server.request(`/${encodeURIComponent(collection)}/get`, { query: { id } });
    const document = objectAt(body, 'doc');
    const version = document['_version_'];
    return typeof version === 'string'
      ? { next: numberAt(document, Own.next) ?? 0, intent: numberAt(document, Own.intent) ?? 0, version }
      : null;
  }

  async store(moves: readonly Move[]): Promise<void> {
    if (moves.length === 0) return;
    const collection = await this.#collections.positions();
    const documents = moves.map(({ topic, partition, next, intent }) => {
      const id = idOf(topic, partition);
      const fields = {
        id,
        [Own.topic]: topic,
        [Own.partition]: partition,
        [Own.next]: next,
        [Own.intent]: intent,
      };
      const { version } = this.known(topic, partition);
      return `${JSON.stringify(fields).slice(0, -1)},"_version_":${version}}`;
    });
    const { status, body } = await this.#server.raw(`/${encodeURIComponent(collection)}/update`, {
      query: { commitWithin: 1000 },
      body: `[${documents.join(',')}]`,
    });
    if (status === 409)
      throw new IndexError('SKP_INDEX_CONFLICT', 'another process writes what comes from these partitions');
    if (status >= 300) throw serverError(status, body, '', 'storing positions');
    // Versions are asked for rather than read from the answer, which lists them as texts between numbers.
    const ids = moves.map(({ topic, partition }) => idOf(topic, partition));
    const stored = await this.#server.request(`/${encodeURIComponent(collection)}/get`, {
      body: JSON.stringify({ params: { ids: ids.map((id) => id.replaceAll(/[\\,]/g, '\\$&')).join(',') } }),
    });
    const versions = new Map(
      listAt(stored, 'response', 'docs').map((one) => {
        const document = objectAt(one);
        return [String(document['id']), document] as const;
      }),
    );
    for (const { topic, partition, next, intent } of moves) {
      const id = idOf(topic, partition);
      const document = versions.get(id);
      if (
        document === undefined ||
        numberAt(document, Own.next) !== next ||
        numberAt(document, Own.intent) !== intent
      )
        throw new IndexError('SKP_INDEX_CONFLICT', `another process writes what comes from ${id}`);
      this.keep(topic, partition, { next, intent, version: String(document['_version_']) });
    }
  }

  async all(): Promise<{ topic: string; partition: number; nextOffset: number }[]> {
    await this.#collections.replayed();
    const collection = encodeURIComponent(await this.#collections.positions());
    await this.#server.request(`/${collection}/update`, { query: { softCommit: true } });
    const body = await this.#server.request(`/${collection}/select`, {
      body: JSON.stringify({ query: '*:*', limit: 1_000_000 }),
    });
    return listAt(body, 'response', 'docs').flatMap((document) => {
      const topic = textAt(document, Own.topic);
      const nextOffset = numberAt(document, Own.next) ?? 0;
      if (topic === undefined || nextOffset === 0) return [];
      return [{ topic, partition: numberAt(document, Own.partition) ?? 0, nextOffset }];
    });
  }
}

/** Without commas, which part ids in requests. */
function idOf(topic: string, partition: number): string {
  return `${encodeURIComponent(topic)}/${partition}`;
}

/** Positions of the readers of the bus, a document each. */
import { IndexError } from '../errors.ts';
import { listAt, numberAt, objectAt, textAt } from '../remote/json.ts';
import { type Move, type Position, Positions } from '../remote/positions.ts';
import { type Server, serverError } from './client.ts';

const INDEX = 'skopos_positions';

/** Of the document. Null: not stored yet. */
type Version = { readonly seqNo: number; readonly primaryTerm: number } | null;

export class ServerPositions extends Positions<Version> {
  readonly #server: Server;
  #made = false;

  constructor(server: Server) {
    super(null);
    this.#server = server;
  }

  protected async read(topic: string, partition: number): Promise<Position<Version> | null> {
    const id = idOf(topic, partition);
    const { status, body } = await this.#server.request('GET', `/${INDEX}/_doc/${encodeURIComponent(id)}`, {
      allow: [404],
    });
    if (status === 404) return null;
    const source = objectAt(body, '_source');
    return {
      next: numberAt(source, 'next') ?? 0,
      intent: numberAt(source, 'intent') ?? 0,
      version: versionOf(body),
    };
  }

  async store(moves: readonly Move[]): Promise<void> {
    if (moves.length === 0) return;
    await this.#make();
    const lines = moves.flatMap(({ topic, partition, next, intent }) => {
      const version = this.known(topic, partition).version;
      const meta = { _index: INDEX, _id: idOf(topic, partition) };
      const action =
        version === null
          ? { create: meta }
          : { index: { ...meta, if_seq_no: version.seqNo, if_primary_term: version.primaryTerm } };
      return [JSON.stringify(action), JSON.stringify({ topic, partition, next, intent })];
    });
    const { body } = await this.#server.request('POST', '/_bulk', {
      bulk: Buffer.from(`${lines.join('\n')}\n`),
    });
    for (const [i, item] of listAt(body, 'items').entries()) {
      const answer = objectAt(Object.values(objectAt(item))[0]);
      const { topic, partition, next, intent } = moves[i]!;
      const status = numberAt(answer, 'status') ?? 500;
      if (status === 409) {
        throw new IndexError(
          'SKP_INDEX_CONFLICT',
          `another process writes what comes from ${topic}, partition ${partition}`,
        );
      }
      if (status >= 300) throw serverError(status, answer, 'storing positions');
      this.keep(topic, partition, { next, intent, version: versionOf(answer) });
    }
  }

  async all(): Promise<{ topic: string; partition: number; nextOffset: number }[]> {
    const refreshed = await this.#server.request('POST', `/${INDEX}/_refresh`, { allow: [404] });
    if (refreshed.status === 404) return [];
    const { body } = await this.#server.request('POST', `/${INDEX}/_search`, {
      body: { size: 10_000, query: { match_all: {} } },
    });
    return listAt(body, 'hits', 'hits').flatMap((hit) => {
      const source = objectAt(hit, '_source');
      const topic = textAt(source, 'topic');
      const nextOffset = numberAt(source, 'next') ?? 0;
      if (topic === undefined || nextOffset === 0) return [];
      return [{ topic, partition: numberAt(source, 'partition') ?? 0, nextOffset }];
    });
  }

  async #make(): Promise<void> {
    if (this.#made) return;
    const { status, body } = await this.#server.request('PUT', `/${INDEX}`, {
      body: {
        settings: { number_of_shards: 1, auto_expand_replicas: '0-1' },
        mappings: {
          dynamic: 'strict',
          properties: {
            topic: { type: 'keyword' },
            partition: { type: 'long' },
            next: { type: 'long' },
            intent: { type: 'long' },
          },
        },
      },
      allow: [400],
    });
    if (status === 400 && !JSON.stringify(body).includes('already_exists'))
      throw serverError(status, body, `making the index ${INDEX}`);
    this.#made = true;
  }
}

function versionOf(document: unknown): Version {
  return {
    seqNo: numberAt(document, '_seq_no') ?? 0,
    primaryTerm: numberAt(document, '_primary_term') ?? 0,
  };
}

function idOf(topic: string, partition: number): string {
  return `${topic}/${partition}`;
}

/**
 * Where the readers of the bus stand. Documents are not written in one transaction with the events, so a position says two things:
 * up to where everything is written (`next`), and up to where some of it may be (`intent`, stored before the events are). Records
 * between the two are compared by guid when they come again.
 */
import { IndexError } from '../errors.ts';
import { listAt, numberAt, objectAt, textAt } from '../remote/json.ts';
import { type Server, serverError } from './client.ts';

const INDEX = 'skopos_positions';

export interface Position {
  readonly next: number;
  readonly intent: number;
  /** Of the document, so that a process that lost the partition cannot move it. Null: not stored yet. */
  readonly version: { readonly seqNo: number; readonly primaryTerm: number } | null;
}

export interface Move {
  readonly topic: string;
  readonly partition: number;
  readonly next: number;
  readonly intent: number;
}

const NOWHERE: Position = { next: 0, intent: 0, version: null };

export class Positions {
  readonly #server: Server;
  readonly #known = new Map<string, Position>();
  #made = false;

  constructor(server: Server) {
    this.#server = server;
  }

  /** As last seen when a reader goes on from there, else as it is on the server. */
  async of(topic: string, partition: number, fromOffset: number): Promise<Position> {
    const id = idOf(topic, partition);
    const known = this.#known.get(id);
    if (known !== undefined && known.next === fromOffset) return known;
    const { status, body } = await this.#server.request('GET', `/${INDEX}/_doc/${encodeURIComponent(id)}`, {
      allow: [404],
    });
    const source = objectAt(body, '_source');
    const position =
      status === 404
        ? NOWHERE
        : {
            next: numberAt(source, 'next') ?? 0,
            intent: numberAt(source, 'intent') ?? 0,
            version: {
              seqNo: numberAt(body, '_seq_no') ?? 0,
              primaryTerm: numberAt(body, '_primary_term') ?? 0,
            },
          };
    this.#known.set(id, position);
    return position;
  }

  /** As last seen. */
  known(topic: string, partition: number): Position {
    return this.#known.get(idOf(topic, partition)) ?? NOWHERE;
  }

  /** After a write that failed: what is stored is to be asked for again. */
  forget(): void {
    this.#known.clear();
  }

  /** @throws IndexError SKP_INDEX_CONFLICT when another process moved one of them since it was read. */
  async store(moves: readonly Move[]): Promise<void> {
    if (moves.length === 0) return;
    await this.#make();
    const lines = moves.flatMap(({ topic, partition, next, intent }) => {
      const version = this.#known.get(idOf(topic, partition))?.version ?? null;
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
      this.#known.set(idOf(topic, partition), {
        next,
        intent,
        version: {
          seqNo: numberAt(answer, '_seq_no') ?? 0,
          primaryTerm: numberAt(answer, '_primary_term') ?? 0,
        },
      });
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

function idOf(topic: string, partition: number): string {
  return `${topic}/${partition}`;
}

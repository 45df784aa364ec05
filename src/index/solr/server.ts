/** Requests to Solr over HTTP, and its errors as ours. */
import * as http from 'node:http';
import * as https from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { IndexError, type IndexErrorCode } from '../errors.ts';
import { objectAt } from '../remote/json.ts';
import type { Settings } from './settings.ts';

export interface RequestOptions {
  readonly query?: Readonly<Record<string, string | number | boolean>>;
  /** JSON text. */
  readonly body?: string;
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

const PATIENCE_MS = 5000;
const ANSWER_LIMIT = 512 * 1024 * 1024;

export class Server {
  readonly #settings: Settings;
  readonly #agents: { readonly http: http.Agent; readonly https: https.Agent };
  readonly #headers: Readonly<Record<string, string>>;
  #node = 0;

  constructor(settings: Settings) {
    this.#settings = settings;
    this.#agents = {
      http: new http.Agent({ keepAlive: true, maxSockets: 16 }),
      https: new https.Agent({ keepAlive: true, maxSockets: 16, ...settings.tls }),
    };
    const { username, password = '' } = settings;
    this.#headers = {
      accept: 'application/json',
      ...(username === undefined
        ? {}
        : { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` }),
    };
  }

  /**
   * An answer of any status but those of authentication and overload. `_version_` comes as text with all its digits.
   *
   * @throws IndexError SKP_INDEX_AWAY, SKP_INDEX_AUTH, SKP_INDEX_BUSY, SKP_INDEX_TIMEOUT, SKP_INDEX_CANCELLED
   */
  async raw(path: string, options: RequestOptions = {}): Promise<Answer> {
    if (options.signal?.aborted === true) throw cancelled();
    let last: unknown;
    for (let i = 0; i < this.#settings.nodes.length; i++) {
      try {
        const { status, text } = await this.#once(path, options);
        const body = parse(text);
        if (status === 401 || status === 403 || status === 429 || status === 503 || status >= 502)
          throw serverError(status, body, text, path);
        return { status, body };
      } catch (error) {
        if (error instanceof IndexError && error.code !== 'SKP_INDEX_BUSY') throw error;
        last = error;
        this.#node++;
      }
    }
    if (last instanceof IndexError) throw last;
    throw new IndexError(
      'SKP_INDEX_AWAY',
      `Solr does not answer at ${this.#settings.nodes.join(', ')}: ${last instanceof Error ? last.message || String((last as { code?: unknown }).code) : String(last)}`,
      { hint: 'Look whether it runs, and at `nodes` of the index in cluster.json.', cause: last },
    );
  }

  /** As `request`, for reading: a collection that is just being made is listed before it can be asked. */
  async read(path: string, options: RequestOptions = {}): Promise<unknown> {
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      const error = await this.raw(path, options).then(
        ({ status, body }) => {
          if (status < 400) return { body };
          if (status === 404) return serverError(status, body, '', path);
          throw serverError(status, body, '', path);
        },
        (thrown: unknown) => {
          if (thrown instanceof IndexError && thrown.code === 'SKP_INDEX_BUSY') return thrown;
          throw thrown;
        },
      );
      if (!(error instanceof IndexError)) return error.body;
      if (performance.now() >= deadline) throw error;
      await sleep(150);
    }
  }

  /** As `raw`, and an error when the answer is one. */
  async request(path: string, options: RequestOptions = {}): Promise<unknown> {
    const { status, body } = await this.raw(path, options);
    if (status >= 400) throw serverError(status, body, '', path);
    return body;
  }

  close(): void {
    this.#agents.http.destroy();
    this.#agents.https.destroy();
  }

  #once(path: string, options: RequestOptions): Promise<{ status: number; text: string }> {
    const base = this.#settings.nodes[this.#node % this.#settings.nodes.length]!.replace(/\/+$/, '');
    const url = new URL(base + path);
    for (const [key, value] of Object.entries(options.query ?? {})) url.searchParams.set(key, String(value));
    const secure = url.protocol === 'https:';
    const body = options.body === undefined ? undefined : Buffer.from(options.body);
    const timeoutMs = options.timeoutMs ?? 60_000;
    return new Promise((resolve, reject) => {
      const request = (secure ? https : http).request(url, {
        method: body === undefined ? 'GET' : 'POST',
        agent: secure ? this.#agents.https : this.#agents.http,
        headers: {
          ...this.#headers,
          ...(body === undefined
            ? {}
            : { 'content-type': 'application/json', 'content-length': body.length }),
        },
      });
      const end = (): void => {
        clearTimeout(timer);
        options.signal?.removeEventListener('abort', abort);
      };
      const fail = (error: unknown): void => {
        end();
        reject(error);
        request.destroy();
      };
      const timer = setTimeout(
        () => fail(new IndexError('SKP_INDEX_TIMEOUT', `Solr took longer than ${timeoutMs} ms for ${path}`)),
        timeoutMs,
      );
      const abort = (): void => fail(cancelled());
      options.signal?.addEventListener('abort', abort, { once: true });
      request.once('error', fail);
      request.once('response', (response) => {
        const chunks: Buffer[] = [];
        let size = 0;
        response.on('data', (chunk: Buffer) => {
          size += chunk.length;
          if (size > ANSWER_LIMIT)
            fail(new IndexError('SKP_INDEX_REQUEST', 'the answer of Solr is larger than 512 MiB'));
          else chunks.push(chunk);
        });
        response.once('error', fail);
        response.once('aborted', () => fail(new Error('the connection ended within the answer')));
        response.once('end', () => {
          end();
          resolve({ status: response.statusCode ?? 500, text: Buffer.concat(chunks).toString('utf8') });
        });
      });
      request.end(body);
    });
  }
}

/** Versions are beyond 2^53: their digits are kept. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text, (key, value: unknown, context?: { source?: string }) =>
      key === '_version_' ? (context?.source ?? value) : value,
    );
  } catch {
    return text.slice(0, 2000);
  }
}

export function reasonOf(body: unknown): string {
  const message = objectAt(body, 'error')['msg'];
  return (typeof message === 'string' ? message : JSON.stringify(body)).slice(0, 2000);
}

export function serverError(status: number, body: unknown, text: string, doing: string): IndexError {
  const reason =
    typeof body === 'string' ? text.replaceAll(/<[^>]*>|\s+/g, ' ').slice(0, 300) : reasonOf(body);
  const message = `Solr answered ${doing} with ${status}: ${reason}`;
  if (status === 401 || status === 403)
    return new IndexError('SKP_INDEX_AUTH', message, {
      hint: 'See to `username` and `password` of the index in cluster.json, and to what this user may do in Solr.',
    });
  if (status === 400 && /SyntaxError|TooComplex|too complex|maxClause|Invalid|Cannot parse/i.test(reason))
    return new IndexError('SKP_INDEX_QUERY', message);
  const code: IndexErrorCode = /No space left/i.test(reason)
    ? 'SKP_INDEX_FULL'
    : status === 429 || status >= 502
      ? 'SKP_INDEX_BUSY'
      : /TooComplexToDeterminize|TooManyClauses|TooManyNestedClauses/.test(reason)
        ? 'SKP_INDEX_QUERY'
        : 'SKP_INDEX_STORE';
  return new IndexError(code, message);
}

function cancelled(): IndexError {
  return new IndexError('SKP_INDEX_CANCELLED', 'the request was cancelled');
}

import { Client, errors } from '@opensearch-project/opensearch';
import { IndexError } from '../errors.ts';
import { isObject, objectAt, textAt } from '../remote/json.ts';
import type { Settings } from './settings.ts';

export interface Request {
  readonly query?: Readonly<Record<string, string | number | boolean>>;
  readonly body?: unknown;
  /** Newline-delimited JSON. */
  readonly bulk?: Buffer;
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number;
  /** Statuses that are answers, not errors. */
  readonly allow?: readonly number[];
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/**
 * The one place that talks to the server, over the official client: it knows the nodes, leaves out those that do not answer, and
 * has TLS and authentication. Only its transport is used, with bodies of our own, because its methods differ between versions and
 * would write each document a second time.
 */
export class Server {
  readonly #client: Client;
  readonly #timeoutMs: number;

  constructor(settings: Settings) {
    const { nodes, username, password, tls } = settings;
    this.#timeoutMs = settings.queryTimeoutMs;
    this.#client = new Client({
      nodes: [...nodes],
      // Bulk requests are repeated here, item by item; a search is asked again at once by whoever wants it.
      maxRetries: 0,
      // Answers are read by name, never merged into objects.
      disablePrototypePoisoningProtection: true,
      ...(username === undefined ? {} : { auth: { username, password: password ?? '' } }),
      ...(tls === undefined ? {} : { ssl: { ...tls } }),
    });
  }

  /** @throws IndexError with what the server said. */
  async request(method: string, path: string, request: Request = {}): Promise<Answer> {
    const { signal, allow = [] } = request;
    if (isAborted(signal)) throw cancelled();
    const asked = this.#client.transport.request(
      {
        method,
        path,
        ...(request.query === undefined ? {} : { querystring: { ...request.query } }),
        ...(request.bulk === undefined
          ? request.body === undefined
            ? {}
            : { body: JSON.stringify(request.body) }
          : { bulkBody: request.bulk as unknown as string }),
      },
      {
        requestTimeout: request.timeoutMs ?? this.#timeoutMs,
        ignore: [...allow],
        headers: {
          'content-type': request.bulk === undefined ? 'application/json' : 'application/x-ndjson',
        },
      },
    );
    const abort = (): void => void asked.abort();
    signal?.addEventListener('abort', abort, { once: true });
    try {
      const { statusCode, body } = await asked;
      return { status: statusCode ?? 0, body };
    } catch (error) {
      throw isAborted(signal) ? cancelled() : indexError(error, `${method} ${path.slice(0, 200)}`);
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  close(): Promise<void> {
    return this.#client.close();
  }
}

function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}

function cancelled(): IndexError {
  return new IndexError('SKP_INDEX_CANCELLED', 'the search was cancelled by its caller');
}

function indexError(error: unknown, doing: string): IndexError {
  if (error instanceof errors.ResponseError) {
    const status = error.statusCode ?? 0;
    return serverError(status, error.body, doing);
  }
  if (error instanceof errors.TimeoutError) {
    return new IndexError('SKP_INDEX_TIMEOUT', `${doing}: no answer from the server in time`, {
      cause: error,
    });
  }
  if (error instanceof errors.ConnectionError || error instanceof errors.NoLivingConnectionsError) {
    return new IndexError('SKP_INDEX_AWAY', `${doing}: the server cannot be reached: ${error.message}`, {
      hint: 'Check the addresses under `index.nodes` and that the server runs; with https, that its certificate is trusted (`tls.ca`).',
      cause: error,
    });
  }
  return new IndexError('SKP_INDEX_STORE', `${doing}: ${String(error).slice(0, 500)}`, { cause: error });
}

/** What an error answer of the server means here. */
export function serverError(status: number, body: unknown, doing: string): IndexError {
  const reason = reasonOf(body);
  if (status === 401 || (status === 403 && !/cluster_block|blocked by/.test(reason))) {
    return new IndexError('SKP_INDEX_AUTH', `${doing}: the server refuses us: ${status} ${reason}`, {
      hint: 'Check `username` and `password`, and that the user may read, write and manage `*_index_*`, `skopos*` and index templates.',
    });
  }
  if (/cluster_block|blocked by|disk usage exceeded/.test(reason)) {
    return new IndexError('SKP_INDEX_FULL', `${doing}: the server takes no writes: ${reason}`, {
      hint: 'Most often its disk is nearly full: make room, then lift `index.blocks.read_only_allow_delete` unless the server does.',
    });
  }
  if (status === 429)
    return new IndexError('SKP_INDEX_BUSY', `${doing}: the server has too much to do: ${reason}`);
  return new IndexError('SKP_INDEX_STORE', `${doing}: ${status} ${reason}`);
}

export function reasonOf(body: unknown): string {
  const error = objectAt(body)['error'] ?? body;
  if (!isObject(error)) return String(error ?? 'no reason given').slice(0, 500);
  const inner = Array.isArray(error['root_cause']) ? objectAt(error['root_cause'][0]) : {};
  const failed = Array.isArray(error['failed_shards']) ? objectAt(error['failed_shards'][0], 'reason') : {};
  const cause = objectAt(error, 'caused_by');
  const parts = [error, inner, failed, cause, objectAt(failed, 'caused_by')]
    .map((one) =>
      [textAt(one, 'type'), textAt(one, 'reason')].filter((part) => part !== undefined).join(': '),
    )
    .filter((part) => part !== '');
  return [...new Set(parts)].join('; ').slice(0, 1000);
}

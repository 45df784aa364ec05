/** HTTP on a port of its own. Without one, the route stands on the port of the API (see `IngestService.mount`). */
import type { AddressInfo } from 'node:net';
import Fastify, { type FastifyInstance } from 'fastify';
import type { HttpListenerConfig } from '../config/index.ts';
import { IngestError } from './errors.ts';
import { registerIngestRoutes } from './http.ts';
import {
  bindHint,
  type Listener,
  type ListenerContext,
  type ListenerStatus,
  shownAddress,
} from './listener.ts';
import { createMetrics } from './metrics.ts';

export class HttpListener implements Listener {
  readonly metrics = createMetrics();
  readonly #config: HttpListenerConfig;
  readonly #context: ListenerContext;
  readonly #sensors: () => readonly string[];
  #app: FastifyInstance | null = null;
  #state: ListenerStatus['state'] = 'starting';
  #problem: string | null = null;
  #address: string;

  constructor(config: HttpListenerConfig, context: ListenerContext, sensors: () => readonly string[]) {
    this.#config = config;
    this.#context = context;
    this.#sensors = sensors;
    this.#address = shownAddress(config.host ?? '127.0.0.1', config.port ?? 0);
  }

  async start(): Promise<void> {
    const { name, host = '127.0.0.1', port = 0, maxBodyBytes } = this.#config;
    if (!/^(127\.|localhost$|::1$)/.test(host)) {
      this.#state = 'failed';
      this.#problem = 'a port of its own asks nobody who they are';
      throw new IngestError(
        'SKP_INGEST_BIND',
        `listener ${name} will not open HTTP on ${host}: ${this.#problem}`,
        {
          hint: 'leave host and port out: the port of the API takes events from other machines, with a token',
        },
      );
    }
    const app = Fastify({ forceCloseConnections: 'idle', requestTimeout: 15 * 60_000 });
    registerIngestRoutes(app, {
      appender: this.#context.appender,
      sensors: this.#sensors,
      listener: name,
      limits: () => ({ maxUnpackedBytes: maxBodyBytes }),
      metrics: this.metrics,
    });
    try {
      await app.listen({ host, port });
    } catch (cause) {
      this.#state = 'failed';
      this.#problem = (cause as Error).message;
      throw new IngestError(
        'SKP_INGEST_BIND',
        `listener ${name} cannot open HTTP ${this.#address}: ${this.#problem}`,
        {
          hint: bindHint(cause as Error),
          cause,
        },
      );
    }
    const bound = app.server.address() as AddressInfo;
    this.#address = shownAddress(bound.address, bound.port);
    this.#app = app;
    this.#state = 'listening';
  }

  async stop(): Promise<void> {
    await this.#app?.close();
    this.#app = null;
    this.#state = 'stopped';
  }

  status(): ListenerStatus {
    return {
      name: this.#config.name,
      kind: 'http',
      sensor: '{sensor}',
      state: this.#state,
      address: this.#address,
      connections: 0,
      problem: this.#problem,
      metrics: this.metrics,
    };
  }
}

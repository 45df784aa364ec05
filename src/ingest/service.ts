/** All ways in: opens what `config/listeners.json` declares, follows its changes, and stops in order. */
import type { FastifyInstance, RouteShorthandOptions } from 'fastify';
import type { HttpListenerConfig, ListenerConfig } from '../config/index.ts';
import { registerIngestRoutes } from './http.ts';
import { HttpListener } from './http-listener.ts';
import type { Listener, ListenerContext, ListenerStatus } from './listener.ts';
import { createMetrics, type IngestMetrics } from './metrics.ts';
import { NetflowListener } from './netflow-listener.ts';
import { StreamListener } from './stream.ts';
import { TailListener } from './tail.ts';
import { UdpListener } from './udp.ts';

export interface IngestServiceOptions extends ListenerContext {
  /** Names of the sensors that may be sent to over HTTP. */
  readonly sensors: () => readonly string[];
  /** How often a listener that could not open is tried again, milliseconds (default 5000). */
  readonly retryMs?: number;
}

interface Running {
  readonly config: ListenerConfig;
  /** The configuration as text, to see whether it has changed. */
  readonly text: string;
  readonly listener: Listener;
  retry: NodeJS.Timeout | null;
}

const SHARED_HTTP: HttpListenerConfig = {
  name: 'http',
  type: 'http',
  enabled: true,
  maxBodyBytes: 16 * 1024 * 1024,
};

export class IngestService {
  readonly #options: IngestServiceOptions;
  readonly #running = new Map<string, Running>();
  readonly #sharedMetrics: IngestMetrics = createMetrics();
  #shared: HttpListenerConfig = SHARED_HTTP;
  #mounted = false;
  #work: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(options: IngestServiceOptions) {
    this.#options = options;
  }

  /**
   * Opens, closes and rebinds listeners so that they are as declared. A listener that cannot open keeps no other from it: it is
   * reported, shown in `status` as failed, and tried again.
   */
  apply(listeners: readonly ListenerConfig[]): Promise<void> {
    this.#work = this.#work.then(() => this.#apply(listeners));
    return this.#work;
  }

  /** Mounts `POST /api/v1/ingest/{sensor}` on the port of the API, before that listens. */
  mount(app: FastifyInstance, route: RouteShorthandOptions = {}): void {
    this.#mounted = true;
    registerIngestRoutes(app, {
      appender: this.#options.appender,
      sensors: this.#options.sensors,
      limits: () => ({ maxUnpackedBytes: this.#shared.maxBodyBytes }),
      metrics: this.#sharedMetrics,
      route,
    });
  }

  /** One entry for each listener, and one for the route on the API's port when that is mounted. */
  status(): ListenerStatus[] {
    const entries = [...this.#running.values()].map(({ listener }) => listener.status());
    if (!this.#mounted) return entries;
    const shared: ListenerStatus = {
      name: this.#shared.name,
      kind: 'http',
      sensor: '{sensor}',
      state: this.#stopped ? 'stopped' : 'listening',
      address: '/api/v1/ingest/{sensor}',
      connections: 0,
      problem: null,
      metrics: this.#sharedMetrics,
    };
    return [...entries, shared];
  }

  /**
   * Closes all listeners; when this resolves, everything that was accepted is durable. Rejects with `SKP_INGEST_NOT_STORED` when
   * the bus does not store it in time.
   */
  async stop(deadlineMs = 10_000): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    await this.#work;
    await Promise.all([...this.#running.values()].map((running) => this.#close(running)));
    await this.#options.appender.close(deadlineMs);
  }

  async #apply(listeners: readonly ListenerConfig[]): Promise<void> {
    if (this.#stopped) return;
    const wanted = new Map<string, ListenerConfig>();
    this.#shared = SHARED_HTTP;
    for (const config of listeners) {
      if (!config.enabled) continue;
      if (config.type === 'http' && config.port === undefined) this.#shared = config;
      else wanted.set(config.name, config);
    }
    // All that goes is closed before anything opens: a new listener may want an old one's port.
    const changed = [...this.#running.values()].filter(({ config, text }) => {
      const now = wanted.get(config.name);
      return now === undefined || JSON.stringify(now) !== text;
    });
    await Promise.all(changed.map((running) => this.#close(running)));
    const opening = [...wanted.values()].filter((config) => !this.#running.has(config.name));
    await Promise.all(opening.map((config) => this.#open(config)));
  }

  async #open(config: ListenerConfig): Promise<void> {
    const running: Running = {
      config,
      text: JSON.stringify(config),
      listener: this.#create(config),
      retry: null,
    };
    this.#running.set(config.name, running);
    try {
      await running.listener.start();
    } catch (error) {
      this.#options.report(config.name, error instanceof Error ? error : new Error(String(error)));
      running.retry = setTimeout(() => {
        if (this.#running.get(config.name) !== running) return;
        this.#work = this.#work.then(async () => {
          if (this.#stopped || this.#running.get(config.name) !== running) return;
          await this.#open(config);
        });
      }, this.#options.retryMs ?? 5000);
      running.retry.unref();
    }
  }

  async #close(running: Running): Promise<void> {
    clearTimeout(running.retry ?? undefined);
    this.#running.delete(running.config.name);
    await running.listener.stop();
  }

  #create(config: ListenerConfig): Listener {
    if (config.type === 'tail') return new TailListener(config, this.#options);
    if (config.type === 'http') return new HttpListener(config, this.#options, this.#options.sensors);
    if (config.type === 'netflow') return new NetflowListener(config, this.#options);
    if (config.transport === 'udp') return new UdpListener(config, this.#options);
    return new StreamListener(config, this.#options);
  }
}

/**
 * Where events are on the server. In SolrCloud each sensor has a collection; a standalone Solr does not search several cores at once
 * (it forbids `shards` but to addresses of a list), so that all sensors share one there. Either way a document names its sensor.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { IndexError } from '../errors.ts';
import { listAt, numberAt, objectAt, textAt } from '../remote/json.ts';
import { collectionOf, sensorOf } from './names.ts';
import { ensureSchema } from './schema.ts';
import type { Server } from './server.ts';
import type { Settings } from './settings.ts';

const FRESH_MS = 2000;
/** State of an update log that is neither replaying nor buffering. */
const ACTIVE = 3;
/** Shorter than any name of a sensor's collection can be: names of sensors are encoded without a lone hyphen. */
const POSITIONS = '-positions';
const EVENTS = '-events';

export class Collections {
  readonly #server: Server;
  readonly #settings: Settings;
  readonly cloud: boolean;
  readonly #ready = new Map<string, Promise<string>>();
  #listed: { readonly at: number; readonly names: Promise<readonly string[]> } | null = null;

  private constructor(server: Server, settings: Settings, cloud: boolean) {
    this.#server = server;
    this.#settings = settings;
    this.cloud = cloud;
  }

  /** @throws IndexError SKP_INDEX_SERVER for a version that is not supported. */
  static async open(server: Server, settings: Settings): Promise<Collections> {
    const info = await server.request('/admin/info/system', { query: { wt: 'json' } });
    const version = textAt(objectAt(info, 'lucene'), 'solr-spec-version') ?? 'unknown';
    if (!/^9\./.test(version))
      throw new IndexError('SKP_INDEX_SERVER', `this Solr is of version ${version}`, {
        hint: 'Solr 9 is supported; 9.10 is what is tested.',
      });
    return new Collections(server, settings, textAt(info, 'mode') === 'solrcloud');
  }

  /** The collection that a sensor's events go to, made when it is not there. */
  ofSensor(sensor: string): Promise<string> {
    return this.#open(
      this.cloud ? collectionOf(this.#settings.prefix, sensor) : this.#settings.prefix + EVENTS.slice(1),
    );
  }

  positions(): Promise<string> {
    return this.#open(this.#settings.prefix + (this.cloud ? POSITIONS : POSITIONS.slice(1)));
  }

  /**
   * Waits until a standalone Solr has replayed its log: until then it answers, but does not know what was written before it ended. A
   * SolrCloud gives a replica no work before that.
   *
   * @throws IndexError SKP_INDEX_BUSY when it takes longer than `retryForMs`.
   */
  async replayed(): Promise<void> {
    if (this.cloud) return;
    const deadline = performance.now() + this.#settings.retryForMs;
    for (;;) {
      const body = await this.#server.request('/admin/metrics', {
        query: { group: 'core', prefix: 'TLOG.state', compact: true },
      });
      const replaying = Object.entries(objectAt(body, 'metrics')).filter(
        ([core, metrics]) =>
          core.startsWith(`solr.core.${this.#settings.prefix}`) &&
          (numberAt(metrics, 'TLOG.state') ?? ACTIVE) !== ACTIVE,
      );
      if (replaying.length === 0) return;
      if (performance.now() >= deadline)
        throw new IndexError('SKP_INDEX_BUSY', 'Solr still replays its log after a start', {
          hint: 'It goes on by itself. More frequent hard commits (autoCommit) keep the log short.',
        });
      await sleep(200);
    }
  }

  /** After an error that may mean that it is gone. */
  forget(): void {
    this.#ready.clear();
    this.#listed = null;
  }

  /** Those that hold events of the sensors, or of any. */
  async of(sensors?: readonly string[]): Promise<readonly string[]> {
    const there = await this.#names();
    if (!this.cloud) return there.filter((name) => name === this.#settings.prefix + EVENTS.slice(1));
    const all = there.filter(
      (name) => name.startsWith(this.#settings.prefix) && name !== this.#settings.prefix + POSITIONS,
    );
    if (sensors === undefined || sensors.length === 0) return all;
    const wanted = new Set(sensors);
    return all.filter((name) => wanted.has(sensorOf(this.#settings.prefix, name)));
  }

  #open(name: string): Promise<string> {
    let ready = this.#ready.get(name);
    if (ready === undefined) {
      ready = this.#make(name);
      this.#ready.set(name, ready);
      ready.catch(() => this.#ready.delete(name));
    }
    return ready;
  }

  async #make(name: string): Promise<string> {
    if (!(await this.#ask()).includes(name)) {
      const { configset, shards, replicas } = this.#settings;
      const answer = this.cloud
        ? await this.#server.raw('/admin/collections', {
            query: {
              action: 'CREATE',
              name,
              numShards: shards,
              replicationFactor: replicas,
              'collection.configName': configset,
              waitForFinalState: true,
            },
            timeoutMs: 180_000,
          })
        : await this.#server.raw('/admin/cores', {
            query: { action: 'CREATE', name, configSet: configset },
            timeoutMs: 60_000,
          });
      if (answer.status >= 400 && !(await this.#ask()).includes(name))
        throw new IndexError(
          'SKP_INDEX_STORE',
          `Solr did not make ${name}: ${JSON.stringify(answer.body).slice(0, 1000)}`,
          {
            hint: `It needs the configset ${configset}, which comes with Solr.`,
          },
        );
      this.#listed = null;
    }
    await ensureSchema(this.#server, name);
    return name;
  }

  #names(): Promise<readonly string[]> {
    const listed = this.#listed;
    if (listed !== null && performance.now() - listed.at < FRESH_MS) return listed.names;
    const names = this.#ask();
    this.#listed = { at: performance.now(), names };
    names.catch(() => {
      this.#listed = null;
    });
    return names;
  }

  async #ask(): Promise<readonly string[]> {
    if (this.cloud) {
      const body = await this.#server.request('/admin/collections', { query: { action: 'LIST' } });
      return listAt(body, 'collections').map(String);
    }
    const body = await this.#server.request('/admin/cores', {
      query: { action: 'STATUS', indexInfo: false },
    });
    return Object.keys(objectAt(body, 'status'));
  }
}

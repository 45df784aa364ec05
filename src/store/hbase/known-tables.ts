/**
 * Which tables HBase has. Asked before the rows of a table are: for each row of a table that there is not, HBase's own client looks
 * for it again and again, which takes a batch longer than a server that is gone.
 */
import type { HBaseServers } from './servers.ts';

/** How long it is believed that a table is not there. */
const absentMs = 1_000;

export class KnownTables {
  readonly #servers: HBaseServers;
  /** Until when there is no such table; infinity: there is one. */
  readonly #known = new Map<string, number>();
  readonly #asking = new Map<string, Promise<boolean>>();

  constructor(servers: HBaseServers) {
    this.#servers = servers;
  }

  exists(table: string, wait = false): boolean | Promise<boolean> {
    const known = this.#known.get(table);
    if (known === Number.POSITIVE_INFINITY) return true;
    if (known !== undefined && known > performance.now()) return false;
    const key = `${wait} ${table}`;
    let asking = this.#asking.get(key);
    if (asking === undefined) {
      asking = this.#servers
        .run(`looking for the table ${table}`, (gateway) => gateway.exists(table), wait)
        .then((exists) => {
          this.#known.set(table, exists ? Number.POSITIVE_INFINITY : performance.now() + absentMs);
          return exists;
        })
        .finally(() => this.#asking.delete(key));
      this.#asking.set(key, asking);
    }
    return asking;
  }

  async ensure(table: string, family: string): Promise<void> {
    if (this.#known.get(table) === Number.POSITIVE_INFINITY) return;
    await this.#servers.run(`making the table ${table}`, (gateway) => gateway.createTable(table, family));
    this.#known.set(table, Number.POSITIVE_INFINITY);
  }

  /** It was removed. */
  forget(table: string): void {
    this.#known.delete(table);
  }

  /** Somebody wrote to it: it is there. */
  written(table: string): void {
    if (this.#known.get(table) !== Number.POSITIVE_INFINITY) this.#known.delete(table);
  }
}

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance, type DuckDBValue } from '@duckdb/node-api';
import { IndexError } from '../errors.ts';
import { ADDRESS_MACROS } from './addresses.ts';

export type Params = Record<string, DuckDBValue>;
/** A cell as JavaScript has it: 64-bit integers are `bigint`, cast them to DOUBLE in SQL where a number is wanted. */
export type Cell = unknown;
export type Row = readonly Cell[];

/** One connection: statements run one after another, beside those of other connections. */
export class Session {
  readonly #connection: DuckDBConnection;
  #statement: Promise<unknown> | undefined;
  #refusal: IndexError | undefined;

  constructor(connection: DuckDBConnection) {
    this.#connection = connection;
  }

  async run(sql: string, params?: Params): Promise<void> {
    await this.#watch(this.#connection.run(sql, params));
  }

  async rows(sql: string, params?: Params): Promise<readonly Row[]> {
    if (this.#refusal !== undefined) throw this.#refusal;
    const reader = await this.#watch(this.#connection.runAndReadAll(sql, params));
    return reader.getRowsJS();
  }

  async #watch<T>(statement: Promise<T>): Promise<T> {
    this.#statement = statement;
    try {
      return await statement;
    } catch (error) {
      throw storeError(error);
    }
  }

  /** Resolves when the statement that is running has ended, however it did. */
  async quiet(): Promise<void> {
    await this.#statement?.catch(() => undefined);
  }

  /** Runs `work` as one transaction: all of it or nothing. */
  async transaction<T>(work: () => Promise<T>): Promise<T> {
    await this.run('BEGIN TRANSACTION');
    let result: T;
    try {
      result = await work();
      await this.run('COMMIT');
    } catch (error) {
      // A failed statement may have ended the transaction already; then there is nothing left to undo.
      await this.run('ROLLBACK').catch(() => undefined);
      throw error;
    }
    return result;
  }

  interrupt(): void {
    this.#connection.interrupt();
  }

  /** Ends the statement that runs and refuses further queries with this error, until `accept`. */
  refuse(error: IndexError): void {
    this.#refusal = error;
    this.interrupt();
  }

  /** Ready for other work, whatever transaction was left open. */
  async accept(): Promise<void> {
    if (this.#refusal === undefined) return;
    this.#refusal = undefined;
    await this.run('ROLLBACK').catch(() => undefined);
  }

  close(): void {
    this.#connection.closeSync();
  }
}

export interface DatabaseOptions {
  readonly memoryLimitMb: number;
  /** Threads while a search runs; one otherwise, since small writes in several threads cost more than they save. */
  readonly threads: number;
  /** Searches that run at the same time; further ones wait. */
  readonly searches: number;
}

const CALM_MS = 250;

/** The database file of a data folder with its connections: one writes, one seals, some search. */
export class Database {
  readonly folder: string;
  readonly #options: DatabaseOptions;
  #instance!: DuckDBInstance;
  writer!: Session;
  sealer!: Session;
  readonly #idle: Session[] = [];
  readonly #waiting: ((session: Session) => void)[] = [];
  #all: Session[] = [];
  #closed = false;
  /** Sets the number of threads. */
  #control!: Session;
  #searching = 0;
  #threads = 1;
  #calm: NodeJS.Timeout | undefined;

  private constructor(folder: string, options: DatabaseOptions) {
    this.folder = folder;
    this.#options = options;
  }

  static async open(folder: string, options: DatabaseOptions): Promise<Database> {
    for (const name of ['segments', 'tmp']) mkdirSync(join(folder, name), { recursive: true });
    const database = new Database(folder, options);
    await database.#open();
    return database;
  }

  async #open(): Promise<void> {
    try {
      this.#instance = await DuckDBInstance.create(join(this.folder, 'index.duckdb'), {
        memory_limit: `${this.#options.memoryLimitMb}MB`,
        threads: '1',
        temp_directory: join(this.folder, 'tmp', 'spill'),
        // Nothing is fetched from outside at run time.
        autoinstall_known_extensions: 'false',
        autoload_known_extensions: 'false',
        // Most of what is written leaves the tables again within minutes: a checkpoint before that writes it for nothing.
        // The log is read at the start after a crash, a little over a second.
        wal_autocheckpoint: '160MB',
        // Nor is it worth finding out how to write it small: that takes a tenth of all the index does.
        force_compression: 'uncompressed',
      });
    } catch (error) {
      throw storeError(error);
    }
    this.writer = await this.#connect();
    this.sealer = await this.#connect();
    this.#control = await this.#connect();
    this.#threads = 1;
    await this.writer.run('SET parquet_metadata_cache = true');
    for (let i = 0; i < this.#options.searches; i++) this.#idle.push(await this.#connect());
  }

  async #connect(): Promise<Session> {
    const session = new Session(await this.#instance.connect());
    this.#all.push(session);
    await session.run(ADDRESS_MACROS);
    return session;
  }

  /** Lends a connection to a search. A cancelled or late search is interrupted; its connection serves the next one. */
  async search<T>(
    work: (session: Session) => Promise<T>,
    limits: { readonly signal?: AbortSignal | undefined; readonly timeoutMs: number },
  ): Promise<T> {
    if (this.#closed) throw new IndexError('SKP_INDEX_CLOSED', 'the event index is closed');
    const { signal, timeoutMs } = limits;
    if (signal?.aborted) throw cancelled();
    const session =
      this.#idle.pop() ?? (await new Promise<Session>((resolve) => this.#waiting.push(resolve)));
    let stopped: IndexError | undefined;
    let again: NodeJS.Timeout | undefined;
    const stop = (error: IndexError): void => {
      if (stopped !== undefined) return;
      stopped = error;
      session.refuse(error);
      // An interrupt that comes just before a statement begins has no effect on it.
      again = setInterval(() => session.interrupt(), 20);
    };
    const onAbort = (): void => stop(cancelled());
    const timer = setTimeout(() => stop(timedOut(timeoutMs)), timeoutMs);
    signal?.addEventListener('abort', onAbort, { once: true });
    this.#searching++;
    try {
      if (signal?.aborted) throw cancelled();
      await this.#raiseThreads();
      const result = await work(session);
      if (stopped !== undefined) throw stopped;
      return result;
    } catch (error) {
      throw stopped ?? error;
    } finally {
      this.#searching--;
      this.#calmDown();
      clearTimeout(timer);
      clearInterval(again);
      signal?.removeEventListener('abort', onAbort);
      await session.accept();
      const next = this.#waiting.shift();
      if (next === undefined) this.#idle.push(session);
      else next(session);
    }
  }

  async #raiseThreads(): Promise<void> {
    clearTimeout(this.#calm);
    if (this.#threads === this.#options.threads) return;
    this.#threads = this.#options.threads;
    await this.#control.run(`SET threads = ${this.#threads}`);
  }

  /** Some time after the last search: searches come in groups, and fewer threads wait for those that have work. */
  #calmDown(): void {
    clearTimeout(this.#calm);
    this.#calm = setTimeout(() => {
      if (this.#searching > 0 || this.#closed || this.#threads === 1) return;
      this.#threads = 1;
      this.#control.run('SET threads = 1').catch(() => undefined);
    }, CALM_MS);
    this.#calm.unref();
  }

  /** Opens the file anew after an error that DuckDB does not survive; what was committed is there. */
  async reopen(): Promise<void> {
    const lent = this.#options.searches - this.#idle.length;
    for (const session of this.#all) session.interrupt();
    // Searches in flight fail by the interrupt and give their connections back.
    const back = await Promise.all(
      Array.from({ length: lent }, () => new Promise<Session>((resolve) => this.#waiting.unshift(resolve))),
    );
    this.#idle.push(...back);
    // A connection must not be closed under a statement.
    for (const session of this.#all) await session.quiet();
    this.#shut();
    await this.#open();
    while (this.#waiting.length > 0 && this.#idle.length > 0) this.#waiting.shift()!(this.#idle.pop()!);
  }

  #shut(): void {
    this.#idle.length = 0;
    for (const session of this.#all) session.close();
    this.#all = [];
    this.#instance.closeSync();
  }

  /** Call when nothing runs any more. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#shut();
  }
}

function cancelled(): IndexError {
  return new IndexError('SKP_INDEX_CANCELLED', 'the search was cancelled');
}

function timedOut(timeoutMs: number): IndexError {
  return new IndexError('SKP_INDEX_TIMEOUT', `the search took longer than ${timeoutMs} ms`, {
    hint: 'Narrow the time range or the sensors, or raise the limit for searches.',
  });
}

/** Gives DuckDB's errors our codes. */
export function storeError(error: unknown): IndexError {
  if (error instanceof IndexError) return error;
  const text = error instanceof Error ? error.message : String(error);
  if (/No space left on device|ENOSPC|disk (is )?full|not enough (disk )?space/i.test(text)) {
    return new IndexError('SKP_INDEX_FULL', `the event index could not write: ${shorten(text)}`, {
      hint: 'Free space on the disk of the data folder, or lower the retention. Events wait in the bus meanwhile.',
      cause: error,
    });
  }
  if (/Could not set lock|Conflicting lock|being used by another process/i.test(text)) {
    return new IndexError(
      'SKP_INDEX_LOCKED',
      `the event index is open in another process: ${shorten(text)}`,
      {
        hint: 'Stop the other process, or give this one a data folder of its own.',
        cause: error,
      },
    );
  }
  return new IndexError('SKP_INDEX_STORE', shorten(text), { cause: error });
}

/** Whether DuckDB refuses everything until the file is opened anew. */
export function isFatal(error: unknown): boolean {
  const cause = error instanceof IndexError ? (error.cause ?? error) : error;
  return /FATAL Error|database has been invalidated/i.test(String(cause));
}

function shorten(text: string): string {
  return text.length > 500 ? `${text.slice(0, 500)}…` : text;
}

/**
 * HBase's Thrift2 server. The numbers of fields are those of `hbase.thrift` (service THBaseService) as it lies in hbase-thrift 2.6.1 and as
 * it has been since 2.0; fields that it does not know are passed over, so servers that are newer or older do.
 */
import {
  type Cell,
  checkAnswers,
  faultKindOf,
  type GatewayOptions,
  HBaseFault,
  type HBaseGateway,
  type HBasePut,
  type HBaseRow,
  type RowRange,
} from './gateway.ts';
import {
  ThriftApplicationError,
  type ThriftCall,
  ThriftConnection,
  type ThriftEndpoint,
} from './thrift/connection.ts';
import { ThriftProtocolError, type as thriftType } from './thrift/protocol.ts';
import type { ThriftReader } from './thrift/reader.ts';
import type { ThriftWriter } from './thrift/writer.ts';

export interface ThriftGatewayOptions extends GatewayOptions {
  readonly framed?: boolean | undefined;
}

const mostBytes = 256 * 1024 * 1024;
const keysOnlyFilter = Buffer.from('FirstKeyOnlyFilter() AND KeyOnlyFilter()');

export class ThriftGateway implements HBaseGateway {
  readonly #endpoint: ThriftEndpoint;
  readonly #most: number;
  readonly #idle: ThriftConnection[] = [];
  readonly #waiting: {
    take(connection: ThriftConnection | Promise<ThriftConnection>): void;
    fail(error: Error): void;
  }[] = [];
  readonly #open = new Set<ThriftConnection>();
  #count = 0;
  #closed = false;

  constructor(options: ThriftGatewayOptions) {
    this.#endpoint = { ...options, mostBytes };
    this.#most = options.connections;
  }

  async get(table: string, family: string, rows: readonly Uint8Array[]): Promise<readonly HBaseRow[]> {
    const familyBytes = Buffer.from(family);
    const found = await this.#rows(table, {
      name: 'getMultiple',
      write(writer) {
        writer.binary(1, Buffer.from(table)).structs(2, rows.length);
        for (const row of rows) {
          writer.binary(1, row).structs(2, 1).binary(1, familyBytes).stop();
          writer.stop();
        }
      },
      read: (reader) => readRows(reader, 'getMultiple'),
    });
    checkAnswers(rows, found);
    return found;
  }

  async put(table: string, family: string, rows: readonly HBasePut[]): Promise<void> {
    const familyBytes = Buffer.from(family);
    await this.#rows(table, {
      name: 'putMultiple',
      write(writer) {
        writer.binary(1, Buffer.from(table)).structs(2, rows.length);
        for (const { row, cells } of rows) {
          writer.binary(1, row).structs(2, cells.length);
          for (const { qualifier, value } of cells)
            writer.binary(1, familyBytes).binary(2, qualifier).binary(3, value).stop();
          writer.stop();
        }
      },
      read: readNothing,
    });
  }

  async delete(table: string, family: string, rows: readonly Uint8Array[]): Promise<void> {
    const familyBytes = Buffer.from(family);
    await this.#rows(table, {
      name: 'deleteMultiple',
      write(writer) {
        writer.binary(1, Buffer.from(table)).structs(2, rows.length);
        for (const row of rows) {
          writer.binary(1, row).structs(2, 1).binary(1, familyBytes).stop();
          // DELETE_FAMILY: every column of the family, every version.
          writer.i32(4, 2).stop();
        }
      },
      read: readNothing,
    });
  }

  async increment(table: string, family: string, row: Uint8Array, qualifier: Uint8Array): Promise<void> {
    await this.#rows(table, {
      name: 'increment',
      write(writer) {
        writer.binary(1, Buffer.from(table)).struct(2).binary(1, row).structs(2, 1);
        writer.binary(1, Buffer.from(family)).binary(2, qualifier).i64(3, 1).stop();
        writer.stop();
      },
      read: readNothing,
    });
  }

  scan(table: string, family: string, range: RowRange): Promise<readonly HBaseRow[]> {
    return this.#rows(table, {
      name: 'getScannerResults',
      write(writer) {
        writer.binary(1, Buffer.from(table)).struct(2).binary(1, range.from);
        if (range.to !== undefined) writer.binary(2, range.to);
        writer.structs(3, 1).binary(1, Buffer.from(family)).stop();
        writer.i32(4, Math.min(range.limit, 1_000)).i32(5, 1);
        if (range.keysOnly === true) writer.binary(7, keysOnlyFilter);
        writer.stop().i32(3, range.limit);
      },
      read: (reader) => readRows(reader, 'getScannerResults'),
    });
  }

  async createTable(table: string, family: string): Promise<boolean> {
    if (await this.exists(table)) return false;
    try {
      await this.#call({
        name: 'createTable',
        write(writer) {
          writeTableName(writer.struct(1), table)
            .structs(2, 1)
            .binary(1, Buffer.from(family))
            .i32(10, 1)
            .stop();
          writer.stop();
        },
        read: readNothing,
      });
    } catch (error) {
      if (error instanceof HBaseFault && /TableExists/.test(error.message)) return false;
      throw error;
    }
    return true;
  }

  close(): void {
    this.#closed = true;
    for (const connection of this.#open) connection.close();
    for (const { fail } of this.#waiting.splice(0)) fail(new Error('the store was closed'));
  }

  exists(table: string): Promise<boolean> {
    return this.#call({
      name: 'tableExists',
      write: (writer) => {
        writeTableName(writer, table);
      },
      read: readBool,
    });
  }

  /**
   * A call on rows of a table. Where there is no such table, the message may be its bare name, or that no server is to blame.
   */
  async #rows<T>(table: string, call: ThriftCall<T>): Promise<T> {
    try {
      return await this.#call(call);
    } catch (error) {
      if (!(error instanceof HBaseFault) || error.kind !== 'unavailable') throw error;
      if (error.message !== table && !/servers with issues: null/.test(error.message)) throw error;
      if (await this.exists(table)) throw error;
      throw new HBaseFault('no table', `there is no table ${table}`, { cause: error });
    }
  }

  async #call<T>(call: ThriftCall<T>): Promise<T> {
    let connection: ThriftConnection;
    try {
      connection = await this.#take();
    } catch (error) {
      throw this.#fault(error, 'connecting');
    }
    try {
      return await connection.call(call);
    } catch (error) {
      throw this.#fault(error, call.name);
    } finally {
      this.#give(connection);
    }
  }

  #fault(error: unknown, doing: string): Error {
    if (error instanceof HBaseFault) return error;
    const { host, port } = this.#endpoint;
    const what = error instanceof Error ? error.message : String(error);
    const kind =
      error instanceof ThriftApplicationError && /Invalid method/.test(what) ? 'refused' : 'unavailable';
    return new HBaseFault(kind, `${host}:${port}, ${doing}: ${what}`, { cause: error });
  }

  #take(): Promise<ThriftConnection> {
    if (this.#closed) return Promise.reject(new Error('the store was closed'));
    const idle = this.#idle.pop();
    if (idle !== undefined) {
      if (idle.usable) return Promise.resolve(idle);
      this.#forget(idle);
      return this.#take();
    }
    if (this.#count < this.#most) return this.#connect();
    return new Promise((take, fail) => this.#waiting.push({ take, fail }));
  }

  async #connect(): Promise<ThriftConnection> {
    this.#count++;
    try {
      const connection = await ThriftConnection.open(this.#endpoint);
      this.#open.add(connection);
      if (this.#closed) connection.close();
      return connection;
    } catch (error) {
      this.#count--;
      // Nobody is left who would hand a connection on.
      if (this.#count === 0) for (const { fail } of this.#waiting.splice(0)) fail(error as Error);
      throw error;
    }
  }

  #give(connection: ThriftConnection): void {
    if (!connection.usable) {
      this.#forget(connection);
      const next = this.#waiting.shift();
      if (next !== undefined) this.#connect().then(next.take, next.fail);
      return;
    }
    const next = this.#waiting.shift();
    if (next === undefined) this.#idle.push(connection);
    else next.take(connection);
  }

  #forget(connection: ThriftConnection): void {
    if (this.#open.delete(connection)) this.#count--;
  }
}

function writeTableName(writer: ThriftWriter, table: string): ThriftWriter {
  const [namespace = '', qualifier = ''] = table.includes(':') ? table.split(':') : ['default', table];
  return writer.struct(1).binary(1, Buffer.from(namespace)).binary(2, Buffer.from(qualifier)).stop();
}

/** A counter's cell: eight bytes, big-endian. */
export function counterOf(value: Buffer | undefined): number {
  return value === undefined || value.length !== 8 ? 0 : Number(value.readBigInt64BE(0));
}

/** A result, a list of them, or the error that the call declares. */
function readRows(reader: ThriftReader, name: string): HBaseRow[] {
  let rows: HBaseRow[] | null = null;
  while (reader.field()) {
    if (reader.is(0, thriftType.list)) {
      const count = reader.structs();
      rows = [];
      for (let item = 0; item < count; item++) rows.push(readRow(reader));
    } else if (reader.is(0, thriftType.struct)) rows = [readRow(reader)];
    else if (reader.is(1, thriftType.struct)) throw readError(reader);
    else reader.skip();
  }
  if (rows === null) throw new ThriftProtocolError(`no result of ${name}`);
  return rows;
}

function readBool(reader: ThriftReader): boolean {
  let value = false;
  while (reader.field()) {
    if (reader.is(0, thriftType.bool)) value = reader.bool();
    else if (reader.is(1, thriftType.struct)) throw readError(reader);
    else reader.skip();
  }
  return value;
}

function readNothing(reader: ThriftReader): void {
  while (reader.field()) {
    if (reader.is(1, thriftType.struct)) throw readError(reader);
    reader.skip();
  }
}

const noRow: Buffer = Buffer.alloc(0);

function readRow(reader: ThriftReader): HBaseRow {
  let row: Buffer = noRow;
  let cells: Cell[] = [];
  while (reader.field()) {
    if (reader.is(1, thriftType.string)) row = reader.binary();
    else if (reader.is(2, thriftType.list)) {
      const count = reader.structs();
      cells = [];
      for (let item = 0; item < count; item++) cells.push(readCell(reader));
    } else reader.skip();
  }
  return { row, cells };
}

function readCell(reader: ThriftReader): Cell {
  let qualifier: Buffer = noRow;
  let value: Buffer = noRow;
  while (reader.field()) {
    if (reader.is(2, thriftType.string)) qualifier = reader.binary();
    else if (reader.is(3, thriftType.string)) value = reader.binary();
    else reader.skip();
  }
  return { qualifier, value };
}

/** TIOError: what the server's own client threw, its stack behind it. */
function readError(reader: ThriftReader): HBaseFault {
  let message = '';
  while (reader.field()) {
    if (reader.is(1, thriftType.string)) message = reader.binary().toString('utf8');
    else reader.skip();
  }
  const kind = faultKindOf(message);
  return new HBaseFault(kind, message.split('\n', 1)[0]!.slice(0, 300) || 'an error without a text');
}

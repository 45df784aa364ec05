/** HBase's REST server, in Protocol Buffers: where Thrift2 is not offered. */
import http from 'node:http';
import https from 'node:https';
import { runsOf } from './batches.ts';
import { decodeCellSet, encodeCellSet, encodeScanner } from './cell-set.ts';
import {
  checkAnswers,
  faultKindOf,
  type GatewayOptions,
  HBaseFault,
  type HBaseGateway,
  type HBasePut,
  type HBaseRow,
  type RowRange,
} from './gateway.ts';

interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
}

const mostBytes = 256 * 1024 * 1024;
/** Rows stand in the address of a request, in base64: the server takes addresses of 64 KiB. */
const mostAddressBytes = 40_000;
const mostRows = 1_000;
const protobuf = 'application/x-protobuf';
const keysOnly =
  '{"type":"FilterList","op":"MUST_PASS_ALL","filters":[{"type":"FirstKeyOnlyFilter"},{"type":"KeyOnlyFilter"}]}';

export class RestGateway implements HBaseGateway {
  readonly #options: GatewayOptions;
  readonly #agent: http.Agent;

  constructor(options: GatewayOptions) {
    this.#options = options;
    const keep = { keepAlive: true, maxSockets: options.connections };
    this.#agent =
      options.tls === undefined ? new http.Agent(keep) : new https.Agent({ ...keep, ...options.tls });
  }

  async get(table: string, family: string, rows: readonly Uint8Array[]): Promise<readonly HBaseRow[]> {
    const runs = runsOf(rows, mostRows, mostAddressBytes, (row) => Math.ceil(row.length / 3) * 4 + 5);
    const found = await Promise.all([...runs].map((run) => this.#get(table, family, run)));
    const all = found.flat();
    checkAnswers(rows, all);
    return all;
  }

  async put(table: string, family: string, rows: readonly HBasePut[]): Promise<void> {
    await this.#change(table, 'PUT', `/${table}/rows`, encodeCellSet(family, rows));
  }

  /** One request a row: the server knows no other. With `e=b64` it takes the family in base64 too. */
  async delete(table: string, family: string, rows: readonly Uint8Array[]): Promise<void> {
    await Promise.all(
      rows.map((row) =>
        this.#change(table, 'DELETE', `/${table}/${base64(row)}/${base64(Buffer.from(family))}?e=b64`),
      ),
    );
  }

  async increment(table: string, family: string, row: Uint8Array, qualifier: Uint8Array): Promise<void> {
    const cells = [{ qualifier, value: Buffer.from('1') }];
    const body = encodeCellSet(family, [{ row, cells }]);
    await this.#change(table, 'PUT', `/${table}/${base64(row)}?check=increment&e=b64`, body);
  }

  async scan(table: string, family: string, range: RowRange): Promise<readonly HBaseRow[]> {
    const filter = range.keysOnly === true ? keysOnly : undefined;
    const { from, to, limit } = range;
    const opened = await this.#change(
      table,
      'PUT',
      `/${table}/scanner`,
      encodeScanner({ from, to, family, limit, filter }),
    );
    const path = pathOf(opened.headers.location, table);
    const rows: HBaseRow[] = [];
    try {
      for (;;) {
        const page = await this.#send('GET', path);
        if (page.status === 204) return rows;
        if (page.status !== 200) throw faultOf('reading a scanner', page);
        for (const row of decodeCellSet(page.body, family)) {
          const last = rows.at(-1);
          if (last?.row.equals(row.row) === true)
            rows[rows.length - 1] = { row: row.row, cells: [...last.cells, ...row.cells] };
          else rows.push(row);
        }
      }
    } finally {
      // It would stay for minutes. When this fails the server is gone, and the scanner with it.
      await this.#send('DELETE', path).catch(() => undefined);
    }
  }

  async createTable(table: string, family: string): Promise<boolean> {
    if (await this.exists(table)) return false;
    const schema = JSON.stringify({ name: table, ColumnSchema: [{ name: family, VERSIONS: '1' }] });
    const made = await this.#send('PUT', `/${table}/schema`, Buffer.from(schema), 'application/json');
    if (made.status >= 300 && !(await this.exists(table))) throw faultOf(`making ${table}`, made);
    return true;
  }

  close(): void {
    this.#agent.destroy();
  }

  async #get(table: string, family: string, rows: readonly Uint8Array[]): Promise<readonly HBaseRow[]> {
    const query = rows.map((row) => `row=${base64(row)}`).join('&');
    const answer = await this.#send('GET', `/${table}/multiget?e=b64&${query}`);
    // None of the rows is there, or no such table: nothing is there.
    if (answer.status === 404) return rows.map(absent);
    if (answer.status !== 200) throw await this.#explained(table, 'multiget', answer);
    const found = new Map(decodeCellSet(answer.body, family).map((row) => [row.row.toString('latin1'), row]));
    return rows.map((row) => found.get(Buffer.from(row).toString('latin1')) ?? absent(row));
  }

  async exists(table: string): Promise<boolean> {
    const answer = await this.#send('GET', `/${table}/exists`);
    if (answer.status === 200) return true;
    if (answer.status === 404) return false;
    throw faultOf(`looking for ${table}`, answer);
  }

  async #change(table: string, method: string, path: string, body?: Buffer): Promise<Answer> {
    const answer = await this.#send(method, path, body);
    if (answer.status >= 300) throw await this.#explained(table, method, answer);
    return answer;
  }

  async #explained(table: string, doing: string, answer: Answer): Promise<HBaseFault> {
    const fault = faultOf(doing, answer);
    if (fault.kind !== 'unavailable' && fault.kind !== 'no table') return fault;
    return (await this.exists(table)) ? fault : new HBaseFault('no table', `there is no table ${table}`);
  }

  #send(method: string, path: string, body?: Buffer, contentType = protobuf): Promise<Answer> {
    const { host, port, connectMs, callMs, tls: secure } = this.#options;
    const doing = `${host}:${port}, ${method}`;
    return new Promise((resolve, reject) => {
      const fail = (what: string, cause?: unknown): void =>
        reject(new HBaseFault('unavailable', `${doing}: ${what}`, { cause }));
      const request = (secure === undefined ? http : https).request({
        agent: this.#agent,
        host,
        port,
        method,
        path,
        headers: {
          accept: protobuf,
          ...(body === undefined ? {} : { 'content-type': contentType, 'content-length': body.length }),
        },
      });
      const timer = setTimeout(() => request.destroy(new Error(`no answer within ${callMs} ms`)), callMs);
      request.once('socket', (socket) => {
        if (request.reusedSocket) return;
        const late = (): unknown => request.destroy(new Error(`no connection within ${connectMs} ms`));
        const connecting = setTimeout(late, connectMs);
        for (const end of [secure === undefined ? 'connect' : 'secureConnect', 'close'])
          socket.once(end, () => clearTimeout(connecting));
      });
      request.once('error', (error) => {
        clearTimeout(timer);
        fail(error.message, error);
      });
      request.once('response', (response) => {
        const chunks: Buffer[] = [];
        let length = 0;
        response.on('data', (chunk: Buffer) => {
          length += chunk.length;
          chunks.push(chunk);
          if (length > mostBytes) response.destroy(new Error(`an answer of more than ${mostBytes} bytes`));
        });
        response.once('error', (error) => {
          clearTimeout(timer);
          fail(error.message, error);
        });
        response.once('end', () => {
          clearTimeout(timer);
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks),
          });
        });
      });
      request.end(body);
    });
  }
}

function absent(row: Uint8Array): HBaseRow {
  return { row: Buffer.from(row), cells: [] };
}

function base64(row: Uint8Array): string {
  return Buffer.from(row).toString('base64url');
}

/** Of a scanner: only its number is taken from what the server says, which knows its own name and maybe not ours. */
function pathOf(location: string | undefined, table: string): string {
  const id = /\/scanner\/([A-Za-z0-9]{1,100})$/.exec(location ?? '')?.[1];
  if (id === undefined) throw new HBaseFault('unavailable', 'a scanner without a place');
  return `/${table}/scanner/${id}`;
}

function faultOf(doing: string, { status, body }: Answer): HBaseFault {
  const text = body.toString('utf8', 0, 2_000);
  const kind = faultKindOf(text);
  const first = text.split('\n', 1)[0]!.slice(0, 300);
  return new HBaseFault(
    status === 400 && kind === 'unavailable' ? 'refused' : kind,
    `${doing}: ${status} ${first}`,
  );
}

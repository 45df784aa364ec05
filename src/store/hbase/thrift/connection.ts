import net from 'node:net';
import tls from 'node:tls';
import type { GatewayOptions } from '../gateway.ts';
import { MessageEnd } from './message-end.ts';
import { ThriftProtocolError } from './protocol.ts';
import { ThriftReader } from './reader.ts';
import { ThriftWriter } from './writer.ts';

export interface ThriftEndpoint extends Omit<GatewayOptions, 'connections'> {
  /** Whether messages are sent with their length in front (`hbase.regionserver.thrift.framed`). */
  readonly framed?: boolean | undefined;
  /** Largest answer taken, bytes. */
  readonly mostBytes: number;
}

export interface ThriftCall<T> {
  readonly name: string;
  /** Writes the fields of the arguments. */
  write(writer: ThriftWriter): void;
  read(reader: ThriftReader): T;
}

interface Pending {
  readonly sequence: number;
  readonly timer: NodeJS.Timeout;
  settle(bytes: Buffer): void;
  reject(error: Error): void;
}

/** One connection, one call at a time. After any failure it is closed: what comes on it later would answer another call. */
export class ThriftConnection {
  readonly #socket: net.Socket;
  readonly #endpoint: ThriftEndpoint;
  readonly #writer = new ThriftWriter();
  readonly #end = new MessageEnd();
  #received: Buffer = Buffer.alloc(0);
  #length = 0;
  #sequence = 0;
  #pending: Pending | null = null;
  #failure: Error | null = null;

  private constructor(socket: net.Socket, endpoint: ThriftEndpoint) {
    this.#socket = socket;
    this.#endpoint = endpoint;
    socket.setNoDelay(true);
    socket.setKeepAlive(true, 30_000);
    socket.on('data', (chunk) => this.#took(chunk));
    socket.on('error', (error) => this.#fail(error));
    socket.on('close', () => this.#fail(new Error('the server closed the connection')));
  }

  static open(endpoint: ThriftEndpoint): Promise<ThriftConnection> {
    const { host, port, connectMs } = endpoint;
    return new Promise((resolve, reject) => {
      const socket =
        endpoint.tls === undefined
          ? net.connect({ host, port })
          : tls.connect({ host, port, servername: net.isIP(host) === 0 ? host : '', ...endpoint.tls });
      const timer = setTimeout(
        () => socket.destroy(new Error(`no connection within ${connectMs} ms`)),
        connectMs,
      );
      const failed = (error: Error): void => {
        clearTimeout(timer);
        reject(error);
      };
      socket.once('error', failed);
      socket.once(endpoint.tls === undefined ? 'connect' : 'secureConnect', () => {
        clearTimeout(timer);
        socket.off('error', failed);
        resolve(new ThriftConnection(socket, endpoint));
      });
    });
  }

  get usable(): boolean {
    return this.#failure === null;
  }

  call<T>(call: ThriftCall<T>): Promise<T> {
    if (this.#failure !== null) return Promise.reject(this.#failure);
    const sequence = (this.#sequence = (this.#sequence + 1) & 0x7fffffff);
    const writer = this.#writer.call(call.name, sequence);
    call.write(writer);
    writer.stop();
    const { callMs, framed } = this.#endpoint;
    return new Promise<T>((resolve, reject) => {
      this.#pending = {
        sequence,
        timer: setTimeout(() => this.#fail(new Error(`no answer within ${callMs} ms`)), callMs),
        reject,
        settle: (bytes) => {
          const reader = new ThriftReader(bytes);
          try {
            resolve(readReply(reader, call, sequence));
          } catch (error) {
            if (error instanceof ThriftProtocolError) this.#fail(error);
            reject(error as Error);
          }
        },
      };
      this.#socket.write(writer.take(framed === true));
    });
  }

  close(): void {
    this.#fail(new Error('the connection was closed'));
  }

  #took(chunk: Buffer): void {
    if (this.#failure !== null) return;
    if (this.#pending === null) {
      this.#fail(new ThriftProtocolError('an answer to no call'));
      return;
    }
    const needed = this.#length + chunk.length;
    if (needed > this.#endpoint.mostBytes) {
      this.#fail(new ThriftProtocolError(`an answer of more than ${this.#endpoint.mostBytes} bytes`));
      return;
    }
    if (this.#length === 0) this.#received = chunk;
    else {
      if (needed > this.#received.length) {
        const larger = Buffer.allocUnsafe(Math.max(needed, 2 * this.#received.length));
        this.#received.copy(larger, 0, 0, this.#length);
        this.#received = larger;
      }
      chunk.copy(this.#received, this.#length);
    }
    this.#length = needed;
    try {
      this.#look();
    } catch (error) {
      this.#fail(error as Error);
    }
  }

  #look(): void {
    const bytes = this.#received.subarray(0, this.#length);
    let from = 0;
    let end: number;
    if (this.#endpoint.framed === true) {
      if (bytes.length < 4) return;
      const length = bytes.readInt32BE(0);
      if (length < 0 || length > this.#endpoint.mostBytes)
        throw new ThriftProtocolError(`a frame of ${length} bytes`);
      from = 4;
      end = length + 4;
      if (bytes.length < end) return;
    } else {
      end = this.#end.find(bytes);
      if (end < 0) return;
      this.#end.reset();
    }
    if (end !== bytes.length) throw new ThriftProtocolError('more than one answer');
    const pending = this.#pending!;
    this.#pending = null;
    this.#received = Buffer.alloc(0);
    this.#length = 0;
    clearTimeout(pending.timer);
    pending.settle(bytes.subarray(from, end));
  }

  #fail(error: Error): void {
    if (this.#failure !== null) return;
    this.#failure = error;
    this.#socket.destroy();
    this.#received = Buffer.alloc(0);
    const pending = this.#pending;
    this.#pending = null;
    if (pending === null) return;
    clearTimeout(pending.timer);
    pending.reject(error);
  }
}

/** The service's own refusal (`TApplicationException`): a call that it does not know, or a fault in it. */
export class ThriftApplicationError extends Error {}

function readReply<T>(reader: ThriftReader, call: ThriftCall<T>, sequence: number): T {
  const kind = reader.message(call.name, sequence);
  if (kind === 2) return call.read(reader);
  let message = '';
  while (reader.field()) {
    if (reader.is(1, 11)) message = reader.binary().toString('utf8');
    else reader.skip();
  }
  throw new ThriftApplicationError(message.slice(0, 300));
}

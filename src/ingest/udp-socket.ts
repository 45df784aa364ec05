/** The socket of a listener that takes datagrams, with all that such listeners do alike. */
import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { IngestError } from './errors.ts';
import { HEADER, type RecordHeaders } from './headers.ts';
import {
  bindHint,
  type ListenerContext,
  type ListenerStatus,
  plainAddress,
  shownAddress,
} from './listener.ts';
import { countDrop, createMetrics } from './metrics.ts';
import { udpKernelDrops } from './udp-kernel-drops.ts';

/** What is asked of the kernel; it gives what `net.core.rmem_max` allows. */
const RECEIVE_BUFFER = 32 * 1024 * 1024;
const SMALL_BUFFER = 1024 * 1024;
/** Senders whose headers are remembered. Addresses of datagrams can be forged, so the number is bounded. */
const MAX_SENDERS = 10_000;
const MAX_DRAIN_MS = 200;

export interface UdpSocketConfig {
  readonly name: string;
  readonly sensor: string;
  readonly host: string;
  readonly port: number;
}

export class UdpSocket {
  readonly metrics = createMetrics();
  readonly #config: UdpSocketConfig;
  readonly #context: ListenerContext;
  readonly #receive: (datagram: Buffer, sender: string) => void;
  readonly #headers = new Map<string, RecordHeaders>();
  #socket: Socket | null = null;
  #state: ListenerStatus['state'] = 'starting';
  #problem: string | null = null;
  #address: string;
  #kernelDrops = 0;

  /** `receive` is handed each datagram, counted as received, and the address of its sender. */
  constructor(
    config: UdpSocketConfig,
    context: ListenerContext,
    receive: (datagram: Buffer, sender: string) => void,
  ) {
    this.#config = config;
    this.#context = context;
    this.#receive = receive;
    this.#address = shownAddress(config.host, config.port);
  }

  /** Rejects with `SKP_INGEST_BIND` when the port cannot be had. */
  async open(): Promise<void> {
    const { host, port, name } = this.#config;
    const socket = createSocket({ type: isIPv6(host) ? 'udp6' : 'udp4' });
    try {
      await new Promise<void>((resolve, reject) => {
        socket.once('error', reject);
        socket.bind({ address: host, port, exclusive: true }, () => {
          socket.off('error', reject);
          resolve();
        });
      });
    } catch (cause) {
      socket.close();
      this.#state = 'failed';
      this.#problem = (cause as Error).message;
      throw new IngestError(
        'SKP_INGEST_BIND',
        `listener ${name} cannot open UDP ${this.#address}: ${this.#problem}`,
        {
          hint: bindHint(cause as Error),
          cause,
        },
      );
    }
    socket.on('error', (error) => this.#context.report(name, error));
    socket.on('message', (datagram, { address }) => {
      this.metrics.bytes += datagram.length;
      this.metrics.received++;
      this.#receive(datagram, address);
    });
    this.#enlargeBuffer(socket);
    const bound = socket.address();
    this.#address = shownAddress(bound.address, bound.port);
    this.#socket = socket;
    this.#state = 'listening';
  }

  async close(): Promise<void> {
    const socket = this.#socket;
    if (socket === null) return;
    // What the kernel holds already is read in the turns of the event loop before the socket closes.
    const deadline = performance.now() + MAX_DRAIN_MS;
    for (let received = -1; received !== this.metrics.received && performance.now() < deadline; ) {
      received = this.metrics.received;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    this.#countKernelDrops();
    this.#socket = null;
    this.#state = 'stopped';
    await new Promise<void>((resolve) => socket.close(resolve));
  }

  status(kind: ListenerStatus['kind'], connections: number): ListenerStatus {
    this.#countKernelDrops();
    return {
      name: this.#config.name,
      kind,
      sensor: this.#config.sensor,
      state: this.#state,
      address: this.#address,
      connections,
      problem: this.#problem,
      metrics: this.metrics,
    };
  }

  /** Hands a record to the appender, or counts it as dropped. */
  offer(value: Buffer, headers: RecordHeaders, timestamp: number): void {
    if (this.#context.appender.offer(this.#config.sensor, value, headers, timestamp)) this.metrics.sent++;
    else countDrop(this.metrics, 'pressure');
  }

  /** Puts a datagram that cannot be taken into the errors topic. */
  refuse(value: Buffer, reason: string, message: string, headers: RecordHeaders): void {
    if (this.#context.appender.saturated) {
      countDrop(this.metrics, 'pressure');
      return;
    }
    this.metrics.errors++;
    const { sensor } = this.#config;
    this.#context.appender.putError({ sensor, value, reason, message, headers, timestamp: Date.now() });
  }

  headersOf(sender: string): RecordHeaders {
    let headers = this.#headers.get(sender);
    if (headers === undefined) {
      if (this.#headers.size >= MAX_SENDERS) this.#headers.clear();
      headers = { [HEADER.sourceAddress]: plainAddress(sender), [HEADER.listener]: this.#config.name };
      this.#headers.set(sender, headers);
    }
    return headers;
  }

  #enlargeBuffer(socket: Socket): void {
    try {
      socket.setRecvBufferSize(RECEIVE_BUFFER);
    } catch {
      // Some systems refuse a size that they cannot give, instead of giving less.
    }
    const size = socket.getRecvBufferSize();
    if (size < SMALL_BUFFER) {
      this.#problem = `the kernel gives this socket a receive buffer of only ${size} bytes: bursts may be lost; raise net.core.rmem_max`;
    }
  }

  #countKernelDrops(): void {
    if (this.#socket === null) return;
    const { address, port } = this.#socket.address();
    const drops = udpKernelDrops(address, port);
    if (drops === null || drops <= this.#kernelDrops) return;
    countDrop(this.metrics, 'kernel_buffer', drops - this.#kernelDrops);
    this.#kernelDrops = drops;
  }
}

/** Syslog over UDP (RFC 5426): each datagram is a message. */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import type { SyslogListenerConfig } from '../config/index.ts';
import { IngestError } from './errors.ts';
import { HEADER, type RecordHeaders } from './headers.ts';
import {
  bindHint,
  type Listener,
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

export class UdpListener implements Listener {
  readonly metrics = createMetrics();
  readonly #config: SyslogListenerConfig;
  readonly #context: ListenerContext;
  #socket: Socket | null = null;
  #state: ListenerStatus['state'] = 'starting';
  #problem: string | null = null;
  #address: string;
  #headers = new Map<string, RecordHeaders>();
  #kernelDrops = 0;

  constructor(config: SyslogListenerConfig, context: ListenerContext) {
    this.#config = config;
    this.#context = context;
    this.#address = shownAddress(config.host, config.port);
  }

  async start(): Promise<void> {
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
    socket.on('message', (bytes, sender) => this.#receive(bytes, sender));
    this.#enlargeBuffer(socket);
    const bound = socket.address();
    this.#address = shownAddress(bound.address, bound.port);
    this.#socket = socket;
    this.#state = 'listening';
  }

  async stop(): Promise<void> {
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

  status(): ListenerStatus {
    this.#countKernelDrops();
    return {
      name: this.#config.name,
      kind: 'syslog-udp',
      sensor: this.#config.sensor,
      state: this.#state,
      address: this.#address,
      connections: 0,
      problem: this.#problem,
      metrics: this.metrics,
    };
  }

  #receive(datagram: Buffer, sender: RemoteInfo): void {
    this.metrics.bytes += datagram.length;
    this.metrics.received++;
    const value = withoutTrailer(datagram);
    if (value.length === 0) {
      countDrop(this.metrics, 'empty');
      return;
    }
    const headers = this.#headersOf(sender.address);
    if (value.length > this.#config.maxMessageBytes) {
      this.#tooLong(value, headers);
    } else if (this.#context.appender.offer(this.#config.sensor, value, headers, Date.now())) {
      this.metrics.sent++;
    } else {
      countDrop(this.metrics, 'pressure');
    }
  }

  #tooLong(value: Buffer, headers: RecordHeaders): void {
    if (this.#context.appender.saturated) {
      countDrop(this.metrics, 'pressure');
      return;
    }
    this.metrics.errors++;
    this.#context.appender.putError({
      sensor: this.#config.sensor,
      value,
      reason: 'too_long',
      message: `datagram of ${value.length} bytes; listener ${this.#config.name} takes ${this.#config.maxMessageBytes}`,
      headers,
      timestamp: Date.now(),
    });
  }

  #headersOf(address: string): RecordHeaders {
    let headers = this.#headers.get(address);
    if (headers === undefined) {
      if (this.#headers.size >= MAX_SENDERS) this.#headers.clear();
      headers = { [HEADER.sourceAddress]: plainAddress(address), [HEADER.listener]: this.#config.name };
      this.#headers.set(address, headers);
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

/** Some senders end a datagram with a newline or a NUL, which belong to no message. */
function withoutTrailer(datagram: Buffer): Buffer {
  let end = datagram.length;
  while (end > 0 && (datagram[end - 1] === 10 || datagram[end - 1] === 13 || datagram[end - 1] === 0)) end--;
  return end === datagram.length ? datagram : datagram.subarray(0, end);
}

/**
 * NetFlow v5 and v9 and IPFIX over UDP. Each datagram is a record, a line of JSON: the datagram itself in base64, with the templates and sampling
 * rates beside it that it cannot be read without (see `FlowTracker`). Reading it is for the parser, in a worker.
 */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import type { NetflowListenerConfig } from '../config/index.ts';
import { FlowTracker } from '../parsers/index.ts';
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

const RECEIVE_BUFFER = 32 * 1024 * 1024;
const SMALL_BUFFER = 1024 * 1024;
const MAX_SENDERS = 10_000;
const MAX_DRAIN_MS = 200;
const EXPIRE_EVERY_MS = 1000;

export class NetflowListener implements Listener {
  readonly metrics = createMetrics();
  readonly #config: NetflowListenerConfig;
  readonly #context: ListenerContext;
  readonly #tracker: FlowTracker;
  readonly #headers = new Map<string, RecordHeaders>();
  #socket: Socket | null = null;
  #timer: NodeJS.Timeout | null = null;
  #state: ListenerStatus['state'] = 'starting';
  #problem: string | null = null;
  #address: string;
  #kernelDrops = 0;

  constructor(config: NetflowListenerConfig, context: ListenerContext) {
    this.#config = config;
    this.#context = context;
    this.#address = shownAddress(config.host, config.port);
    this.#tracker = new FlowTracker(
      (record, exporter, received) => this.#append(record, exporter, received),
      {
        waitMs: config.waitSeconds * 1000,
        maxWaiting: config.maxWaiting,
      },
    );
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
    this.#timer = setInterval(() => this.#tracker.expire(Date.now()), EXPIRE_EVERY_MS);
    this.#timer.unref();
    this.#state = 'listening';
  }

  /** What waits for a template is appended without it: nothing that was taken is lost. */
  async stop(): Promise<void> {
    const socket = this.#socket;
    if (socket === null) return;
    clearInterval(this.#timer ?? undefined);
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
    this.#tracker.flush();
  }

  status(): ListenerStatus {
    this.#countKernelDrops();
    return {
      name: this.#config.name,
      kind: 'netflow',
      sensor: this.#config.sensor,
      state: this.#state,
      address: this.#address,
      connections: this.#tracker.domains,
      problem: this.#problem ?? this.#waitingProblem(),
      metrics: this.metrics,
    };
  }

  #waitingProblem(): string | null {
    const { waiting, unresolved } = this.#tracker.counts;
    if (waiting === 0 && unresolved === 0) return null;
    return `${waiting} datagrams wait for their template, ${unresolved} were handed on without one: let the exporter send its templates more often`;
  }

  #receive(datagram: Buffer, sender: RemoteInfo): void {
    this.metrics.bytes += datagram.length;
    this.metrics.received++;
    const exporter = plainAddress(sender.address);
    try {
      this.#tracker.push(exporter, datagram, Date.now());
    } catch (error) {
      this.#refuse(datagram, exporter, error instanceof Error ? error.message : String(error));
    }
  }

  #append(record: string, exporter: string, received: number): void {
    const value = Buffer.from(record, 'latin1');
    if (this.#context.appender.offer(this.#config.sensor, value, this.#headersOf(exporter), received))
      this.metrics.sent++;
    else countDrop(this.metrics, 'pressure');
  }

  #refuse(datagram: Buffer, exporter: string, message: string): void {
    if (this.#context.appender.saturated) {
      countDrop(this.metrics, 'pressure');
      return;
    }
    this.metrics.errors++;
    this.#context.appender.putError({
      sensor: this.#config.sensor,
      value: datagram,
      reason: 'no_netflow',
      message,
      headers: this.#headersOf(exporter),
      timestamp: Date.now(),
    });
  }

  #headersOf(exporter: string): RecordHeaders {
    let headers = this.#headers.get(exporter);
    if (headers === undefined) {
      if (this.#headers.size >= MAX_SENDERS) this.#headers.clear();
      headers = { [HEADER.sourceAddress]: exporter, [HEADER.listener]: this.#config.name };
      this.#headers.set(exporter, headers);
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
    if (size < SMALL_BUFFER)
      this.#problem = `the kernel gives this socket a receive buffer of only ${size} bytes: bursts may be lost; raise net.core.rmem_max`;
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

/**
 * NetFlow v5 and v9 and IPFIX over UDP. Each datagram is a record, a line of JSON: the datagram itself in base64, with the templates and sampling
 * rates beside it that it cannot be read without (see `FlowTracker`). Reading it is for the parser, in a worker.
 */
import type { NetflowListenerConfig } from '../config/index.ts';
import { FlowTracker } from '../parsers/index.ts';
import { type Listener, type ListenerContext, type ListenerStatus, plainAddress } from './listener.ts';
import { UdpSocket } from './udp-socket.ts';

const EXPIRE_EVERY_MS = 1000;

export class NetflowListener implements Listener {
  readonly #socket: UdpSocket;
  readonly #tracker: FlowTracker;
  #timer: NodeJS.Timeout | undefined;

  constructor(config: NetflowListenerConfig, context: ListenerContext) {
    this.#socket = new UdpSocket(config, context, (datagram, sender) => this.#receive(datagram, sender));
    this.#tracker = new FlowTracker(
      (record, exporter, received) =>
        this.#socket.offer(Buffer.from(record, 'latin1'), this.#socket.headersOf(exporter), received),
      {
        waitMs: config.waitSeconds * 1000,
        maxWaiting: config.maxWaiting,
      },
    );
  }

  get metrics(): UdpSocket['metrics'] {
    return this.#socket.metrics;
  }

  async start(): Promise<void> {
    await this.#socket.open();
    this.#timer = setInterval(() => this.#tracker.expire(Date.now()), EXPIRE_EVERY_MS);
    this.#timer.unref();
  }

  /** What waits for a template is appended without it: nothing that was taken is lost. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#socket.close();
    this.#tracker.flush();
  }

  status(): ListenerStatus {
    const status = this.#socket.status('netflow', this.#tracker.domains);
    return { ...status, problem: status.problem ?? this.#waitingProblem() };
  }

  #waitingProblem(): string | null {
    const { waiting, unresolved } = this.#tracker.counts;
    if (waiting === 0 && unresolved === 0) return null;
    return `${waiting} datagrams wait for their template, ${unresolved} were handed on without one: let the exporter send its templates more often`;
  }

  #receive(datagram: Buffer, sender: string): void {
    const exporter = plainAddress(sender);
    try {
      this.#tracker.push(exporter, datagram, Date.now());
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.#socket.refuse(datagram, 'no_netflow', message, this.#socket.headersOf(exporter));
    }
  }
}

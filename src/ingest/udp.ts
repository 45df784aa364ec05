/** Syslog over UDP (RFC 5426): each datagram is a message. */
import type { SyslogListenerConfig } from '../config/index.ts';
import type { Listener, ListenerContext, ListenerStatus } from './listener.ts';
import { countDrop } from './metrics.ts';
import { UdpSocket } from './udp-socket.ts';

export class UdpListener implements Listener {
  readonly #config: SyslogListenerConfig;
  readonly #socket: UdpSocket;

  constructor(config: SyslogListenerConfig, context: ListenerContext) {
    this.#config = config;
    this.#socket = new UdpSocket(config, context, (datagram, sender) => this.#receive(datagram, sender));
  }

  get metrics(): UdpSocket['metrics'] {
    return this.#socket.metrics;
  }

  start(): Promise<void> {
    return this.#socket.open();
  }

  stop(): Promise<void> {
    return this.#socket.close();
  }

  status(): ListenerStatus {
    return this.#socket.status('syslog-udp', 0);
  }

  #receive(datagram: Buffer, sender: string): void {
    const value = withoutTrailer(datagram);
    if (value.length === 0) {
      countDrop(this.metrics, 'empty');
      return;
    }
    const headers = this.#socket.headersOf(sender);
    const { name, maxMessageBytes } = this.#config;
    if (value.length > maxMessageBytes) {
      const message = `datagram of ${value.length} bytes; listener ${name} takes ${maxMessageBytes}`;
      this.#socket.refuse(value, 'too_long', message, headers);
    } else this.#socket.offer(value, headers, Date.now());
  }
}

/** Some senders end a datagram with a newline or a NUL, which belong to no message. */
function withoutTrailer(datagram: Buffer): Buffer {
  let end = datagram.length;
  while (end > 0 && (datagram[end - 1] === 10 || datagram[end - 1] === 13 || datagram[end - 1] === 0)) end--;
  return end === datagram.length ? datagram : datagram.subarray(0, end);
}

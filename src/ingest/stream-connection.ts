/** One TCP or TLS connection of a syslog sender: its bytes become messages, and it is held back when the bus is behind. */
import type { Socket } from 'node:net';
import type { Appender } from './appender.ts';
import type { RecordHeaders } from './headers.ts';
import type { IngestMetrics } from './metrics.ts';
import { type FrameSink, SyslogFramer, type SyslogFraming } from './syslog-framer.ts';

export interface ConnectionOptions {
  readonly listener: string;
  readonly sensor: string;
  readonly framing: SyslogFraming;
  readonly maxMessageBytes: number;
  readonly headers: RecordHeaders;
}

/** Why a connection was ended from this side. */
export type CloseReason = 'idle' | 'slow_message' | 'buffer_limit' | 'stopped';

export class StreamConnection implements FrameSink {
  readonly #socket: Socket;
  readonly #options: ConnectionOptions;
  readonly #appender: Appender;
  readonly #metrics: IngestMetrics;
  readonly #framer: SyslogFramer;
  /** Time of the chunk being read, epoch milliseconds. */
  #now = 0;
  #accepting = true;
  #paused = false;
  #ended = false;
  #orderly = false;
  #chunks = 0;
  #chunksAtSweep = 0;
  #lastActive = performance.now();
  /** When the message that is not complete began; null between messages. */
  #messageSince: number | null = null;
  #messagesBefore = 0;
  #count = 0;

  constructor(
    socket: Socket,
    options: ConnectionOptions,
    appender: Appender,
    metrics: IngestMetrics,
    onClosed: (connection: StreamConnection) => void,
  ) {
    this.#socket = socket;
    this.#options = options;
    this.#appender = appender;
    this.#metrics = metrics;
    this.#framer = new SyslogFramer(options, this);
    socket.on('data', (chunk: Buffer) => this.#read(chunk));
    socket.on('end', () => {
      this.#orderly = true;
      this.#finish();
    });
    // A sender that vanishes is no error of ours; what it left unfinished is kept by `#finish`.
    socket.on('error', () => {});
    socket.on('close', () => {
      this.#finish();
      onClosed(this);
    });
  }

  get bufferedBytes(): number {
    return this.#framer.bufferedBytes;
  }

  /** Asks the sender to end and reads what it still sends. */
  end(): void {
    this.#socket.end();
  }

  /** Ends the connection at once; what it holds of a message goes to the errors topic. */
  close(_reason: CloseReason): void {
    this.#finish();
    this.#socket.destroy();
  }

  /** To be called about once a second. Returns why this connection should be closed, or null. */
  sweep(now: number, idleMs: number, messageMs: number): CloseReason | null {
    if (this.#paused) {
      this.#lastActive = now;
      if (this.#messageSince !== null) this.#messageSince = now;
      return null;
    }
    if (this.#chunks === this.#chunksAtSweep) this.#framer.settle();
    else this.#lastActive = now;
    this.#chunksAtSweep = this.#chunks;
    if (now - this.#lastActive > idleMs) return 'idle';
    if (this.#messageSince !== null && now - this.#messageSince > messageMs) return 'slow_message';
    return null;
  }

  message(bytes: Buffer): void {
    this.#count++;
    this.#accepting = this.#appender.put(this.#options.sensor, bytes, this.#options.headers, this.#now);
  }

  oversize(prefix: Buffer, totalBytes: number): void {
    const kept = prefix.length < totalBytes ? `, of which the first ${prefix.length} are kept` : '';
    const limit = this.#options.maxMessageBytes;
    this.#fail(
      prefix,
      'too_long',
      `message of ${totalBytes} bytes${kept}; listener ${this.#options.listener} takes ${limit}`,
      totalBytes,
    );
  }

  broken(bytes: Buffer, reason: 'framing' | 'incomplete'): void {
    const message =
      reason === 'framing'
        ? 'bytes between messages of a stream of counted messages (RFC 6587): the sender counts wrongly'
        : 'the connection ended inside this message';
    this.#fail(bytes, reason, message);
  }

  #fail(value: Buffer, reason: string, message: string, totalBytes?: number): void {
    this.#count++;
    this.#metrics.errors++;
    const { sensor, headers } = this.#options;
    const failure = { sensor, value, reason, message, headers, timestamp: this.#now };
    this.#accepting = this.#appender.putError(
      totalBytes === undefined ? failure : { ...failure, totalBytes },
    );
  }

  #read(chunk: Buffer): void {
    if (this.#ended) return;
    this.#chunks++;
    this.#metrics.bytes += chunk.length;
    this.#now = Date.now();
    this.#framer.write(chunk);
    this.#account();
    if (this.#framer.bufferedBytes === 0) this.#messageSince = null;
    else if (this.#messageSince === null || this.#count !== this.#messagesBefore)
      this.#messageSince = performance.now();
    this.#messagesBefore = this.#count;
    if (!this.#accepting) this.#holdBack();
  }

  #account(): void {
    const count = this.#count - this.#messagesBefore;
    this.#metrics.received += count;
    this.#metrics.sent += count;
  }

  #holdBack(): void {
    this.#accepting = true;
    if (this.#paused) return;
    this.#paused = true;
    this.#socket.pause();
    this.#appender.onDrain(() => {
      this.#paused = false;
      this.#socket.resume();
    });
  }

  #finish(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#now = Date.now();
    this.#framer.end(this.#orderly);
    this.#account();
    this.#messagesBefore = this.#count;
  }
}

/** Syslog over TCP (RFC 6587) and TLS (RFC 5425). */
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, TLSSocket, type Server as TlsServer } from 'node:tls';
import type { SyslogListenerConfig } from '../config/index.ts';
import { IngestError } from './errors.ts';
import { HEADER } from './headers.ts';
import {
  bindHint,
  type Listener,
  type ListenerContext,
  type ListenerStatus,
  plainAddress,
  shownAddress,
} from './listener.ts';
import { countDrop, createMetrics } from './metrics.ts';
import { CertificateFiles } from './stream-certificates.ts';
import { StreamConnection } from './stream-connection.ts';

export interface StreamLimits {
  readonly maxConnections: number;
  /** A connection that sends nothing for so long is closed. */
  readonly idleMs: number;
  /** A message must be complete within this time from its first byte. */
  readonly messageMs: number;
  /** Bytes of incomplete messages held for all connections together. */
  readonly maxBufferedBytes: number;
  /** A TLS handshake must be complete within this time. */
  readonly handshakeMs: number;
  /** How often the files of certificates are looked at: they are read again once they have stayed the same from one look to the next. */
  readonly certificateMs: number;
  /** How long senders may go on after they were asked to end. */
  readonly stopMs: number;
}

const DEFAULT_LIMITS: StreamLimits = {
  maxConnections: 4096,
  idleMs: 60 * 60_000,
  messageMs: 60_000,
  maxBufferedBytes: 256 * 1024 * 1024,
  handshakeMs: 10_000,
  certificateMs: 2000,
  stopMs: 500,
};
const SWEEP_MS = 1000;

export class StreamListener implements Listener {
  readonly metrics = createMetrics();
  readonly #config: SyslogListenerConfig;
  readonly #context: ListenerContext;
  readonly #limits: StreamLimits;
  readonly #connections = new Set<StreamConnection>();
  #server: Server | null = null;
  #sweeper: NodeJS.Timeout | null = null;
  #refresher: NodeJS.Timeout | null = null;
  #state: ListenerStatus['state'] = 'starting';
  #problem: string | null = null;
  #address: string;
  #onEmpty: (() => void) | null = null;

  constructor(config: SyslogListenerConfig, context: ListenerContext, limits: Partial<StreamLimits> = {}) {
    this.#config = config;
    this.#context = context;
    this.#limits = { ...DEFAULT_LIMITS, ...limits };
    this.#address = shownAddress(config.host, config.port);
  }

  async start(): Promise<void> {
    const { host, port, name, transport } = this.#config;
    try {
      const server = await this.#createServer();
      await new Promise<void>((done, reject) => {
        server.once('error', reject);
        server.listen({ host, port, backlog: 511 }, () => {
          server.off('error', reject);
          done();
        });
      });
      server.on('error', (error) => this.#context.report(name, error));
      this.#server = server;
    } catch (cause) {
      clearInterval(this.#refresher ?? undefined);
      this.#state = 'failed';
      this.#problem = (cause as Error).message;
      if (cause instanceof IngestError) throw cause;
      const doing = `listener ${name} cannot open ${transport.toUpperCase()} ${this.#address}`;
      throw new IngestError('SKP_INGEST_BIND', `${doing}: ${this.#problem}`, {
        hint: bindHint(cause as Error),
        cause,
      });
    }
    const bound = this.#server.address() as AddressInfo;
    this.#address = shownAddress(bound.address, bound.port);
    this.#sweeper = setInterval(() => this.#sweep(), SWEEP_MS);
    this.#sweeper.unref();
    this.#state = 'listening';
  }

  async stop(): Promise<void> {
    const server = this.#server;
    if (server === null) return;
    this.#server = null;
    clearInterval(this.#sweeper ?? undefined);
    clearInterval(this.#refresher ?? undefined);
    const closed = new Promise<void>((done) => server.close(() => done()));
    for (const connection of this.#connections) connection.end();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((done) => {
      timer = setTimeout(done, this.#limits.stopMs);
    });
    const empty = new Promise<void>((done) => {
      this.#onEmpty = done;
      if (this.#connections.size === 0) done();
    });
    await Promise.race([empty, late]);
    clearTimeout(timer);
    for (const connection of this.#connections) connection.close('stopped');
    await closed;
    this.#state = 'stopped';
  }

  status(): ListenerStatus {
    return {
      name: this.#config.name,
      kind: this.#config.transport === 'tls' ? 'syslog-tls' : 'syslog-tcp',
      sensor: this.#config.sensor,
      state: this.#state,
      address: this.#address,
      connections: this.#connections.size,
      problem: this.#problem,
      metrics: this.metrics,
    };
  }

  async #createServer(): Promise<Server> {
    const options = { keepAlive: true, keepAliveInitialDelay: 60_000 };
    if (this.#config.transport !== 'tls') return createTcpServer(options, (socket) => this.#connect(socket));
    const { requestClientCertificate: requestCert } = this.#config;
    const files = new CertificateFiles(this.#config, this.#context.configFolder);
    const { handshakeMs: handshakeTimeout, certificateMs } = this.#limits;
    const server = createTlsServer(
      { ...options, ...(await files.read()), handshakeTimeout, requestCert, rejectUnauthorized: requestCert },
      (socket) => this.#connect(socket),
    );
    let refreshing = false;
    this.#refresher = setInterval(async () => {
      if (refreshing) return;
      refreshing = true;
      await this.#refreshCertificates(server, files);
      refreshing = false;
    }, certificateMs);
    this.#refresher.unref();
    // Handshakes that go on are no connections yet, but hold sockets.
    server.maxConnections = 2 * this.#limits.maxConnections;
    server.on('drop', () => countDrop(this.metrics, 'connection_limit'));
    server.on('tlsClientError', (error, socket) => {
      countDrop(this.metrics, 'tls_handshake');
      const from = plainAddress(socket.remoteAddress ?? 'an unknown address');
      // After its timeout Node leaves the socket open.
      socket.destroy();
      this.#context.report(
        this.#config.name,
        new IngestError('SKP_INGEST_TLS', `TLS handshake with ${from} failed: ${error.message}`, {
          hint: 'check that the sender trusts this certificate, speaks TLS 1.2 or later and, if asked for, has a certificate',
          cause: error,
        }),
      );
    });
    return server;
  }

  /** A certificate that cannot be used changes nothing but what the status says. */
  async #refreshCertificates(server: TlsServer, files: CertificateFiles): Promise<void> {
    try {
      if (await files.refresh(server)) this.#problem = null;
    } catch (error) {
      const problem = error instanceof Error ? error : new Error(String(error));
      this.#problem = `${problem.message}; the last good certificate stays in use`;
      this.#context.report(this.#config.name, problem);
    }
  }

  #connect(socket: Socket): void {
    if (this.#connections.size >= this.#limits.maxConnections || this.#server === null) {
      countDrop(this.metrics, 'connection_limit');
      socket.destroy();
      return;
    }
    const { name, sensor, framing, maxMessageBytes } = this.#config;
    const headers: Record<string, string> = {
      [HEADER.sourceAddress]: plainAddress(socket.remoteAddress ?? ''),
      [HEADER.listener]: name,
    };
    const subject = socket instanceof TLSSocket ? commonName(socket) : null;
    if (subject !== null) headers[HEADER.tlsSubject] = subject;
    const connection = new StreamConnection(
      socket,
      { listener: name, sensor, framing, maxMessageBytes, headers },
      this.#context.appender,
      this.metrics,
      (closed) => this.#disconnect(closed),
    );
    this.#connections.add(connection);
  }

  #disconnect(connection: StreamConnection): void {
    this.#connections.delete(connection);
    if (this.#connections.size === 0) this.#onEmpty?.();
  }

  #sweep(): void {
    const now = performance.now();
    let buffered = 0;
    for (const connection of this.#connections) {
      const reason = connection.sweep(now, this.#limits.idleMs, this.#limits.messageMs);
      if (reason !== null) {
        countDrop(this.metrics, `connection_${reason}`);
        connection.close(reason);
      } else buffered += connection.bufferedBytes;
    }
    if (buffered <= this.#limits.maxBufferedBytes) return;
    const largestFirst = [...this.#connections].sort((a, b) => b.bufferedBytes - a.bufferedBytes);
    for (const connection of largestFirst) {
      if (buffered <= this.#limits.maxBufferedBytes) break;
      buffered -= connection.bufferedBytes;
      countDrop(this.metrics, 'connection_buffer_limit');
      connection.close('buffer_limit');
    }
  }
}

function commonName(socket: TLSSocket): string | null {
  const subject = socket.getPeerCertificate().subject;
  const name = subject?.CN;
  return typeof name === 'string' ? name : null;
}

/**
 * A session with one ZooKeeper server over one connection, for reading: one request at a time. Framing, handshake, the numbers of
 * operations and errors as in zookeeper.jute, ZooDefs.OpCode and KeeperException.Code of Apache ZooKeeper 3.9 (the same since 3.4).
 */
import { connect, type Socket } from 'node:net';
import { serverName, type ZookeeperServer } from './address.ts';
import { ZookeeperError } from './errors.ts';
import { JuteReader, JuteWriter } from './jute.ts';

export interface SessionOptions {
  /** `user:password` for the scheme `digest`. */
  readonly digest?: string | undefined;
  /** For reaching the server, for the handshake, and for each answer. */
  readonly timeoutMs: number;
  /** The longest answer that is read. ZooKeeper's own limit for a node is 1 MiB (`jute.maxbuffer`). */
  readonly maxAnswerBytes: number;
  /** The last transaction seen: a server that is behind it refuses the session. */
  readonly seen: bigint;
}

export interface Answer {
  /** 0, or a code of `KeeperException`. */
  readonly error: number;
  readonly body: JuteReader;
}

const operation = { getData: 4, ping: 11, getChildren2: 12, auth: 100, close: -11 } as const;
/** Numbers that answers to no request of ours, or to special ones, carry. */
const xids = { watch: -1, ping: -2, auth: -4 } as const;
const wantedSessionMs = 30_000;

interface Waiting {
  readonly xid: number;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

export class ZookeeperSession {
  readonly #socket: Socket;
  readonly #name: string;
  readonly #options: SessionOptions;
  readonly #chunks: Buffer[] = [];
  #length = 0;
  #waiting: Waiting | null = null;
  #handshake: ((frame: JuteReader) => void) | null = null;
  #broken: ZookeeperError | null = null;
  #xid = 0;
  #pings: NodeJS.Timeout | undefined;
  seen: bigint;

  private constructor(socket: Socket, name: string, options: SessionOptions) {
    this.#socket = socket;
    this.#name = name;
    this.#options = options;
    this.seen = options.seen;
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    socket.on('error', (cause: NodeJS.ErrnoException) =>
      this.#fail(this.#lost(cause.message || (cause.code ?? 'the connection failed'), cause)),
    );
    socket.on('close', () => this.#fail(this.#lost('it closed the connection')));
  }

  /** Connects, opens a session and says who is asking. Throws `ZookeeperError`. */
  static async open(server: ZookeeperServer, options: SessionOptions): Promise<ZookeeperSession> {
    const name = serverName(server);
    const session = new ZookeeperSession(connect(server), name, options);
    try {
      await session.#shakeHands();
      if (options.digest !== undefined) await session.#authenticate(options.digest);
      return session;
    } catch (error) {
      session.#end();
      throw error;
    }
  }

  getData(path: string): Promise<Answer> {
    return this.#request(operation.getData, path);
  }

  getChildren(path: string): Promise<Answer> {
    return this.#request(operation.getChildren2, path);
  }

  get isBroken(): boolean {
    return this.#broken !== null;
  }

  /** Ends the session at the server, so that it need not wait for it to expire. Never throws. */
  async close(): Promise<void> {
    if (this.#broken === null) {
      const xid = ++this.#xid;
      await this.#answerTo(xid, new JuteWriter().int(xid).int(operation.close).frame()).catch(
        () => undefined,
      );
    }
    this.#end();
  }

  #request(type: number, path: string): Promise<Answer> {
    const xid = ++this.#xid;
    return this.#answerTo(xid, new JuteWriter().int(xid).int(type).text(path).boolean(false).frame());
  }

  async #authenticate(digest: string): Promise<void> {
    const packet = new JuteWriter()
      .int(xids.auth)
      .int(operation.auth)
      .int(0)
      .text('digest')
      .buffer(Buffer.from(digest, 'utf8'));
    const { error } = await this.#answerTo(xids.auth, packet.frame());
    if (error !== 0)
      throw new ZookeeperError('SKP_ZOOKEEPER_DENIED', `${this.#name} does not accept these credentials`, {
        hint: 'Write them as digest:USER:PASSWORD.',
      });
  }

  async #shakeHands(): Promise<void> {
    const request = new JuteWriter()
      .int(0)
      .long(this.seen)
      .int(wantedSessionMs)
      .long(0n)
      .buffer(Buffer.alloc(16))
      // A server that lost its ensemble may only show what was: better none.
      .boolean(false);
    const answer = await this.#within<JuteReader>('open a session', (resolve, reject) => {
      this.#waiting = { xid: 0, resolve: () => undefined, reject };
      this.#handshake = resolve;
      this.#socket.write(request.frame());
    });
    answer.int();
    const timeoutMs = answer.int();
    if (timeoutMs <= 0)
      throw new ZookeeperError('SKP_ZOOKEEPER_REFUSED', `${this.#name} refuses the session`);
    const every = Math.max(1_000, Math.floor(timeoutMs / 3));
    this.#pings = setInterval(() => {
      this.#socket.write(new JuteWriter().int(xids.ping).int(operation.ping).frame());
    }, every).unref();
  }

  #answerTo(xid: number, frame: Buffer): Promise<Answer> {
    return this.#within<Answer>('answer', (resolve, reject) => {
      this.#waiting = { xid, resolve, reject };
      this.#socket.write(frame);
    });
  }

  async #within<T>(
    what: string,
    begin: (resolve: (value: T) => void, reject: (error: Error) => void) => void,
  ): Promise<T> {
    if (this.#broken !== null) throw this.#broken;
    const { timeoutMs } = this.#options;
    const timer = setTimeout(() => {
      this.#fail(
        new ZookeeperError(
          'SKP_ZOOKEEPER_TIME',
          `${this.#name} did not ${what} within ${timeoutMs / 1000} s`,
          {
            hint: 'Is this the client port of a ZooKeeper server, one without TLS? --timeout gives it longer.',
          },
        ),
      );
    }, timeoutMs);
    try {
      return await new Promise<T>(begin);
    } finally {
      clearTimeout(timer);
      this.#waiting = null;
      this.#handshake = null;
    }
  }

  #take(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    try {
      while (this.#broken === null && this.#length >= 4) {
        // Few bytes may come at a time: joined only when the frame is whole.
        const head = this.#head();
        if (head < 0 || head > this.#options.maxAnswerBytes)
          throw new ZookeeperError(
            'SKP_ZOOKEEPER_PROTOCOL',
            `${this.#name} announces an answer of ${head} bytes; at most ${this.#options.maxAnswerBytes} are read`,
            { hint: 'Is this the client port of a ZooKeeper server (2181 by default), one without TLS?' },
          );
        if (this.#length < 4 + head) return;
        const all = this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks);
        this.#chunks.length = 0;
        if (all.length > 4 + head) this.#chunks.push(all.subarray(4 + head));
        this.#length = all.length - 4 - head;
        this.#frame(new JuteReader(all.subarray(4, 4 + head)));
      }
    } catch (error) {
      if (!(error instanceof ZookeeperError)) throw error;
      this.#fail(error);
    }
  }

  #head(): number {
    if (this.#chunks[0]!.length < 4) this.#chunks.splice(0, this.#chunks.length, Buffer.concat(this.#chunks));
    return this.#chunks[0]!.readInt32BE();
  }

  #frame(frame: JuteReader): void {
    if (this.#handshake !== null) {
      const done = this.#handshake;
      this.#handshake = null;
      done(frame);
      return;
    }
    const xid = frame.int();
    const zxid = frame.long();
    const error = frame.int();
    if (xid === xids.ping || xid === xids.watch) return;
    const waiting = this.#waiting;
    if (waiting === null || waiting.xid !== xid)
      throw new ZookeeperError('SKP_ZOOKEEPER_PROTOCOL', `${this.#name} answers what was not asked (${xid})`);
    if (zxid > this.seen) this.seen = zxid;
    this.#waiting = null;
    waiting.resolve({ error, body: frame });
  }

  #lost(why: string, cause?: unknown): ZookeeperError {
    return new ZookeeperError('SKP_ZOOKEEPER_UNREACHABLE', `Cannot read from ${this.#name}: ${why}`, {
      cause,
    });
  }

  #fail(error: ZookeeperError): void {
    this.#broken ??= error;
    const waiting = this.#waiting;
    this.#waiting = null;
    this.#handshake = null;
    this.#end();
    waiting?.reject(this.#broken);
  }

  #end(): void {
    clearInterval(this.#pings);
    this.#chunks.length = 0;
    this.#length = 0;
    this.#broken ??= this.#lost('the session is closed');
    this.#socket.destroy();
  }
}

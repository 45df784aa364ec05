/** Reading nodes of a ZooKeeper ensemble, from the first server that answers. */
import { parseZookeeperAddress, serverName, type ZookeeperAddress } from './address.ts';
import { ZookeeperError } from './errors.ts';
import { type Answer, ZookeeperSession } from './session.ts';

export interface ZookeeperOptions {
  /** `user:password` for the scheme `digest`. It is sent as it is: the connection is not encrypted. */
  readonly digest?: string;
  /** For reaching a server and for each of its answers; 10 s when absent. */
  readonly timeoutMs?: number;
  /** The longest answer that is read; 8 MiB when absent. */
  readonly maxAnswerBytes?: number;
  /** The most children of a node that are read; 10,000 when absent. */
  readonly maxChildren?: number;
}

export interface ZookeeperReader {
  /** Who answers: `zk1:2181`. */
  readonly server: string;
  /** Bytes of a node, empty where it has none; null where there is no such node. Throws `ZookeeperError`. */
  data(path: string): Promise<Buffer | null>;
  /** Names of a node's children, sorted; null where there is no such node. Throws `ZookeeperError`. */
  children(path: string): Promise<string[] | null>;
  close(): Promise<void>;
}

/** Codes of `KeeperException`. */
const keeper = { ok: 0, noNode: -101, noAuth: -102, sessionExpired: -112, authFailed: -115 } as const;

/**
 * Opens a session for reading. Servers are tried in the order of the address; when the one that answers breaks off, the next one is
 * asked the same again, and must have seen all that the first one had.
 *
 * @param address `zk1:2181,zk2:2181/chroot`
 * @throws ZookeeperError when none can be reached, with what each one said
 */
export async function openZookeeper(
  address: string,
  options: ZookeeperOptions = {},
): Promise<ZookeeperReader> {
  const reader = new Reader(parseZookeeperAddress(address), options);
  await reader.connect();
  return reader;
}

const lostCodes: readonly string[] = ['SKP_ZOOKEEPER_UNREACHABLE', 'SKP_ZOOKEEPER_TIME'];

class Reader implements ZookeeperReader {
  readonly #address: ZookeeperAddress;
  readonly #options: ZookeeperOptions;
  #session: ZookeeperSession | null = null;
  /** The server that is tried next. */
  #next = 0;
  #server = 0;
  #seen = 0n;
  #closed = false;

  constructor(address: ZookeeperAddress, options: ZookeeperOptions) {
    this.#address = address;
    this.#options = options;
  }

  get server(): string {
    return serverName(this.#address.servers[this.#server]!);
  }

  async connect(): Promise<ZookeeperSession> {
    if (this.#closed) throw new ZookeeperError('SKP_ZOOKEEPER_REFUSED', 'This reader of ZooKeeper is closed');
    if (this.#session !== null && !this.#session.isBroken) return this.#session;
    const { servers } = this.#address;
    const failed: Error[] = [];
    for (let i = 0; i < servers.length; i++) {
      this.#server = this.#next % servers.length;
      this.#next++;
      try {
        this.#session = await ZookeeperSession.open(servers[this.#server]!, {
          digest: this.#options.digest,
          timeoutMs: this.#options.timeoutMs ?? 10_000,
          maxAnswerBytes: this.#options.maxAnswerBytes ?? 8 << 20,
          seen: this.#seen,
        });
        return this.#session;
      } catch (error) {
        if (!(error instanceof ZookeeperError) || error.code === 'SKP_ZOOKEEPER_DENIED') throw error;
        failed.push(error);
      }
    }
    const [first] = failed;
    if (failed.length === 1 && first !== undefined) throw first;
    throw new ZookeeperError(
      'SKP_ZOOKEEPER_UNREACHABLE',
      `None of ${servers.length} servers can be read from:\n${failed.map(({ message }) => `  ${message}`).join('\n')}`,
      { cause: first },
    );
  }

  async data(path: string): Promise<Buffer | null> {
    const answer = await this.#ask(path, (session, full) => session.getData(full));
    return answer === null ? null : (answer.body.buffer() ?? Buffer.alloc(0));
  }

  async children(path: string): Promise<string[] | null> {
    const answer = await this.#ask(path, (session, full) => session.getChildren(full));
    return answer === null ? null : answer.body.texts(this.#options.maxChildren ?? 10_000).sort();
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#session?.close();
  }

  async #ask(
    path: string,
    ask: (session: ZookeeperSession, full: string) => Promise<Answer>,
  ): Promise<Answer | null> {
    const full = `${this.#address.chroot}${path}`;
    for (let attempt = 0; ; attempt++) {
      const session = await this.connect();
      try {
        const answer = await ask(session, full);
        this.#seen = session.seen;
        return this.#judge(full, answer);
      } catch (error) {
        const lost = error instanceof ZookeeperError && lostCodes.includes(error.code);
        // Each server once more; reading twice does no harm.
        if (!lost || attempt >= this.#address.servers.length) throw error;
        this.#session = null;
        await session.close();
      }
    }
  }

  #judge(path: string, answer: Answer): Answer | null {
    switch (answer.error) {
      case keeper.ok:
        return answer;
      case keeper.noNode:
        return null;
      case keeper.noAuth:
      case keeper.authFailed:
        throw new ZookeeperError('SKP_ZOOKEEPER_DENIED', `${this.server} does not let us read ${path}`, {
          hint: 'Its access list asks for credentials: --auth digest:USER:PASSWORD.',
        });
      case keeper.sessionExpired:
        throw new ZookeeperError('SKP_ZOOKEEPER_UNREACHABLE', `${this.server} ended the session`);
      default:
        throw new ZookeeperError(
          'SKP_ZOOKEEPER_REFUSED',
          `${this.server} refuses to read ${path}: error ${answer.error}`,
          { hint: 'The numbers are those of KeeperException.Code in ZooKeeper.' },
        );
    }
  }
}

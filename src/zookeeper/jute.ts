/**
 * Jute, the encoding of ZooKeeper's records: numbers big-endian, `buffer` and `ustring` after their length in four bytes (−1: null),
 * `vector` after its count. Source: zookeeper-jute/src/main/resources/zookeeper.jute and BinaryInputArchive in Apache ZooKeeper 3.9.
 */
import { ZookeeperError } from './errors.ts';

export class JuteWriter {
  readonly #parts: Buffer[] = [];

  int(value: number): this {
    const bytes = Buffer.alloc(4);
    bytes.writeInt32BE(value);
    this.#parts.push(bytes);
    return this;
  }

  long(value: bigint): this {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64BE(value);
    this.#parts.push(bytes);
    return this;
  }

  boolean(value: boolean): this {
    this.#parts.push(Buffer.from([value ? 1 : 0]));
    return this;
  }

  buffer(value: Uint8Array): this {
    this.int(value.byteLength);
    this.#parts.push(Buffer.from(value));
    return this;
  }

  text(value: string): this {
    return this.buffer(Buffer.from(value, 'utf8'));
  }

  /** The record after its length, as it is sent. */
  frame(): Buffer {
    const body = Buffer.concat(this.#parts);
    const length = Buffer.alloc(4);
    length.writeInt32BE(body.length);
    return Buffer.concat([length, body]);
  }
}

/** Reads one record. Throws `ZookeeperError` (`SKP_ZOOKEEPER_PROTOCOL`) where the record ends too early or says what cannot be. */
export class JuteReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  int(): number {
    return this.#take(4).readInt32BE();
  }

  long(): bigint {
    return this.#take(8).readBigInt64BE();
  }

  /** Null and empty are told apart. */
  buffer(): Buffer | null {
    const length = this.int();
    return length === -1 ? null : this.#take(length);
  }

  /** Throws for bytes that are no UTF-8: names of nodes become names of files. */
  text(): string {
    const bytes = this.buffer();
    if (bytes === null) throw broken('a name that is null');
    try {
      return utf8.decode(bytes);
    } catch (cause) {
      throw broken('a name that is not UTF-8', cause);
    }
  }

  /** @param most more than this many are refused before the first is read */
  texts(most: number): string[] {
    const count = this.int();
    if (count < -1 || count > most)
      throw broken(`a list of ${count} names, where at most ${most} are expected`);
    const names: string[] = [];
    for (let i = 0; i < count; i++) names.push(this.text());
    return names;
  }

  #take(length: number): Buffer {
    if (length < 0 || length > this.#bytes.length - this.#at)
      throw broken(`${length} bytes announced where ${this.#bytes.length - this.#at} are left`);
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function broken(what: string, cause?: unknown): ZookeeperError {
  return new ZookeeperError('SKP_ZOOKEEPER_PROTOCOL', `The server's answer is broken: ${what}`, {
    cause,
    hint: 'Is this the client port of a ZooKeeper server (2181 by default)?',
  });
}

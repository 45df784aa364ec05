import { argumentError } from './errors.ts';

/**
 * Patterns over bytes in the syntax of byteseek's fixed-length sequences: hexadecimal bytes, `.` for any, 'text', `text of any
 * case`, sets `[00-1f 'a' &80]`, `^` for all others, `&` for bytes that have all bits of a mask and `~` for those that have one of
 * them, groups and `{n}` repeats. Each place of a pattern accepts a set of bytes, so that a search needs no backtracking.
 */
export interface BytePattern {
  readonly length: number;
  /** Whether the bytes hold the pattern anywhere. Time: bytes × length / 32. */
  isIn(bytes: Uint8Array): boolean;
}

/** The most bytes that one pattern may describe. */
const longestPattern = 4096;

/** One bit for each of the 256 bytes. */
type ByteSet = Uint32Array;

export function compileBytePattern(text: string): BytePattern {
  const places = new Reader(text).read();
  const { length } = places;
  const words = Math.ceil(length / 32) || 1;
  // For each byte, the places that accept it (Baeza-Yates and Gonnet, "A new approach to text searching", 1992).
  const accepts = new Uint32Array(256 * words);
  for (const [at, set] of places.entries()) {
    for (let byte = 0; byte < 256; byte += 1)
      if (((set[byte >>> 5]! >>> (byte & 31)) & 1) === 1)
        accepts[byte * words + (at >>> 5)]! |= 1 << (at & 31);
  }
  const lastWord = words - 1;
  const lastBit = 1 << ((length - 1) & 31);
  return {
    length,
    isIn(bytes) {
      if (length === 0) return true;
      const state = new Uint32Array(words);
      for (let i = 0; i < bytes.length; i += 1) {
        const base = bytes[i]! * words;
        let carry = 1;
        for (let word = 0; word < words; word += 1) {
          const before = state[word]!;
          state[word] = ((before << 1) | carry) & accepts[base + word]!;
          carry = before >>> 31;
        }
        if ((state[lastWord]! & lastBit) !== 0) return true;
      }
      return false;
    },
  };
}

const namedBytes: Readonly<Record<string, number>> = { t: 9, n: 10, v: 11, f: 12, r: 13, e: 27 };

function emptySet(): ByteSet {
  return new Uint32Array(8);
}

function setOf(accepts: (byte: number) => boolean): ByteSet {
  const set = emptySet();
  for (let byte = 0; byte < 256; byte += 1) if (accepts(byte)) set[byte >>> 5]! |= 1 << (byte & 31);
  return set;
}

function inverted(set: ByteSet): ByteSet {
  return set.map((word) => ~word);
}

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    if (text.length > 64 * 1024) throw argumentError('a byte pattern may have 65,536 characters, no more');
    this.#text = text;
  }

  read(): ByteSet[] {
    const places = this.#sequence(0);
    if (this.#at < this.#text.length) throw this.#error('a parenthesis closes that was not opened');
    return places;
  }

  #error(what: string): Error {
    return argumentError(
      `the byte pattern ${JSON.stringify(this.#text.slice(0, 80))} is wrong at ${this.#at}: ${what}`,
      "bytes are written in hexadecimal, text as 'text' or `text` (any case)",
    );
  }

  #skip(): void {
    while (this.#at < this.#text.length) {
      const character = this.#text[this.#at]!;
      if (character === '#') {
        const end = this.#text.indexOf('\n', this.#at);
        this.#at = end < 0 ? this.#text.length : end;
      } else if (/\s/.test(character)) this.#at += 1;
      else return;
    }
  }

  #sequence(depth: number): ByteSet[] {
    if (depth > 50) throw this.#error('it nests too deeply');
    const places: ByteSet[] = [];
    for (this.#skip(); this.#at < this.#text.length && this.#text[this.#at] !== ')'; this.#skip()) {
      const unit = this.#unit(depth);
      const times = this.#repeat();
      if (places.length + unit.length * times > longestPattern)
        throw this.#error(`it describes more than ${longestPattern} bytes`);
      for (let i = 0; i < times; i += 1) places.push(...unit);
    }
    return places;
  }

  #repeat(): number {
    this.#skip();
    const character = this.#text[this.#at];
    if (character === '*' || character === '+' || character === '?' || character === '|')
      throw this.#error(`'${character}' does not say how many bytes there are`);
    if (character !== '{') return 1;
    const match = /^\{\s*(\d{1,6})\s*(?:-\s*(\d{1,6})\s*)?\}/.exec(this.#text.slice(this.#at, this.#at + 40));
    if (match === null || (match[2] !== undefined && match[2] !== match[1]))
      throw this.#error('a repeat is written {n}');
    this.#at += match[0].length;
    return Number(match[1]);
  }

  #unit(depth: number): ByteSet[] {
    if (this.#text[this.#at] !== '(') return this.#places();
    this.#at += 1;
    const places = this.#sequence(depth + 1);
    if (this.#text[this.#at] !== ')') throw this.#error('a parenthesis is not closed');
    this.#at += 1;
    return places;
  }

  /** One place, or the places of a text. */
  #places(): ByteSet[] {
    const character = this.#text[this.#at]!;
    if (character === "'" || character === '`') {
      const end = this.#text.indexOf(character, this.#at + 1);
      if (end < 0) throw this.#error('a text is not closed');
      const text = this.#text.slice(this.#at + 1, end);
      this.#at = end + 1;
      return Array.from(text, (one) => textSet(one, character === '`') ?? this.#notAscii());
    }
    return [this.#place(0)];
  }

  #notAscii(): never {
    throw this.#error('a text may hold bytes only (characters up to U+00FF)');
  }

  #place(depth: number): ByteSet {
    if (depth > 50) throw this.#error('it nests too deeply');
    const character = this.#text[this.#at];
    this.#at += 1;
    switch (character) {
      case '.':
        return setOf(() => true);
      case '^':
        this.#skip();
        return inverted(this.#place(depth + 1));
      case '&': {
        const mask = this.#byte();
        return setOf((byte) => (byte & mask) === mask);
      }
      case '~': {
        const mask = this.#byte();
        return setOf((byte) => (byte & mask) !== 0);
      }
      case '[':
        return this.#set(depth);
      case "'":
      case '`': {
        this.#at -= 1;
        const places = this.#places();
        if (places.length !== 1) throw this.#error('one character was expected');
        return places[0]!;
      }
      default: {
        this.#at -= 1;
        const first = this.#byte();
        const last = this.#rangeEnd();
        return last === undefined ? setOf((byte) => byte === first) : rangeSet(first, last);
      }
    }
  }

  #set(depth: number): ByteSet {
    this.#skip();
    const invert = this.#text[this.#at] === '^';
    if (invert) this.#at += 1;
    const set = emptySet();
    for (this.#skip(); this.#text[this.#at] !== ']'; this.#skip()) {
      if (this.#at >= this.#text.length) throw this.#error('a set is not closed');
      for (const member of this.#members(depth)) for (let i = 0; i < 8; i += 1) set[i]! |= member[i]!;
    }
    this.#at += 1;
    return invert ? inverted(set) : set;
  }

  /** Of a text in a set each character is a member; a single one may begin a range. */
  #members(depth: number): ByteSet[] {
    const quoted = /^'([^'])'/.exec(this.#text.slice(this.#at, this.#at + 4));
    if (quoted !== null) {
      const first = quoted[1]!.charCodeAt(0);
      if (first > 255) this.#notAscii();
      this.#at += quoted[0].length;
      const last = this.#rangeEnd();
      return [last === undefined ? setOf((byte) => byte === first) : rangeSet(first, last)];
    }
    const character = this.#text[this.#at];
    return character === "'" || character === '`' ? this.#places() : [this.#place(depth + 1)];
  }

  #rangeEnd(): number | undefined {
    const match = /^\s*-\s*/.exec(this.#text.slice(this.#at, this.#at + 20));
    if (match === null) return undefined;
    this.#at += match[0].length;
    const quoted = /^'([^'])'/.exec(this.#text.slice(this.#at, this.#at + 4));
    if (quoted === null) return this.#byte();
    this.#at += quoted[0].length;
    return quoted[1]!.charCodeAt(0) & 0xff;
  }

  #byte(): number {
    const two = this.#text.slice(this.#at, this.#at + 2);
    if (/^[0-9a-fA-F]{2}$/.test(two)) {
      this.#at += 2;
      return Number.parseInt(two, 16);
    }
    const name = two.startsWith('\\') ? (two[1] ?? '') : '';
    const named = Object.hasOwn(namedBytes, name) ? namedBytes[name] : undefined;
    if (named === undefined) throw this.#error('a byte is written with two hexadecimal digits');
    this.#at += 2;
    return named;
  }
}

function rangeSet(a: number, b: number): ByteSet {
  return setOf((byte) => byte >= Math.min(a, b) && byte <= Math.max(a, b));
}

/** Undefined for what is no byte. */
function textSet(character: string, anyCase: boolean): ByteSet | undefined {
  const code = character.charCodeAt(0);
  if (character.length > 1 || code > 255) return undefined;
  if (!anyCase || !/[a-zA-Z]/.test(character)) return setOf((byte) => byte === code);
  const other = code ^ 0x20;
  return setOf((byte) => byte === code || byte === other);
}

/**
 * What the texts of a column have in them, in little room: which characters, how long they are, and, of short pieces of all texts, a set
 * that may say yes wrongly but never no wrongly (an n-gram Bloom filter with one hash function). All of it without regard to case, and
 * of ASCII characters only: others, and ends of lines, part pieces.
 */
export interface TextFacts {
  /** Each ASCII character that occurs, in lower case. */
  readonly characters: string;
  /** Length of the shortest and the longest line, UTF-16 code units. */
  readonly shortest: number;
  readonly longest: number;
  /** Length of the pieces; 0 when there is no set of them. */
  readonly size: number;
  /** Binary logarithm of the number of the set's bits. */
  readonly log2: number;
  /** Where the set lies in the file, bytes. */
  readonly offset: number;
}

/** A text that a value must have in it, or be as a whole. */
export interface Needed {
  readonly text: string;
  readonly exact: boolean;
}

const MOST_LOG2 = 22;
const LEAST_LOG2 = 10;
/** Fuller than this a set would say yes to nearly everything. */
const FULLEST = 0.75;
/** A set is made smaller as long as it stays this empty. */
const EMPTY_ENOUGH = 0.35;
/** Pieces that there could be at least: of a hundred thousand texts nearly all shorter ones occur. */
const PIECES = 10_000_000;
const FACTOR = 0x01000193;

export class NgramFilterBuilder {
  readonly #seen = new Uint8Array(128);
  readonly #withSet: boolean;
  #shortest = Number.POSITIVE_INFINITY;
  #longest = 0;
  #size = 0;
  /** What a character counts once it has left a piece. */
  #leaving = 0;
  #bits = new Uint8Array(0);

  constructor(withSet: boolean) {
    this.#withSet = withSet;
  }

  /** Texts in lower case, one a line. The first ones decide how long the pieces are. */
  add(lines: string): void {
    this.#measure(lines);
    if (!this.#withSet) return;
    if (this.#size === 0) this.#choose();
    const size = this.#size;
    const leaving = this.#leaving;
    const bits = this.#bits;
    const mask = 2 ** MOST_LOG2 - 1;
    let hash = 0;
    let run = 0;
    for (let at = 0; at < lines.length; at++) {
      const code = lines.charCodeAt(at);
      if (code === 10 || code >= 128) {
        hash = 0;
        run = 0;
        continue;
      }
      hash = (Math.imul(hash, FACTOR) + code) | 0;
      if (++run < size) continue;
      if (run > size) hash = (hash - Math.imul(lines.charCodeAt(at - size), leaving)) | 0;
      const slot = mixed(hash) & mask;
      bits[slot >>> 3]! |= 1 << (slot & 7);
    }
  }

  #measure(lines: string): void {
    const seen = this.#seen;
    let start = 0;
    for (let at = 0; at <= lines.length; at++) {
      const code = at === lines.length ? 10 : lines.charCodeAt(at);
      if (code !== 10) {
        if (code < 128) seen[code] = 1;
        continue;
      }
      const length = at - start;
      if (length < this.#shortest) this.#shortest = length;
      if (length > this.#longest) this.#longest = length;
      start = at + 1;
    }
  }

  #choose(): void {
    const different = Math.max(
      2,
      this.#seen.reduce((sum, one) => sum + one, 0),
    );
    this.#size = Math.min(7, Math.max(4, Math.ceil(Math.log(PIECES) / Math.log(different))));
    this.#leaving = 1;
    for (let i = 0; i < this.#size; i++) this.#leaving = Math.imul(this.#leaving, FACTOR);
    this.#bits = new Uint8Array(2 ** MOST_LOG2 / 8);
  }

  /** `offset`: where the set will lie. The set is empty when none is kept. */
  finish(offset: number): { readonly facts: TextFacts; readonly set: Uint8Array } {
    let set = this.#bits;
    let share = fullness(set);
    while (share * 2 <= EMPTY_ENOUGH && set.length * 8 > 2 ** LEAST_LOG2) {
      const half = set.subarray(0, set.length / 2);
      const other = set.subarray(set.length / 2);
      for (let i = 0; i < half.length; i++) half[i]! |= other[i]!;
      set = half;
      share = fullness(set);
    }
    const keep = this.#size > 0 && share <= FULLEST;
    const characters = [...this.#seen].flatMap((one, code) => (one === 0 ? [] : String.fromCharCode(code)));
    return {
      facts: {
        characters: characters.join(''),
        shortest: Number.isFinite(this.#shortest) ? this.#shortest : 0,
        longest: this.#longest,
        size: keep ? this.#size : 0,
        log2: keep ? Math.log2(set.length * 8) : 0,
        offset: keep ? offset : 0,
      },
      set: keep ? set : new Uint8Array(0),
    };
  }
}

/** False when the characters or the length say already that no value has the text. */
export function mayHave({ characters, shortest, longest }: TextFacts, { text, exact }: Needed): boolean {
  for (const c of asciiLower(text)) if (c < '\x80' && c !== '\n' && !characters.includes(c)) return false;
  if (text.length > longest && isPlain(text)) return false;
  return !exact || text.length >= shortest || !isPlain(text);
}

/** The bits of the set that are all there when a value has the text in it: byte of the file and bit of the byte. */
export function bitsOf(facts: TextFacts, { text }: Needed): readonly { byte: number; bit: number }[] {
  const { size, log2, offset } = facts;
  if (size === 0) return [];
  const lower = asciiLower(text);
  const mask = 2 ** log2 - 1;
  const slots = new Set<number>();
  for (let start = 0; start + size <= lower.length; start++) {
    let hash = 0;
    let at = start;
    for (; at < start + size; at++) {
      const code = lower.charCodeAt(at);
      if (code === 10 || code >= 128) break;
      hash = (Math.imul(hash, FACTOR) + code) | 0;
    }
    if (at === start + size) slots.add(mixed(hash) & mask);
  }
  return [...slots].map((slot) => ({ byte: offset + (slot >>> 3), bit: slot & 7 }));
}

/** Other letters may become others, or more, in lower case. */
function asciiLower(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/** Has the same length in lower case, and stands in one line. */
function isPlain(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 10 || code >= 128) return false;
  }
  return true;
}

function mixed(hash: number): number {
  const once = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return once ^ (once >>> 13);
}

function fullness(set: Uint8Array): number {
  if (set.length === 0) return 1;
  let ones = 0;
  for (let byte of set) for (; byte !== 0; byte &= byte - 1) ones++;
  return ones / (set.length * 8);
}

/**
 * Reads JSON quicker than `JSON.parse`: objects of a kind that came before, that is with the same members in the same order, whatever their values. Of each
 * kind a regular expression is made that has the values as captures, and code that makes the object of them, so that the engine's
 * own search reads the text. Numbers with exponents and whatever else is rare fit no expression; the answer is then undefined, and the caller
 * reads it in the usual way. What is answered is what `parseJson` would give, integers beyond 2^53 as text.
 *
 * Every part of an expression ends at a character that it cannot hold, so that a text that does not fit is given up in linear time.
 */
import {
  type JsonKind,
  makeKind,
  mergedLeaf,
  type Skeleton,
  sameMembers,
  skeletonOf,
} from './json-kind-source.ts';

export interface KnownKind extends JsonKind {
  readonly skeleton: Skeleton;
  hits: number;
  /** The kind that came behind it the last time: senders write in turns. */
  next: KnownKind | undefined;
}

/** Longer texts are left to `JSON.parse`. */
const longest = 8192;
const mostKinds = 16;
/** So many kinds are looked at for one text. */
const mostTries = 5;
/** So many texts are watched at a time; when few of them were of a known kind and nothing may be learned, the next are not tried. */
const watched = 512;
/** How many are not tried: twice as many each time. */
const firstPause = 16_384;
const longestPause = 1_048_576;
/** Texts that may be learned without a gain, since it costs the making of code. A good watch earns one more. */
const fullCredit = 32;

export class JsonKinds {
  #kinds: KnownKind[] = [];
  #last: KnownKind | undefined;
  #credit = fullCredit;
  #reads = 0;
  #hits = 0;
  #pausing = 0;
  #pause = firstPause;

  /** Of the text last found. */
  captures: RegExpExecArray | undefined;

  /** The value that a text is; undefined when it is of no known kind. */
  read(text: string): unknown {
    const kind = this.find(text);
    return kind === undefined ? undefined : kind.make(this.captures!);
  }

  /** The kind that a text is of, which has its captures in `captures`. */
  find(text: string): KnownKind | undefined {
    if (text.length > longest) return undefined;
    if (this.#pausing > 0) {
      this.#pausing--;
      return undefined;
    }
    if (++this.#reads >= watched) this.#review();
    const expected = this.#last?.next;
    if (expected !== undefined) {
      const captures = expected.pattern.exec(text);
      if (captures !== null) return this.#found(expected, captures);
    }
    const kinds = this.#kinds;
    for (let i = 0, tries = 0; i < kinds.length && tries < mostTries; i++) {
      const kind = kinds[i]!;
      if (kind === expected) continue;
      tries++;
      const captures = kind.pattern.exec(text);
      if (captures !== null) return this.#found(kind, captures);
    }
    return undefined;
  }

  /** Takes note of a text that is valid JSON and was of no known kind. */
  learn(text: string): void {
    if (text.length > longest || this.#pausing > 0 || this.#credit <= 0) return;
    this.#credit--;
    const skeleton = skeletonOf(text);
    if (skeleton === undefined) return;
    const known = this.#kinds.find((kind) => sameMembers(kind.skeleton, skeleton));
    if (known?.pattern.test(text)) {
      // It was there, and only not among those that were tried.
      this.#kinds = [known, ...this.#kinds.filter((other) => other !== known)];
      this.#follow(known);
      return;
    }
    const merged =
      known === undefined
        ? skeleton
        : {
            ...skeleton,
            leaves: skeleton.leaves.map((leaf, i) => mergedLeaf(leaf, known.skeleton.leaves[i]!)),
          };
    const kind = makeKind(merged);
    if (!kind.pattern.test(text)) return;
    const learned = { ...kind, skeleton: merged, hits: 0, next: known?.next };
    this.#kinds = [learned, ...this.#kinds.filter((other) => other !== known)].slice(0, mostKinds);
    this.#follow(learned);
  }

  #follow(kind: KnownKind): void {
    if (this.#last !== undefined) this.#last.next = kind;
    this.#last = kind;
  }

  #found(kind: KnownKind, captures: RegExpExecArray): KnownKind {
    kind.hits++;
    this.#hits++;
    this.#follow(kind);
    this.captures = captures;
    return kind;
  }

  #review(): void {
    if (this.#hits >= watched / 2) {
      if (this.#credit < fullCredit) this.#credit++;
      this.#pause = firstPause;
      this.#kinds.sort((a, b) => b.hits - a.hits);
      for (const kind of this.#kinds) kind.hits >>= 1;
    } else if (this.#credit <= 0) {
      this.#pausing = this.#pause;
      this.#pause = Math.min(2 * this.#pause, longestPause);
      this.#kinds = [];
      this.#last = undefined;
      this.#credit = fullCredit;
    }
    this.#reads = this.#hits = 0;
  }
}

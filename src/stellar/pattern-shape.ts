/**
 * What a pattern (already translated to JavaScript's syntax) costs: whether V8's linear-time engine can take it over once it
 * backtracks too much, and if not, how badly it may backtrack. The engine knows no look-ahead, no references and no repetition
 * of more than 16 (nested ones multiplied); so longer repetitions are written out.
 */
export interface PatternShape {
  readonly source: string;
  readonly isLinear: boolean;
  /** How deep repetitions that vary stand in each other: from two on a match may take exponential time. */
  readonly starHeight: number;
  /** Repetitions without an end, or with one beyond 16. */
  readonly stars: number;
}

/** What V8's engine writes out by itself (`ExperimentalRegExpCompiler`). */
const longestRepetition = 16;
const longestSource = 4000;

interface Part {
  readonly text: string;
  readonly isLinear: boolean;
  readonly hasCapture: boolean;
  /** Product of the repetitions within. */
  readonly repetition: number;
  readonly starHeight: number;
  readonly stars: number;
}

const empty: Part = { text: '', isLinear: true, hasCapture: false, repetition: 1, starHeight: 0, stars: 0 };

export function shapeOf(source: string): PatternShape {
  const reader = new ShapeReader(source);
  const part = reader.alternatives();
  return reader.isAtEnd && part.text.length <= longestSource
    ? { source: part.text, isLinear: part.isLinear, starHeight: part.starHeight, stars: part.stars }
    : { source, isLinear: false, starHeight: 2, stars: 2 };
}

const quantifier = /(?:[*+?]|\{(\d+)(,?)(\d*)\})\??/y;
const opening = /\((?:\?(?:<(?![=!])[^>]*>|<?[=!]|:))?/y;
const reference = /^\\(?:[1-9]|k<)/;

class ShapeReader {
  readonly #source: string;
  #at = 0;

  constructor(source: string) {
    this.#source = source;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#source.length;
  }

  alternatives(): Part {
    let whole = empty;
    while (!this.isAtEnd && this.#source[this.#at] !== ')') {
      const next = this.#source[this.#at] === '|' ? this.#character() : this.#repeated(this.#atom());
      whole = {
        text: whole.text + next.text,
        isLinear: whole.isLinear && next.isLinear,
        hasCapture: whole.hasCapture || next.hasCapture,
        repetition: Math.max(whole.repetition, next.repetition),
        starHeight: Math.max(whole.starHeight, next.starHeight),
        stars: whole.stars + next.stars,
      };
    }
    return whole;
  }

  #character(length = 1): Part {
    const text = this.#source.slice(this.#at, this.#at + length);
    this.#at += length;
    return { ...empty, text };
  }

  #atom(): Part {
    const first = this.#source[this.#at];
    if (first === '[') return this.#class();
    if (first === '\\') {
      const rest = this.#source.slice(this.#at, this.#at + 80);
      if (reference.test(rest))
        return { ...this.#character(/^\\k<[^>]*>/.exec(rest)?.[0].length ?? 2), isLinear: false };
      const long = /^\\(?:x..|u\{[^}]*\}|u....|c.|[pP]\{[^}]*\})/.exec(rest);
      return this.#character(long?.[0].length ?? 2);
    }
    if (first !== '(') return this.#character();
    opening.lastIndex = this.#at;
    const start = opening.exec(this.#source)?.[0] ?? '(';
    this.#at += start.length;
    const inner = this.alternatives();
    this.#at += 1;
    const looks = /[=!]$/.test(start);
    return {
      ...inner,
      text: `${start}${inner.text})`,
      // The engine can look behind, but a match that looks ahead needs a second run.
      isLinear: inner.isLinear && (!looks || start === '(?<='),
      hasCapture: inner.hasCapture || start === '(' || (start.startsWith('(?<') && !looks),
    };
  }

  #class(): Part {
    let end = this.#at + 1;
    while (end < this.#source.length && this.#source[end] !== ']') end += this.#source[end] === '\\' ? 2 : 1;
    return this.#character(end + 1 - this.#at);
  }

  #repeated(atom: Part): Part {
    quantifier.lastIndex = this.#at;
    const found = quantifier.exec(this.#source);
    if (found === null) return atom;
    this.#at += found[0].length;
    const lazy = found[0].length > 1 && found[0].endsWith('?') ? '?' : '';
    const braces = found[1] !== undefined;
    const least = braces ? Number(found[1]) : found[0].startsWith('+') ? 1 : 0;
    const most = braces
      ? found[2] === ''
        ? least
        : found[3] === ''
          ? Number.POSITIVE_INFINITY
          : Number(found[3])
      : found[0].startsWith('?')
        ? 1
        : Number.POSITIVE_INFINITY;
    const varies = most > 1 && most !== least;
    const repetition = Number.isFinite(most) ? most : Math.max(least, 1);
    const result = {
      ...atom,
      starHeight: varies ? atom.starHeight + 1 : atom.starHeight,
      stars: atom.stars + (varies && most > longestRepetition ? 1 : 0),
    };
    if (repetition * atom.repetition <= longestRepetition)
      return { ...result, text: atom.text + found[0], repetition: Math.max(1, repetition) * atom.repetition };
    const copies = Number.isFinite(most) ? most : least + 1;
    if (atom.hasCapture || copies * (atom.text.length + 5) > longestSource)
      return { ...result, text: atom.text + found[0], isLinear: false };
    const rest = Number.isFinite(most) ? optional(atom.text, most - least, lazy) : `${atom.text}*${lazy}`;
    return { ...result, text: `(?:${atom.text.repeat(least)}${rest})` };
  }
}

/** Up to `count` copies: `(?:a(?:a)?)?`. */
function optional(text: string, count: number, lazy: string): string {
  return `(?:${text}`.repeat(count) + `)?${lazy}`.repeat(count);
}

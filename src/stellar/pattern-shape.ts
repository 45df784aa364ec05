/**
 * What a pattern (already translated to JavaScript's syntax) costs: whether V8's linear-time engine can take it over once it
 * backtracks too much, and if not, how badly it may backtrack. The engine knows no look-ahead, no references and no repetition
 * of more than 16 (nested ones multiplied); so longer repetitions are written out.
 */
export interface PatternShape {
  readonly source: string;
  readonly isLinear: boolean;
  /** How backtracking may grow: the number of ways to go through a text, at most. */
  readonly ways: Ways;
}

/** A text of n characters has at most 2 ** (choices + perCharacter * n) * n ** stars ways. */
interface Ways {
  /** Bits of alternatives, options and short repetitions. */
  readonly choices: number;
  /** Repetitions without an end, or with one beyond 16. */
  readonly stars: number;
  /** Bits of choices that stand in a repetition without an end, which each character may offer anew. */
  readonly perCharacter: number;
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
  readonly ways: Ways;
}

const one: Ways = { choices: 0, stars: 0, perCharacter: 0 };
const unknown: Ways = { choices: Number.POSITIVE_INFINITY, stars: 0, perCharacter: 0 };
const empty: Part = { text: '', isLinear: true, hasCapture: false, repetition: 1, ways: one };

export function shapeOf(source: string): PatternShape {
  const reader = new ShapeReader(source);
  const part = reader.alternatives();
  return reader.isAtEnd && part.text.length <= longestSource
    ? { source: part.text, isLinear: part.isLinear, ways: part.ways }
    : { source, isLinear: false, ways: unknown };
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
    const all: Ways[] = [];
    let ways = one;
    while (!this.isAtEnd && this.#source[this.#at] !== ')') {
      const isNext = this.#source[this.#at] === '|';
      const next = isNext ? this.#character() : this.#repeated(this.#atom());
      ways = inTurn(ways, next.ways);
      if (isNext) {
        all.push(ways);
        ways = one;
      }
      whole = {
        text: whole.text + next.text,
        isLinear: whole.isLinear && next.isLinear,
        hasCapture: whole.hasCapture || next.hasCapture,
        repetition: Math.max(whole.repetition, next.repetition),
        ways: one,
      };
    }
    return { ...whole, ways: oneOf([...all, ways]) };
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
    const repetition = Number.isFinite(most) ? most : Math.max(least, 1);
    const result = { ...atom, ways: again(atom.ways, least, most) };
    if (repetition * atom.repetition <= longestRepetition)
      return { ...result, text: atom.text + found[0], repetition: Math.max(1, repetition) * atom.repetition };
    const copies = Number.isFinite(most) ? most : least + 1;
    if (atom.hasCapture || copies * (atom.text.length + 5) > longestSource)
      return { ...result, text: atom.text + found[0], isLinear: false };
    const rest = Number.isFinite(most) ? optional(atom.text, most - least, lazy) : `${atom.text}*${lazy}`;
    return { ...result, text: `(?:${atom.text.repeat(least)}${rest})` };
  }
}

function inTurn(a: Ways, b: Ways): Ways {
  return {
    choices: a.choices + b.choices,
    stars: a.stars + b.stars,
    perCharacter: a.perCharacter + b.perCharacter,
  };
}

function oneOf(all: readonly Ways[]): Ways {
  const most = (of: (ways: Ways) => number): number => Math.max(...all.map(of));
  return {
    choices: Math.log2(all.length) + most(({ choices }) => choices),
    stars: most(({ stars }) => stars),
    perCharacter: most(({ perCharacter }) => perCharacter),
  };
}

function again(inner: Ways, least: number, most: number): Ways {
  const { choices, stars, perCharacter } = inner;
  const isPlain = choices + stars + perCharacter === 0;
  if (most > longestRepetition && most !== least) {
    if (isPlain) return { ...one, stars: 1 };
    // Whether a round ends here is a choice of each character, and so is all that the round may choose.
    return { choices: 0, stars: 0, perCharacter: choices + stars + perCharacter + 1 };
  }
  // None of nothing: (a|b){0}.
  const times = (bits: number): number => (bits === 0 ? 0 : bits * most);
  return {
    choices: times(choices) + Math.log2(most - least + 1),
    stars: times(stars),
    perCharacter: times(perCharacter),
  };
}

/** Up to `count` copies: `(?:a(?:a)?)?`. */
function optional(text: string, count: number, lazy: string): string {
  return `(?:${text}`.repeat(count) + `)?${lazy}`.repeat(count);
}

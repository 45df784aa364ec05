/**
 * Regular expressions as Lucene reads them (org.apache.lucene.util.automaton.RegExp, without its optional operators): always over the
 * whole value, no anchors, no lazy or possessive repetition, no look-around. What can be said there is rewritten, the rest refused.
 */
import { IndexError } from '../errors.ts';

const CLASSES: Readonly<Record<string, string>> = {
  d: '0-9',
  w: 'A-Za-z0-9_',
  s: ' \t\n\r\f\u000b',
};
const CONTROLS: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  f: '\f',
  v: '\u000b',
  a: '\u0007',
};
const MOST_REPEATS = 1000;

/** @throws IndexError SKP_INDEX_QUERY */
export function luceneRegex(pattern: string): string {
  return new Translator(pattern).whole();
}

class Translator {
  readonly #pattern: string;
  #at = 0;

  constructor(pattern: string) {
    this.#pattern = pattern;
  }

  whole(): string {
    const text = this.#alternatives(0);
    if (this.#at < this.#pattern.length) throw this.#error('a parenthesis that is not open');
    return text;
  }

  #alternatives(depth: number): string {
    if (depth > 100) throw this.#error('groups within more than 100 groups');
    const parts = [this.#sequence(depth)];
    while (this.#take('|')) parts.push(this.#sequence(depth));
    return parts.map((part) => (part === '' && parts.length > 1 ? '()' : part)).join('|');
  }

  #sequence(depth: number): string {
    let out = '';
    for (;;) {
      const c = this.#pattern[this.#at];
      if (c === undefined || c === '|' || c === ')') return out;
      if (c === '^' || c === '$') {
        // The whole value is meant anyway.
        const atEdge = c === '^' ? out === '' && depth === 0 : this.#endsAfterDollar() && depth === 0;
        if (!atEdge) throw this.#error(`${c} inside of it`);
        this.#at++;
        continue;
      }
      const atom = this.#atom(depth);
      out += atom + this.#repeat();
    }
  }

  #endsAfterDollar(): boolean {
    const next = this.#pattern[this.#at + 1];
    return next === undefined || next === '|';
  }

  #atom(depth: number): string {
    const c = this.#next();
    switch (c) {
      case '(': {
        if (this.#take('?')) {
          if (!this.#take(':')) {
            const named = /^P?<[A-Za-z_]\w*>/.exec(this.#pattern.slice(this.#at));
            if (named === null) throw this.#error('a group that begins with (?');
            this.#at += named[0].length;
          }
        }
        const inner = this.#alternatives(depth + 1);
        if (!this.#take(')')) throw this.#error('a parenthesis that is not closed');
        return `(${inner})`;
      }
      case '[':
        return this.#class();
      case '.':
        return '.';
      case '\\':
        return this.#escape();
      case '*':
      case '+':
      case '?':
        throw this.#error(`${c} with nothing before it`);
      default:
        return literal(c);
    }
  }

  #escape(): string {
    const c = this.#next('a backslash at the end');
    const set = CLASSES[c.toLowerCase()];
    if (set !== undefined) return c === c.toLowerCase() ? `[${set}]` : `[^${set}]`;
    const control = CONTROLS[c];
    if (control !== undefined) return literal(control);
    if (c === 'x') return literal(this.#hex());
    if (/[A-Za-z0-9]/.test(c)) throw this.#error(`\\${c}`);
    return literal(c);
  }

  #hex(): string {
    const match = /^(?:([0-9a-fA-F]{2})|\{([0-9a-fA-F]{1,6})\})/.exec(this.#pattern.slice(this.#at));
    const code = Number.parseInt(match?.[1] ?? match?.[2] ?? '', 16);
    if (match === null || code > 0x10ffff) throw this.#error('\\x without digits');
    this.#at += match[0].length;
    return String.fromCodePoint(code);
  }

  #class(): string {
    const negated = this.#take('^');
    let out = '';
    /** Ranges are compared with their case, so both cases are named. */
    const put = (from: string, to: string): void => {
      out += from === to ? classLiteral(from) : `${classLiteral(from)}-${classLiteral(to)}`;
      for (const [base, other] of [
        [97, 65],
        [65, 97],
      ] as const) {
        const low = Math.max(from.codePointAt(0)!, base);
        const high = Math.min(to.codePointAt(0)!, base + 25);
        if (low > high) continue;
        const [a, b] = [low - base + other, high - base + other].map((code) => String.fromCodePoint(code));
        out += a === b ? a : `${a}-${b}`;
      }
    };
    let first = true;
    for (;;) {
      if (this.#pattern[this.#at] === ']' && !first) {
        this.#at++;
        return `[${negated ? '^' : ''}${out}]`;
      }
      first = false;
      const from = this.#member();
      if (from.set !== null) {
        out += from.set;
        continue;
      }
      const isRange = this.#pattern[this.#at] === '-' && !/^-(?:\]|$)/.test(this.#pattern.slice(this.#at));
      if (!isRange) {
        put(from.character, from.character);
        continue;
      }
      this.#at++;
      const to = this.#member();
      if (to.set !== null || to.character.codePointAt(0)! < from.character.codePointAt(0)!)
        throw this.#error('a range that goes backwards in a class');
      put(from.character, to.character);
    }
  }

  /** One character of a class, or a set such as `\\d`. */
  #member(): { readonly character: string; readonly set: string | null } {
    const c = this.#next('a class that is not closed');
    if (c === '[' && this.#pattern[this.#at] === ':') throw this.#error('[: in a class');
    if (c !== '\\') return { character: c, set: null };
    const e = this.#next('a backslash at the end');
    const control = CONTROLS[e];
    if (control !== undefined) return { character: control, set: null };
    if (e === 'x') return { character: this.#hex(), set: null };
    const set = CLASSES[e] ?? null;
    if (set === null && /[A-Za-z0-9]/.test(e)) throw this.#error(`\\${e} in a class`);
    return { character: e, set };
  }

  #repeat(): string {
    const rest = this.#pattern.slice(this.#at, this.#at + 30);
    const match = /^(?:[*+?]|\{(\d{1,5})(?:,(\d{0,5}))?\})/.exec(rest);
    if (match === null) {
      return '';
    }
    if (Number(match[1] ?? 0) > MOST_REPEATS || Number(match[2] ?? 0) > MOST_REPEATS)
      throw this.#error(`more than ${MOST_REPEATS} repetitions`);
    this.#at += match[0].length;
    // Whether as few or as many as can be makes no difference to whether the whole value fits.
    if (!this.#take('?') && this.#pattern[this.#at] === '+') throw this.#error('possessive repetition');
    const more = /^[*+?]/.exec(this.#pattern.slice(this.#at));
    if (more !== null) throw this.#error('a repetition of a repetition');
    return match[0];
  }

  #take(c: string): boolean {
    if (this.#pattern[this.#at] !== c) return false;
    this.#at++;
    return true;
  }

  #next(problem = 'its end'): string {
    const code = this.#pattern.codePointAt(this.#at);
    if (code === undefined) throw this.#error(problem);
    const c = String.fromCodePoint(code);
    this.#at += c.length;
    return c;
  }

  #error(what: string): IndexError {
    return new IndexError(
      'SKP_INDEX_QUERY',
      `/${this.#pattern.slice(0, 100)}/ is not a regular expression that can be searched for here: ${what}`,
      {
        hint: 'The pattern is for the whole value. The server knows classes, groups, alternatives and repetition; no look-around, no back-references, no word boundaries.',
      },
    );
  }
}

function literal(c: string): string {
  return /[\p{L}\p{N}_ ]/u.test(c) || c.codePointAt(0)! < 0x20 ? c : `\\${c}`;
}

function classLiteral(c: string): string {
  return /[\\\]\-^["&]/.test(c) ? `\\${c}` : c;
}

import { argumentError } from './errors.ts';

/**
 * Java's regular expressions in JavaScript's. Flags written into the pattern (`(?i)`, `(?s)`, `(?x)`, `(?m)`) are worked
 * into it, so that no flag of JavaScript is needed and the linear-time engine, which knows none of them, can take over from
 * a pattern that backtracks too much. Possessive quantifiers and atomic groups become plain ones.
 */
interface Flags {
  readonly ignoreCase: boolean;
  readonly dotAll: boolean;
  readonly multiline: boolean;
  readonly comments: boolean;
}

const posixClasses: Readonly<Record<string, string>> = {
  Lower: 'a-z',
  Upper: 'A-Z',
  ASCII: '\\x00-\\x7f',
  Alpha: 'a-zA-Z',
  Digit: '0-9',
  Alnum: 'a-zA-Z0-9',
  Punct: '!-\\/:-@\\[-`{-~',
  Graph: '!-~',
  Print: ' -~',
  Blank: ' \\t',
  Cntrl: '\\x00-\\x1f\\x7f',
  XDigit: '0-9a-fA-F',
  Space: ' \\t\\n\\x0b\\f\\r',
};

/** The source of an equivalent JavaScript pattern and the flags that it needs (`u` for Unicode properties only). */
export function translatePattern(pattern: string): { source: string; flags: string } {
  return new Translator(pattern).translate();
}

class Translator {
  readonly #pattern: string;
  #at = 0;
  #needsUnicode = false;

  constructor(pattern: string) {
    this.#pattern = pattern;
  }

  translate(): { source: string; flags: string } {
    const source = this.#alternatives(
      { ignoreCase: false, dotAll: false, multiline: false, comments: false },
      0,
    );
    if (this.#at < this.#pattern.length) throw this.#error('a parenthesis closes that was not opened');
    return { source, flags: this.#needsUnicode ? 'u' : '' };
  }

  #error(what: string): Error {
    return argumentError(
      `the regular expression ${JSON.stringify(this.#pattern.slice(0, 80))} is wrong at ${this.#at}: ${what}`,
    );
  }

  #alternatives(start: Flags, depth: number): string {
    if (depth > 100) throw this.#error('it nests too deeply');
    let flags = start;
    let out = '';
    while (this.#at < this.#pattern.length) {
      const character = this.#pattern[this.#at]!;
      if (character === ')') return out;
      if (flags.comments && /\s/.test(character)) {
        this.#at += 1;
      } else if (flags.comments && character === '#') {
        const end = this.#pattern.indexOf('\n', this.#at);
        this.#at = end < 0 ? this.#pattern.length : end + 1;
      } else if (character === '(') {
        const inline = /^\(\?([a-zA-Z]*)(?:-([a-zA-Z]+))?\)/.exec(
          this.#pattern.slice(this.#at, this.#at + 20),
        );
        if (inline !== null) {
          flags = this.#changed(flags, inline[1] ?? '', inline[2] ?? '');
          this.#at += inline[0].length;
        } else {
          out += this.#group(flags, depth);
        }
      } else if (character === '[') {
        out += this.#class(flags);
      } else if (character === '\\') {
        out += this.#escape(flags);
      } else {
        this.#at += 1;
        out += this.#plain(character, flags);
      }
    }
    return out;
  }

  #plain(character: string, flags: Flags): string {
    if (character === '.') return flags.dotAll ? '[^]' : '.';
    if (character === '^' && flags.multiline) return '(?:^|(?<=[\\n\\r\\u2028\\u2029]))';
    // Java's $ also holds before a last line end; the plain one keeps a pattern fit for the linear-time engine.
    if (character === '$') return flags.multiline ? '(?=[\\n\\r\\u2028\\u2029]|$)' : '$';
    if (character === '*' || character === '+' || character === '?') return this.#quantified(character);
    if (character === '{') {
      const braces = /^\{(\d+)(,?)(\d*)\}/.exec(this.#pattern.slice(this.#at - 1, this.#at + 30));
      if (braces === null) throw this.#error('a { must begin a repetition');
      if (Number(braces[1]) > 10_000 || Number(braces[3]) > 10_000) throw this.#error('it repeats too often');
      this.#at += braces[0].length - 1;
      return this.#quantified(braces[0]);
    }
    if (flags.ignoreCase && /[a-zA-Z]/.test(character))
      return `[${character.toLowerCase()}${character.toUpperCase()}]`;
    return character === '/' ? '\\/' : character === ']' || character === '}' ? `\\${character}` : character;
  }

  /** A quantifier; the plus of a possessive one is dropped. */
  #quantified(quantifier: string): string {
    const next = this.#pattern[this.#at];
    if (next === '+') {
      this.#at += 1;
      return quantifier;
    }
    if (next === '?') {
      this.#at += 1;
      return `${quantifier}?`;
    }
    return quantifier;
  }

  #changed(flags: Flags, on: string, off: string): Flags {
    for (const letter of on + off)
      if (!'imsxudU'.includes(letter)) throw this.#error(`there is no flag '${letter}'`);
    const value = (letter: string, before: boolean) =>
      on.includes(letter) ? true : off.includes(letter) ? false : before;
    return {
      ignoreCase: value('i', flags.ignoreCase),
      dotAll: value('s', flags.dotAll),
      multiline: value('m', flags.multiline),
      comments: value('x', flags.comments),
    };
  }

  #group(flags: Flags, depth: number): string {
    const rest = this.#pattern.slice(this.#at, this.#at + 60);
    const opening =
      /^\((?:\?(?:<(?![=!])([a-zA-Z][a-zA-Z0-9]*)>|<?[=!]|[:>]|([a-zA-Z]*)(?:-([a-zA-Z]+))?:))?/.exec(rest);
    if (opening === null) throw this.#error('the group begins wrongly');
    if (rest.startsWith('(?') && opening[0] === '(') throw this.#error('the group begins wrongly');
    this.#at += opening[0].length;
    const hasFlags = opening[2] !== undefined || opening[3] !== undefined;
    const inner = hasFlags ? this.#changed(flags, opening[2] ?? '', opening[3] ?? '') : flags;
    const start = hasFlags || opening[0] === '(?>' ? '(?:' : opening[0];
    const body = this.#alternatives(inner, depth + 1);
    if (this.#pattern[this.#at] !== ')') throw this.#error('a group has no end');
    this.#at += 1;
    return `${start}${body})`;
  }

  #escape(flags: Flags): string {
    const next = this.#pattern[this.#at + 1];
    if (next === undefined) throw this.#error('a backslash ends it');
    if (next === 'Q') {
      const end = this.#pattern.indexOf('\\E', this.#at + 2);
      const text = this.#pattern.slice(this.#at + 2, end < 0 ? undefined : end);
      this.#at = end < 0 ? this.#pattern.length : end + 2;
      return Array.from(text, (character) => this.#literal(character, flags)).join('');
    }
    if (next === 'k') {
      const name = /^\\k<[a-zA-Z][a-zA-Z0-9]*>/.exec(this.#pattern.slice(this.#at, this.#at + 60))?.[0];
      if (name === undefined) throw this.#error('\\k needs the name of a group');
      this.#at += name.length;
      return name;
    }
    if (/[1-9]/.test(next)) {
      this.#at += 2;
      return `\\${next}(?:)`;
    }
    const boundary = {
      A: '^',
      z: '$',
      Z: '$',
      b: '\\b',
      B: '\\B',
      R: '(?:\\r\\n|[\\n\\x0b\\f\\r\\x85\\u2028\\u2029])',
    }[next];
    if (boundary !== undefined) {
      this.#at += 2;
      return boundary;
    }
    const member = this.#classEscape(flags);
    return member.startsWith('^')
      ? `[${member}]`
      : /^(?:\\.|\\x..|\\u....|[^\\])$/.test(member) && !/^[a-z]$/i.test(member)
        ? member
        : `[${member}]`;
  }

  #literal(character: string, flags: Flags): string {
    if (flags.ignoreCase && /[a-zA-Z]/.test(character))
      return `[${character.toLowerCase()}${character.toUpperCase()}]`;
    return /[\\^$.*+?()[\]{}|/]/.test(character) ? `\\${character}` : character;
  }

  /** What an escape stands for inside of a class; a leading ^ when it negates. */
  #classEscape(flags: Flags): string {
    const next = this.#pattern[this.#at + 1]!;
    const simple = {
      d: '0-9',
      D: '^0-9',
      w: 'a-zA-Z_0-9',
      W: '^a-zA-Z_0-9',
      s: ' \\t\\n\\x0b\\f\\r',
      S: '^ \\t\\n\\x0b\\f\\r',
      h: ' \\t\\xa0\\u1680\\u180e\\u2000-\\u200a\\u202f\\u205f\\u3000',
      v: '\\n\\x0b\\f\\r\\x85\\u2028\\u2029',
      t: '\\t',
      n: '\\n',
      r: '\\r',
      f: '\\f',
      a: '\\x07',
      e: '\\x1b',
    }[next];
    if (simple !== undefined) {
      this.#at += 2;
      return simple;
    }
    const rest = this.#pattern.slice(this.#at, this.#at + 40);
    const code =
      /^\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|x\{([0-9a-fA-F]{1,6})\}|0([0-3]?[0-7]{1,2}))/.exec(rest);
    if (code !== null) {
      this.#at += code[0].length;
      const point =
        code[4] === undefined
          ? Number.parseInt(code[1] ?? code[2] ?? code[3] ?? '0', 16)
          : Number.parseInt(code[4], 8);
      if (point > 0xffff) throw this.#error('characters beyond U+FFFF cannot be written by their code');
      return `\\u${point.toString(16).padStart(4, '0')}`;
    }
    const property = /^\\([pP])(?:\{(?:Is)?([A-Za-z_=]+)\}|([A-Z]))/.exec(rest);
    if (property !== null) {
      this.#at += property[0].length;
      return this.#property(property[1] === 'P', property[2] ?? property[3] ?? '');
    }
    if (/[a-zA-Z0-9]/.test(next)) throw this.#error(`there is no escape \\${next}`);
    this.#at += 2;
    if (flags.comments && /\s/.test(next)) return next;
    return /[\\^$.*+?()[\]{}|/-]/.test(next) ? `\\${next}` : next;
  }

  #property(negated: boolean, name: string): string {
    const posix = Object.hasOwn(posixClasses, name) ? posixClasses[name] : undefined;
    if (posix !== undefined) return `${negated ? '^' : ''}${posix}`;
    const known =
      {
        Alphabetic: 'Alphabetic',
        Letter: 'L',
        Uppercase: 'Uppercase',
        Lowercase: 'Lowercase',
        Punctuation: 'P',
      }[name] ?? name;
    try {
      new RegExp(`\\p{${known}}`, 'u');
    } catch {
      throw this.#error(`there is no class of characters called ${name}`);
    }
    this.#needsUnicode = true;
    return `\\${negated ? 'P' : 'p'}{${known}}`;
  }

  #class(flags: Flags): string {
    this.#at += 1;
    let negated = false;
    if (this.#pattern[this.#at] === '^') {
      negated = true;
      this.#at += 1;
    }
    let members = '';
    let first = true;
    while (true) {
      const character = this.#pattern[this.#at];
      if (character === undefined) throw this.#error('a class of characters has no end');
      if (character === ']' && !first) break;
      first = false;
      if (character === '\\') {
        const member = this.#classEscape(flags);
        if (member.startsWith('^')) {
          const plain = { d: '\\D', w: '\\W', s: '\\S' }[this.#pattern[this.#at - 1]!.toLowerCase()];
          if (plain === undefined) throw this.#error('a negated class cannot stand inside of another');
          members += plain;
        } else {
          members +=
            flags.ignoreCase && /^[a-zA-Z]$/.test(member)
              ? member.toLowerCase() + member.toUpperCase()
              : member;
        }
        continue;
      }
      if (character === '[' && members === '' && !negated) {
        members += this.#class(flags).slice(1, -1);
        continue;
      }
      if (character === '[') {
        const inner = this.#class(flags);
        if (inner.startsWith('[^')) throw this.#error('a negated class cannot stand inside of another');
        members += inner.slice(1, -1);
        continue;
      }
      if (character === '&' && this.#pattern[this.#at + 1] === '&')
        throw this.#error('intersections of classes are not known');
      this.#at += 1;
      members += this.#classMember(character, flags);
    }
    this.#at += 1;
    return `[${negated ? '^' : ''}${members}]`;
  }

  #classMember(character: string, flags: Flags): string {
    const range = /^-([a-zA-Z])/.exec(this.#pattern.slice(this.#at, this.#at + 2));
    if (flags.ignoreCase && /[a-zA-Z]/.test(character)) {
      if (range !== null) {
        const last = range[1]!;
        this.#at += 2;
        return `${character.toLowerCase()}-${last.toLowerCase()}${character.toUpperCase()}-${last.toUpperCase()}`;
      }
      return character.toLowerCase() + character.toUpperCase();
    }
    return /[\]/^[]/.test(character) ? `\\${character}` : character;
  }
}

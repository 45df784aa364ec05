/**
 * Reads the regular-expression dialect of Grok pattern files: Java's, as Metron runs it, and what Oniguruma (Logstash) adds
 * to it that means the same everywhere (POSIX classes in brackets). Case folding and Unicode classes are ASCII-only unless
 * asked for with `\p{…}`, as in Java without flags; `\b` looks at ASCII word characters, as Java does from version 19 on.
 */
import { complement, everything, foldAsciiCase, lineTerminators } from './char-set.ts';
import { readClass, readClassEscape } from './regex-class.ts';
import { type Cursor, syntaxError } from './regex-cursor.ts';
import { type Assertion, choice, type RegexNode, sequence } from './regex-node.ts';

interface Flags {
  readonly ignoreCase: boolean;
  readonly dotAll: boolean;
  readonly multiLine: boolean;
  readonly comments: boolean;
}

const noFlags: Flags = { ignoreCase: false, dotAll: false, multiLine: false, comments: false };
const notLineTerminator = complement(lineTerminators);
const deepest = 200;

/** Parses an expression. Throws `ParserConfigError` where Java would refuse it too. */
export function parseRegex(source: string): RegexNode {
  return new RegexParser(source).parse();
}

class RegexParser {
  readonly #cursor: Cursor;
  #groups = 0;
  #depth = 0;
  #flags = noFlags;

  constructor(source: string) {
    this.#cursor = { source, at: 0 };
  }

  parse(): RegexNode {
    const node = this.#choice();
    if (this.#cursor.at < this.#cursor.source.length) throw syntaxError(this.#cursor, 'unmatched )');
    return node;
  }

  #choice(): RegexNode {
    if (++this.#depth > deepest) throw syntaxError(this.#cursor, `groups nested more than ${deepest} deep`);
    const options = [this.#sequence()];
    while (this.#take('|')) options.push(this.#sequence());
    this.#depth--;
    return choice(options);
  }

  #sequence(): RegexNode {
    const cursor = this.#cursor;
    const items: RegexNode[] = [];
    while (cursor.at < cursor.source.length) {
      if (this.#flags.comments && this.#skipComment()) continue;
      const char = cursor.source[cursor.at]!;
      if (char === '|' || char === ')') break;
      if (char === '\\' && cursor.source[cursor.at + 1] === 'Q') {
        // A quantifier behind quoted text repeats its last character.
        items.push(...this.#literal());
        const last = items.pop();
        if (last !== undefined) items.push(this.#quantified(last));
        continue;
      }
      const atom = this.#atom(char);
      if (atom !== undefined) items.push(this.#quantified(atom));
    }
    return sequence(items);
  }

  /** One atom; undefined for what only changes flags. */
  #atom(char: string): RegexNode | undefined {
    const cursor = this.#cursor;
    switch (char) {
      case '(':
        return this.#group();
      case '[':
        return this.#set(readClass(cursor));
      case '\\':
        return this.#escape();
      case '.':
        cursor.at++;
        return { kind: 'set', set: this.#flags.dotAll ? everything : notLineTerminator };
      case '^':
        cursor.at++;
        return assertion(this.#flags.multiLine ? 'lineStart' : 'start');
      case '$':
        cursor.at++;
        return assertion(this.#flags.multiLine ? 'lineEnd' : 'lastLineEnd');
      case '*':
      case '+':
      case '?':
        throw syntaxError(cursor, `nothing to repeat before ${char}`);
      case '{':
        throw syntaxError(cursor, 'a { that repeats nothing');
      default:
        cursor.at++;
        return this.#unit(char.charCodeAt(0));
    }
  }

  #unit(code: number): RegexNode {
    return this.#set([code, code]);
  }

  #set(set: readonly number[]): RegexNode {
    return { kind: 'set', set: this.#flags.ignoreCase ? foldAsciiCase(set) : set };
  }

  #quantified(atom: RegexNode): RegexNode {
    const cursor = this.#cursor;
    let node = atom;
    for (;;) {
      if (this.#flags.comments) while (this.#skipComment());
      const bounds = this.#bounds();
      if (bounds === undefined) return node;
      const lazy = this.#take('?');
      const repeat: RegexNode = { kind: 'repeat', body: node, min: bounds[0], max: bounds[1], lazy };
      node = !lazy && this.#take('+') ? { kind: 'atomic', body: repeat } : repeat;
      const next = cursor.source[cursor.at];
      if (next === '*' || next === '+' || next === '?')
        throw syntaxError(cursor, `a second quantifier ${next}`);
    }
  }

  #bounds(): [number, number] | undefined {
    if (this.#take('*')) return [0, Number.POSITIVE_INFINITY];
    if (this.#take('+')) return [1, Number.POSITIVE_INFINITY];
    if (this.#take('?')) return [0, 1];
    const cursor = this.#cursor;
    if (cursor.source[cursor.at] !== '{') return undefined;
    const braces = /\{(\d{1,5})(?:(,)(\d{0,5}))?\}/y;
    braces.lastIndex = cursor.at;
    const found = braces.exec(cursor.source);
    if (found === null) throw syntaxError(cursor, 'a { that is no repetition such as {2} or {1,3}');
    cursor.at = braces.lastIndex;
    const min = Number(found[1]);
    const max = found[2] === undefined ? min : found[3] === '' ? Number.POSITIVE_INFINITY : Number(found[3]);
    if (max < min) throw syntaxError(cursor, `the repetition ${found[0]}`);
    return [min, max];
  }

  #group(): RegexNode | undefined {
    const cursor = this.#cursor;
    cursor.at++;
    const outer = this.#flags;
    if (!this.#take('?')) return this.#capture(undefined);
    if (this.#take(':')) return this.#closed(this.#choice(), outer);
    if (this.#take('>')) return { kind: 'atomic', body: this.#closed(this.#choice(), outer) };
    if (this.#take('=')) return this.#look(true, false);
    if (this.#take('!')) return this.#look(true, true);
    if (this.#take('<=')) return this.#look(false, false);
    if (this.#take('<!')) return this.#look(false, true);
    if (this.#take('#')) {
      const end = cursor.source.indexOf(')', cursor.at);
      if (end < 0) throw syntaxError(cursor, 'an unclosed comment');
      cursor.at = end + 1;
      return undefined;
    }
    const named = /(?:P?<([A-Za-z_][A-Za-z0-9_]*)>)/y;
    named.lastIndex = cursor.at;
    const name = named.exec(cursor.source);
    if (name !== null) {
      cursor.at = named.lastIndex;
      return this.#capture(name[1]);
    }
    return this.#inlineFlags(outer);
  }

  #capture(name: string | undefined): RegexNode {
    const outer = this.#flags;
    const number = ++this.#groups;
    return { kind: 'group', number, name, body: this.#closed(this.#choice(), outer) };
  }

  #look(ahead: boolean, negative: boolean): RegexNode {
    const outer = this.#flags;
    return { kind: 'look', ahead, negative, body: this.#closed(this.#choice(), outer) };
  }

  #closed(node: RegexNode, flagsOutside: Flags): RegexNode {
    if (!this.#take(')')) throw syntaxError(this.#cursor, 'an unclosed group');
    this.#flags = flagsOutside;
    return node;
  }

  #inlineFlags(outer: Flags): RegexNode | undefined {
    const cursor = this.#cursor;
    const written = /([a-zA-Z]*)(?:-([a-zA-Z]*))?([:)])/y;
    written.lastIndex = cursor.at;
    const found = written.exec(cursor.source);
    if (found === null) throw syntaxError(cursor, 'an unknown kind of group');
    cursor.at = written.lastIndex;
    let flags = this.#flags;
    for (const [letters, on] of [
      [found[1] ?? '', true],
      [found[2] ?? '', false],
    ] as const) {
      for (const letter of letters) flags = this.#withFlag(flags, letter, on);
    }
    this.#flags = flags;
    return found[3] === ')' ? undefined : this.#closed(this.#choice(), outer);
  }

  #withFlag(flags: Flags, letter: string, on: boolean): Flags {
    switch (letter) {
      case 'i':
        return { ...flags, ignoreCase: on };
      case 's':
        return { ...flags, dotAll: on };
      case 'm':
        return { ...flags, multiLine: on };
      case 'x':
        return { ...flags, comments: on };
      case 'u':
      case 'd':
        return flags;
      default:
        throw syntaxError(this.#cursor, `unknown flag ${letter}`);
    }
  }

  #escape(): RegexNode {
    const cursor = this.#cursor;
    const letter = cursor.source[cursor.at + 1];
    if (letter === undefined) throw syntaxError(cursor, 'a lone backslash at the end');
    const zeroWidth = assertions.get(letter);
    if (zeroWidth !== undefined) {
      cursor.at += 2;
      return assertion(zeroWidth);
    }
    if (letter === 'R') {
      cursor.at += 2;
      const terminators: RegexNode = { kind: 'set', set: [0x0a, 0x0d, 0x85, 0x85, 0x2028, 0x2029] };
      return { kind: 'atomic', body: choice([sequence([unit(0x0d), unit(0x0a)]), terminators]) };
    }
    if (letter >= '1' && letter <= '9') {
      cursor.at += 2;
      return { kind: 'reference', to: Number(letter) };
    }
    const named = /\\k<([A-Za-z_][A-Za-z0-9_]*)>/y;
    named.lastIndex = cursor.at;
    const name = named.exec(cursor.source);
    if (name !== null) {
      cursor.at = named.lastIndex;
      return { kind: 'reference', to: name[1]! };
    }
    return this.#set(readClassEscape(cursor));
  }

  #literal(): RegexNode[] {
    const cursor = this.#cursor;
    const from = cursor.at + 2;
    const end = cursor.source.indexOf('\\E', from);
    const text = cursor.source.slice(from, end < 0 ? undefined : end);
    cursor.at = end < 0 ? cursor.source.length : end + 2;
    return Array.from({ length: text.length }, (_, i) => this.#unit(text.charCodeAt(i)));
  }

  #skipComment(): boolean {
    const blanks = /(?:\s|#.*)+/y;
    blanks.lastIndex = this.#cursor.at;
    if (!blanks.test(this.#cursor.source)) return false;
    this.#cursor.at = blanks.lastIndex;
    return true;
  }

  #take(text: string): boolean {
    if (!this.#cursor.source.startsWith(text, this.#cursor.at)) return false;
    this.#cursor.at += text.length;
    return true;
  }
}

const assertions: ReadonlyMap<string, Assertion> = new Map([
  ['b', 'wordBoundary'],
  ['B', 'notWordBoundary'],
  ['A', 'start'],
  ['G', 'start'],
  ['z', 'end'],
  ['Z', 'lastLineEnd'],
]);

function assertion(what: Assertion): RegexNode {
  return { kind: 'assertion', what };
}

function unit(code: number): RegexNode {
  return { kind: 'set', set: [code, code] };
}

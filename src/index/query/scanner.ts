/** Reads the pieces of a query: words, phrases, patterns, operators. */
import { QueryError } from './errors.ts';
import type { Word } from './word.ts';

const space = /\s/;
const wordEnd = /[\s()[\]{}"]/;

export class Scanner {
  readonly text: string;
  at = 0;

  constructor(text: string) {
    this.text = text;
  }

  get done(): boolean {
    return this.at >= this.text.length;
  }

  peek(ahead = 0): string {
    return this.text.charAt(this.at + ahead);
  }

  skipSpace(): void {
    while (this.at < this.text.length && space.test(this.peek())) this.at++;
  }

  /** Takes `text` if it stands here. */
  take(text: string): boolean {
    if (!this.text.startsWith(text, this.at)) return false;
    this.at += text.length;
    return true;
  }

  /** Takes an operator written in capitals, if it stands here as a word of its own. */
  takeKeyword(keyword: string): boolean {
    const after = this.text.charAt(this.at + keyword.length);
    if (!this.text.startsWith(keyword, this.at) || (after !== '' && !wordEnd.test(after))) return false;
    this.at += keyword.length;
    return true;
  }

  fail(expected: string, offset = this.at, hint?: string): never {
    throw new QueryError('SKP_QUERY_SYNTAX', this.text, offset, {
      expected,
      ...(hint === undefined ? {} : { hint }),
    });
  }

  /**
   * Reads up to white space, a bracket, a quote, a boost or a fuzziness; with `stopAfterColon`, also to a colon after which
   * something else than a word begins.
   */
  readWord(stopAfterColon: boolean): Word {
    const characters: string[] = [];
    const escaped: boolean[] = [];
    const literal: boolean[] = [];
    while (!this.done) {
      const character = this.peek();
      if (wordEnd.test(character) || this.#atSuffix(characters.length > 0)) break;
      if (character === '\\') {
        const start = this.at;
        characters.push(this.readEscape());
        escaped.push(true);
        literal.push(this.at - start > 2 || characters.at(-1) !== ':');
        continue;
      }
      this.at++;
      characters.push(character);
      escaped.push(false);
      literal.push(false);
      if (stopAfterColon && character === ':' && this.#valueOfItsOwnBegins()) break;
    }
    return { text: characters.join(''), escaped, literal };
  }

  /** The character behind a backslash; `\u` with four hexadecimal digits is the character of that code. */
  readEscape(): string {
    const code = /^\\u([0-9a-fA-F]{4})/.exec(this.text.slice(this.at, this.at + 6));
    if (code !== null) {
      this.at += 6;
      return String.fromCharCode(Number.parseInt(code[1]!, 16));
    }
    if (this.at + 1 >= this.text.length) {
      this.fail('a character after the backslash', this.at + 1, 'Write \\\\ for a backslash itself.');
    }
    const character = this.peek(1);
    this.at += 2;
    return character;
  }

  /** A text in double quotes, read at the quote. */
  readPhrase(): string {
    const start = this.at;
    this.at++;
    let phrase = '';
    while (!this.done) {
      const character = this.peek();
      if (character === '\\') phrase += this.readEscape();
      else {
        this.at++;
        if (character === '"') return phrase;
        phrase += character;
      }
    }
    return this.fail(
      'a closing double quote',
      start,
      'Write \\" for a quote inside of the text, or as a text of its own.',
    );
  }

  /** Where the pattern that begins with the slash here ends; null when a slash is but a character of a word. */
  regexEnd(): number | null {
    for (let at = this.at + 1; at < this.text.length; at++) {
      const character = this.text[at]!;
      if (character === '\\') at++;
      else if (character === '/') {
        const after = this.text.charAt(at + 1);
        return at > this.at + 1 && (after === '' || /[\s)^]/.test(after)) ? at : null;
      }
    }
    return null;
  }

  #valueOfItsOwnBegins(): boolean {
    const next = this.peek();
    if (next === '/') return this.regexEnd() !== null;
    return next === '' || /[\s([{"<>]/.test(next);
  }

  /** `^2`, `~`, `~1` at the end of a word. */
  #atSuffix(insideWord: boolean): boolean {
    const character = this.peek();
    return (
      insideWord &&
      (character === '^' || character === '~') &&
      suffix.test(this.text.slice(this.at, this.at + 24))
    );
  }
}

const suffix = /^(?:\^\d{1,9}(?:\.\d{1,9})?|~(?:\d{1,9}(?:\.\d{1,9})?)?)(?:[\s()^~]|$)/;

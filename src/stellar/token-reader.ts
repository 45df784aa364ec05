import { StellarError, syntaxError } from './errors.ts';
import { tokenize } from './lexer.ts';
import { nearestName } from './suggest.ts';
import { keywords, type Token, type TokenKind } from './token.ts';

const maxNesting = 200;
const maxTokens = 50_000;

/** Walks over the tokens of a source, and says what was expected where something else stands. */
export class TokenReader {
  protected readonly source: string;
  readonly #tokens: readonly Token[];
  #next = 0;
  #nesting = 0;

  constructor(source: string) {
    this.source = source;
    this.#tokens = tokenize(source);
    if (this.#tokens.length > maxTokens) {
      throw new StellarError(
        'SKP_STELLAR_TOO_LONG',
        `an expression of more than ${maxTokens} tokens is not compiled`,
      );
    }
  }

  protected peek(ahead = 0): Token {
    return this.#tokens[Math.min(this.#next + ahead, this.#tokens.length - 1)]!;
  }

  protected take(): Token {
    const token = this.peek();
    this.#next += 1;
    return token;
  }

  protected skip(count: number): void {
    this.#next += count;
  }

  protected accept(kind: TokenKind): boolean {
    if (this.peek().kind !== kind) return false;
    this.#next += 1;
    return true;
  }

  protected expect(kind: TokenKind, expected: string): Token {
    if (this.peek().kind !== kind) throw this.unexpected(expected);
    return this.take();
  }

  /** Runs `read` one level deeper; raises where the source nests too deeply for those who walk over the tree. */
  protected nested<T>(read: () => T): T {
    this.#nesting += 1;
    if (this.#nesting > maxNesting) {
      throw new StellarError('SKP_STELLAR_TOO_DEEP', `the expression nests more than ${maxNesting} deep`, {
        source: this.source,
        offset: this.peek().offset,
      });
    }
    const result = read();
    this.#nesting -= 1;
    return result;
  }

  protected unexpected(expected: string): StellarError {
    const token = this.peek();
    const found = token.kind === 'end' ? 'the expression ends' : `'${token.text.slice(0, 40)}' stands`;
    return syntaxError(
      this.source,
      token.offset,
      `${found} where ${expected} was expected`,
      this.#hint(token),
      { end: token.end, expected },
    );
  }

  #hint(token: Token): string | undefined {
    const before = this.#tokens[this.#next - 1];
    if (token.kind === 'name') {
      if (token.text.includes(':')) return "':' may be part of a name: set it off by blanks, 'a : b'";
      const keyword = nearestName(token.text, keywords);
      if (keyword !== undefined) return `did you mean '${keyword}'?`;
    }
    if (before?.kind === 'name') {
      if (before.text.includes(':')) return "':' may be part of a name: set it off by blanks, 'a : b'";
      const keyword = nearestName(before.text, keywords);
      if (keyword !== undefined && token.kind !== 'end')
        return `did you mean '${keyword}' instead of '${before.text}'?`;
    }
    if (token.kind === '+') return 'there is no sign +: a number without one is positive';
    return undefined;
  }
}

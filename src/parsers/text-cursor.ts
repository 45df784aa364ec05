/** A position in a text, for small hand-written parsers. */
export class TextCursor {
  readonly text: string;
  at = 0;

  constructor(text: string) {
    this.text = text;
  }

  atEnd(): boolean {
    return this.at >= this.text.length;
  }

  peek(): string {
    return this.text.charAt(this.at);
  }

  take(token: string): boolean {
    if (!this.text.startsWith(token, this.at)) return false;
    this.at += token.length;
    return true;
  }

  skipSpace(): void {
    while (this.peek() === ' ' || this.peek() === '\t') this.at++;
  }

  /** Takes what a sticky pattern matches here. */
  match(sticky: RegExp): string | undefined {
    sticky.lastIndex = this.at;
    const found = sticky.exec(this.text)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }

  /** Takes text in single or double quotes; a backslash makes the next character literal. Undefined when none begins or ends. */
  quoted(): string | undefined {
    const quote = this.peek();
    if (quote !== "'" && quote !== '"') return undefined;
    let out = '';
    for (let i = this.at + 1; i < this.text.length; i++) {
      const c = this.text.charAt(i);
      if (c === quote) {
        this.at = i + 1;
        return out;
      }
      if (c === '\\') i++;
      out += this.text.charAt(i);
    }
    return undefined;
  }
}

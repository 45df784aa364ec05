/** Short texts that come again and again (names of elements and fields): the same text is the same object, with no new one made and nothing hashed. */
import { detached } from '../fields.ts';

const slots = 1024;
const longest = 48;

export class KnownTexts {
  readonly #texts: string[] = new Array<string>(slots).fill('');

  /** text[from, to). */
  of(text: string, from: number, to: number): string {
    const length = to - from;
    if (length <= 0) return '';
    if (length > longest) return text.slice(from, to);
    const slot =
      (length * 131 +
        text.charCodeAt(from) * 31 +
        text.charCodeAt(to - 1) * 17 +
        text.charCodeAt(from + (length >> 1)) * 7 +
        text.charCodeAt(from + (length >> 2))) &
      (slots - 1);
    const known = this.#texts[slot]!;
    if (known.length === length && text.startsWith(known, from)) return known;
    const made = detached(text.slice(from, to));
    this.#texts[slot] = made;
    return made;
  }
}

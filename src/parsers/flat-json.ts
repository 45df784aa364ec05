/**
 * Reads small flat JSON objects quicker than `JSON.parse`: those of a kind that came before (the same members in the same order). A
 * template says where the next member's name must stand; values are texts without escapes, whole numbers, true, false and null. Whatever
 * else there is, the answer is undefined, and the caller reads it in the usual way. What is answered is what `JSON.parse` would give.
 */
import type { Message } from './parser.ts';
import { type RecordBuilder, recordBuilder } from './record-builder.ts';

interface Template {
  /** What stands before each value: `{"a":`, `,"b":`, … */
  readonly heads: readonly Uint16Array[];
  readonly build: RecordBuilder;
}

/** Longer texts are read by `JSON.parse` as quickly. */
const longest = 256;
const mostMembers = 16;
const mostTemplates = 8;
/** So many kinds are learned in all; data with ever new members would else cost more than it saves. */
const mostLearned = 64;

const plainName = /^[\w.@ -]{1,64}$/;

export class FlatJsonReader {
  readonly #templates: Template[] = [];
  readonly #values: unknown[] = [];
  #learned = 0;
  #next = 0;

  /** The object, undefined when it is of no kind that is known. */
  read(text: string): Message | undefined {
    if (text.length > longest) return undefined;
    const templates = this.#templates;
    for (let i = 0; i < templates.length; i++) {
      const template = templates[i]!;
      const message = this.#readAs(text, template);
      if (message !== undefined) return message;
    }
    return undefined;
  }

  /** Takes note of an object that `JSON.parse` read. */
  learn(text: string, object: Readonly<Record<string, unknown>>): void {
    if (text.length > longest || this.#learned >= mostLearned) return;
    const names = Object.keys(object);
    if (names.length === 0 || names.length > mostMembers) return;
    for (const name of names) {
      const value = object[name];
      if (!plainName.test(name) || (typeof value === 'object' && value !== null)) return;
    }
    const heads = names.map((name, i) => codesOf(`${i === 0 ? '{' : ','}"${name}":`));
    this.#learned++;
    const template = { heads, build: recordBuilder(names) };
    if (this.#readAs(text, template) === undefined) return;
    this.#templates[this.#next % mostTemplates] = template;
    this.#next++;
  }

  #readAs(text: string, { heads, build }: Template): Message | undefined {
    const values = this.#values;
    let at = 0;
    for (let i = 0; i < heads.length; i++) {
      const head = heads[i]!;
      for (let j = 0; j < head.length; j++) if (text.charCodeAt(at++) !== head[j]) return undefined;
      const first = text.charCodeAt(at);
      if (first === 0x22) {
        const end = endOfPlainText(text, at + 1);
        if (end < 0) return undefined;
        values[i] = text.slice(at + 1, end);
        at = end + 1;
      } else if (first >= 0x30 && first <= 0x39) {
        let number = 0;
        const from = at;
        for (let c = first; c >= 0x30 && c <= 0x39; c = text.charCodeAt(++at))
          number = number * 10 + (c - 0x30);
        if (at - from > 15 || (first === 0x30 && at - from > 1)) return undefined;
        values[i] = number;
      } else if (text.startsWith('true', at)) {
        values[i] = true;
        at += 4;
      } else if (text.startsWith('false', at)) {
        values[i] = false;
        at += 5;
      } else if (text.startsWith('null', at)) {
        values[i] = null;
        at += 4;
      } else return undefined;
    }
    return text.charCodeAt(at) === 0x7d && at + 1 === text.length ? build(values) : undefined;
  }
}

function codesOf(text: string): Uint16Array {
  return Uint16Array.from(text, (c) => c.charCodeAt(0));
}

/** Index of the quote that ends a text; minus one when it has escapes, characters that JSON forbids, or no end. */
function endOfPlainText(text: string, from: number): number {
  for (let at = from; ; at++) {
    const c = text.charCodeAt(at);
    if (c === 0x22) return at;
    if (c === 0x5c || !(c >= 0x20)) return -1;
  }
}

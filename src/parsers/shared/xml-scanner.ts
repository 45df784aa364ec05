/**
 * Reads XML 1.0 from front to back, one tag at a time. Only what data needs: elements, attributes, text, CDATA; comments and processing
 * instructions are passed over. A document type declaration is refused, so there are no entities but the five of XML and characters
 * by number, nothing expands, and nothing is fetched. Depth and the number of attributes are bounded.
 */
import { ParseError } from '../errors.ts';
import { KnownTexts } from './known-texts.ts';

const maxDepth = 64;
const maxAttributes = 128;

export type XmlStep = 'open' | 'close' | 'text' | 'end';

export class XmlScanner {
  readonly #known = new KnownTexts();
  #text = '';
  /** Whether the text has no references at all. */
  #plain = true;
  #at = 0;
  #end = 0;
  #depth = 0;
  #closesItself = false;
  /** Where the tag or text last read begins. */
  start = 0;
  /** Name of the element last opened, without its namespace prefix. That the end tags have the same names is not checked. */
  name = '';
  /** Text last read, references resolved. */
  value = '';
  /** Where it stands; minus one when it was written as CDATA. */
  valueFrom = -1;
  valueTo = -1;
  /** Attributes of the element last opened. */
  readonly attributeNames: string[] = [];
  readonly attributeValues: string[] = [];
  /** Where they stand. */
  readonly attributeFrom: number[] = [];
  readonly attributeTo: number[] = [];
  attributes = 0;

  /** Begins at an index. */
  begin(text: string, from = 0): void {
    if (text !== this.#text) {
      this.#text = text;
      this.#plain = !text.includes('&');
    }
    this.#at = from;
    this.#end = text.length;
    this.#depth = 0;
    this.#closesItself = false;
  }

  /** Index behind what was last read. */
  get at(): number {
    return this.#at;
  }

  /** Elements that are open. */
  get depth(): number {
    return this.#depth;
  }

  /** Value of an attribute of the element last opened; undefined when it has none of that name. */
  attribute(name: string): string | undefined {
    for (let i = 0; i < this.attributes; i++)
      if (this.attributeNames[i] === name) return this.attributeValues[i];
    return undefined;
  }

  /**
   * Takes an element of the shape `<Data Name="…">text</Data>` at once, when one stands here: `head` is `<Data Name=`, `tail` is `</Data>`. Leaves the
   * attribute in `name` and the text in `value`. Answers false, and goes nowhere, for any other shape.
   */
  takeLeaf(head: string, tail: string): boolean {
    const text = this.#text;
    if (this.#closesItself || !text.startsWith(head, this.#at)) return false;
    const nameAt = this.#at + head.length + 1;
    const quote = text.charCodeAt(nameAt - 1);
    if (quote !== 0x22 && quote !== 0x27) return false;
    const nameEnd = text.indexOf(quote === 0x22 ? '"' : "'", nameAt);
    if (nameEnd < 0 || text.charCodeAt(nameEnd + 1) !== 0x3e) return false;
    const end = text.indexOf('<', nameEnd + 2);
    if (end < 0 || !text.startsWith(tail, end)) return false;
    const name = this.#known.of(text, nameAt, nameEnd);
    const value = text.slice(nameEnd + 2, end);
    this.name = this.#plain ? name : decoded(name);
    this.value = this.#plain ? value : decoded(value);
    this.valueFrom = nameEnd + 2;
    this.valueTo = end;
    this.#at = end + tail.length;
    return true;
  }

  /** Goes on to the next tag or text. An element that closes itself is opened, then closed. Throws `ParseError` for what is no XML. */
  next(): XmlStep {
    if (this.#closesItself) {
      this.#closesItself = false;
      this.#depth--;
      return 'close';
    }
    const text = this.#text;
    for (;;) {
      this.start = this.#at;
      if (this.#at >= this.#end) {
        if (this.#depth > 0) throw new ParseError(`XML ends inside of ${this.#depth} elements`);
        return 'end';
      }
      if (text.charCodeAt(this.#at) !== 0x3c) {
        let stop = text.indexOf('<', this.#at);
        if (stop < 0) stop = this.#end;
        const value = text.slice(this.#at, stop);
        this.value = this.#plain ? value : decoded(value);
        this.valueFrom = this.#at;
        this.valueTo = stop;
        this.#at = stop;
        return 'text';
      }
      const second = text.charCodeAt(this.#at + 1);
      if (second === 0x2f) return this.#close();
      if (second === 0x3f) this.#skipTo('?>', 2);
      else if (second !== 0x21) return this.#open();
      else if (text.startsWith('<!--', this.#at)) this.#skipTo('-->', 4);
      else if (text.startsWith('<![CDATA[', this.#at)) {
        const stop = text.indexOf(']]>', this.#at + 9);
        if (stop < 0) throw new ParseError('An XML CDATA section does not end');
        this.value = text.slice(this.#at + 9, stop);
        this.valueFrom = -1;
        this.#at = stop + 3;
        return 'text';
      } else throw new ParseError('XML with a document type declaration is not read');
    }
  }

  #skipTo(what: string, from: number): void {
    const stop = this.#text.indexOf(what, this.#at + from);
    if (stop < 0) throw new ParseError(`XML ends before ${what}`);
    this.#at = stop + what.length;
  }

  #close(): 'close' {
    const stop = this.#text.indexOf('>', this.#at);
    if (stop < 0 || this.#depth === 0) throw new ParseError('An XML end tag that ends nothing');
    this.#at = stop + 1;
    this.#depth--;
    return 'close';
  }

  #open(): 'open' {
    const text = this.#text;
    let at = endOfName(text, this.#at + 1);
    if (at === this.#at + 1) throw new ParseError('An XML tag without a name');
    const name = this.#localName(this.#at + 1, at);
    this.attributes = 0;
    for (;;) {
      while (text.charCodeAt(at) <= 0x20) at++;
      const c = text.charCodeAt(at);
      if (c === 0x3e) {
        at++;
        break;
      }
      if (c === 0x2f && text.charCodeAt(at + 1) === 0x3e) {
        this.#closesItself = true;
        at += 2;
        break;
      }
      at = this.#readAttribute(at);
    }
    if (++this.#depth > maxDepth) throw new ParseError(`XML is nested deeper than ${maxDepth} levels`);
    this.name = name;
    this.#at = at;
    return 'open';
  }

  /** `name = "value"`; answers the index behind it. */
  #readAttribute(from: number): number {
    const text = this.#text;
    const nameEnd = endOfName(text, from);
    let at = nameEnd;
    while (text.charCodeAt(at) <= 0x20) at++;
    if (nameEnd === from || text.charCodeAt(at) !== 0x3d)
      throw new ParseError('An XML attribute without a value');
    at++;
    while (text.charCodeAt(at) <= 0x20) at++;
    const quote = text.charCodeAt(at);
    if (quote !== 0x22 && quote !== 0x27) throw new ParseError('An XML attribute whose value is not quoted');
    const stop = text.indexOf(quote === 0x22 ? '"' : "'", at + 1);
    if (stop < 0 || this.attributes >= maxAttributes)
      throw new ParseError(`An XML attribute that does not end, or more than ${maxAttributes} of them`);
    const name = this.#localName(from, nameEnd);
    this.attributeNames[this.attributes] = name;
    this.attributeFrom[this.attributes] = at + 1;
    this.attributeTo[this.attributes] = stop;
    // Names of data come again with every event.
    this.attributeValues[this.attributes++] =
      name === 'Name' ? decoded(this.#known.of(text, at + 1, stop)) : decoded(text.slice(at + 1, stop));
    return stop + 1;
  }

  #localName(from: number, to: number): string {
    const name = this.#known.of(this.#text, from, to);
    const colon = name.indexOf(':');
    return colon < 0 ? name : name.slice(colon + 1);
  }
}

/** Index behind a name: up to a blank, `/`, `>`, `=`, a quote or `<`. */
function endOfName(text: string, from: number): number {
  let at = from;
  for (; at < text.length; at++) {
    const c = text.charCodeAt(at);
    if (c <= 0x20 || c === 0x2f || c === 0x3e || c === 0x3d || c === 0x22 || c === 0x27 || c === 0x3c) break;
  }
  return at;
}

const reference = /&(?:#x([0-9A-Fa-f]{1,6})|#([0-9]{1,7})|(amp|lt|gt|quot|apos));/g;
const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** Resolves references to characters; others stay as written. */
export function decoded(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(reference, (all, hex?: string, decimal?: string, name?: string) => {
    if (name !== undefined) return named[name] ?? all;
    const code = hex !== undefined ? Number.parseInt(hex, 16) : Number(decimal);
    return code <= 0x10ffff ? String.fromCodePoint(code) : all;
  });
}

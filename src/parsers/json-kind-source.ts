/** The expression and the code of one kind of JSON objects (see json-kinds.ts), made of the text of one. */
import { endOfScalar, endOfString } from './json.ts';

const maxDepth = 16;
const maxLeaves = 200;

/**
 * What a value has been so far: a `text` without escapes, `escaped` text, a `number`, a `list` of such scalars, `null` alone, or `any` of these but a list.
 * All but a list may be null.
 */
export type Leaf = 'text' | 'escaped' | 'number' | 'list' | 'null' | 'any';

/** A JSON value taken apart. */
export interface Skeleton {
  /** What stands before, between and behind the leaves; one more than there are leaves. */
  readonly literals: readonly string[];
  readonly leaves: readonly Leaf[];
  /** Code around the leaves, which stand as `\0` in it. */
  readonly code: string;
}

export interface JsonKind {
  readonly pattern: RegExp;
  readonly make: (captures: RegExpExecArray) => unknown;
}

const plain = String.raw`[^"\\\x00-\x1f]*`;
const escaped = String.raw`${plain}(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})${plain})*`;
const number = String.raw`-?(?:0|[1-9]\d{0,14})(?:\.\d{1,17})?`;
const longNumber = String.raw`-?(?:0|[1-9]\d{0,39})(?:\.\d{1,17})?`;
const element = `(?:"${escaped}"|${number}|true|false|null)`;
const blank = String.raw`[ \t\r\n]*`;
const list = String.raw`\[${blank}(?:${element}(?:${blank},${blank}${element})*${blank})?\]`;

const patterns: Readonly<Record<Leaf, string>> = {
  text: `(?:"(${plain})"|null)`,
  escaped: `(?:"(${escaped})"|null)`,
  number: `(?:(${longNumber})|null)`,
  list: `(${list})`,
  null: 'null',
  any: `(?:"(${escaped})"|(${longNumber}|true|false)|null)`,
};

function numberOf(text: string | undefined): number | string | null {
  if (text === undefined) return null;
  const value = Number(text);
  // A double would change it: its digits are kept, as by `parseJson`.
  return text.length > 15 && !text.includes('.') && !Number.isSafeInteger(value) ? text : value;
}

function textOf(text: string | undefined): unknown {
  if (text === undefined) return null;
  return text.includes('\\') ? JSON.parse(`"${text}"`) : text;
}

function anyOf(text: string | undefined, other: string | undefined): unknown {
  if (text !== undefined || other === undefined) return textOf(text);
  return other === 'true' ? true : other === 'false' ? false : numberOf(other);
}

function listOf(text: string): unknown {
  return text === '[]' ? [] : JSON.parse(text);
}

/** The kind of values with a skeleton's literals and leaves. */
export function makeKind({ literals, leaves, code }: Skeleton): JsonKind {
  let source = '^';
  let captures = 0;
  let out = '';
  for (const [i, part] of code.split('\0').entries()) {
    source += literals[i]!.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
    out += part;
    const leaf = leaves[i];
    if (leaf === undefined) break;
    source += patterns[leaf];
    if (leaf === 'text') out += `m[${++captures}]??null`;
    else if (leaf === 'escaped') out += `t(m[${++captures}])`;
    else if (leaf === 'number') out += `n(m[${++captures}])`;
    else if (leaf === 'list') out += `l(m[${++captures}])`;
    else if (leaf === 'any') {
      captures += 2;
      out += `a(m[${captures - 1}],m[${captures}])`;
    } else out += 'null';
  }
  const make = new Function('t', 'n', 'l', 'a', `return (m)=>(${out})`);
  return { pattern: new RegExp(`${source}$`), make: make(textOf, numberOf, listOf, anyOf) };
}

/** What one leaf is of which both have been seen. */
export function mergedLeaf(a: Leaf, b: Leaf): Leaf {
  if (a === b || b === 'null') return a;
  if (a === 'null') return b;
  const texts = (a === 'text' || a === 'escaped') && (b === 'text' || b === 'escaped');
  return texts ? 'escaped' : 'any';
}

/** Whether two skeletons have the same members in the same order, lists at the same places. */
export function sameMembers(a: Skeleton, b: Skeleton): boolean {
  return (
    a.code === b.code &&
    a.literals.every((literal, i) => literal === b.literals[i]) &&
    a.leaves.every((leaf, i) => (leaf === 'list') === (b.leaves[i] === 'list'))
  );
}

/** Of a text that is JSON; undefined when it is not worth it: escapes in names, very many or very deep members. */
export function skeletonOf(text: string): Skeleton | undefined {
  const reader = new SkeletonReader(text);
  const code = reader.value();
  return code === undefined ? undefined : reader.end(code);
}

class SkeletonReader {
  readonly #text: string;
  readonly #literals: string[] = [];
  readonly #leaves: Leaf[] = [];
  #at = 0;
  /** Where the literal part begins that is not yet kept. */
  #from = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  end(code: string): Skeleton | undefined {
    this.#literals.push(this.#text.slice(this.#from));
    return this.#leaves.length === 0 ? undefined : { literals: this.#literals, leaves: this.#leaves, code };
  }

  #skipBlanks(): void {
    while (this.#text.charCodeAt(this.#at) <= 0x20) this.#at++;
  }

  #leaf(leaf: Leaf, end: number): string {
    this.#literals.push(this.#text.slice(this.#from, this.#at));
    this.#leaves.push(leaf);
    this.#at = this.#from = end;
    return '\0';
  }

  /** Code that makes the value, which begins here; undefined when it is not worth it. */
  value(): string | undefined {
    this.#skipBlanks();
    const text = this.#text;
    const c = text.charCodeAt(this.#at);
    if (this.#leaves.length >= maxLeaves || this.#depth > maxDepth) return undefined;
    if (c === 0x7b) return this.#object();
    if (c === 0x5b) return this.#list();
    if (c === 0x22) {
      const end = endOfString(text, this.#at);
      const slash = text.indexOf('\\', this.#at);
      return this.#leaf(slash >= 0 && slash < end ? 'escaped' : 'text', end);
    }
    const end = endOfScalar(text, this.#at);
    const isNumber = c === 0x2d || (c >= 0x30 && c <= 0x39);
    return this.#leaf(isNumber ? 'number' : c === 0x6e ? 'null' : 'any', end);
  }

  #object(): string | undefined {
    this.#depth++;
    this.#at++;
    const members: string[] = [];
    for (;;) {
      this.#skipBlanks();
      const c = this.#text.charCodeAt(this.#at);
      if (c === 0x7d) break;
      if (c === 0x2c) {
        this.#at++;
        continue;
      }
      const end = endOfString(this.#text, this.#at);
      const key = this.#text.slice(this.#at + 1, end - 1);
      if (c !== 0x22 || key.includes('\\')) return undefined;
      this.#at = end;
      this.#skipBlanks();
      this.#at++;
      const value = this.value();
      if (value === undefined) return undefined;
      members.push(`${key === '__proto__' ? '["__proto__"]' : JSON.stringify(key)}:${value}`);
    }
    this.#at++;
    this.#depth--;
    return `{${members.join(',')}}`;
  }

  /** Of texts, numbers and the like a list of any length; of objects or lists one of just so many. */
  #list(): string | undefined {
    scalarList.lastIndex = this.#at;
    const scalars = scalarList.exec(this.#text);
    if (scalars !== null) return this.#leaf('list', this.#at + scalars[0].length);
    this.#depth++;
    this.#at++;
    const items: string[] = [];
    for (;;) {
      this.#skipBlanks();
      const c = this.#text.charCodeAt(this.#at);
      if (c === 0x5d) break;
      if (c === 0x2c) {
        this.#at++;
        continue;
      }
      const item = this.value();
      if (item === undefined) return undefined;
      items.push(item);
    }
    this.#at++;
    this.#depth--;
    return `[${items.join(',')}]`;
  }
}

const scalarList = new RegExp(list, 'y');

/**
 * Makes messages whose field names come from the data, quickly: the sequence of names is a path in a tree, at whose end stands code
 * that makes just that kind of message. Devices write few kinds; names beyond the bounds are set one by one.
 */
import { detached, setField } from './fields.ts';
import type { Message } from './parser.ts';
import { type RecordBuilder, recordBuilder } from './record-builder.ts';

const maxNodes = 20_000;
const maxShapes = 512;
const maxNames = 200;
const maxNameLength = 256;
/** Characters of names in generated code, all in all. */
const maxCode = 2_000_000;
/** After so many messages that found no room, what was learned is forgotten: junk must not keep good messages slow for ever. */
const patience = 50_000;

class KeyNode<T> {
  value: T | undefined;
  #lastName = '';
  #last: KeyNode<T> | undefined;
  #children: Map<string, KeyNode<T>> | undefined;

  child(name: string): KeyNode<T> | undefined {
    if (name === this.#lastName && this.#last !== undefined) return this.#last;
    const found = this.#children?.get(name);
    if (found !== undefined) {
      this.#lastName = name;
      this.#last = found;
    }
    return found;
  }

  add(name: string): KeyNode<T> {
    const node = new KeyNode<T>();
    this.#children ??= new Map();
    this.#children.set(name, node);
    return node;
  }
}

/** What is made once for each sequence of names, within bounds, since names come from data and code is made of them. */
export class KeyTree<T> {
  readonly #make: (names: readonly string[]) => T;
  #root = new KeyNode<T>();
  #nodes = 0;
  #shapes = 0;
  #code = 0;
  #refused = 0;

  constructor(make: (names: readonly string[]) => T) {
    this.#make = make;
  }

  /** Of the first `count` names; undefined when there is no room for it. */
  get(names: readonly string[], count: number): T | undefined {
    const node = count <= maxNames ? this.#find(names, count) : undefined;
    if (node !== undefined) {
      node.value ??= this.#makeOf(names, count);
      if (node.value !== undefined) return node.value;
    }
    if (++this.#refused >= patience) this.#forget();
    return undefined;
  }

  #forget(): void {
    this.#root = new KeyNode();
    this.#nodes = this.#shapes = this.#code = this.#refused = 0;
  }

  #find(names: readonly string[], count: number): KeyNode<T> | undefined {
    let node = this.#root;
    for (let i = 0; i < count; i++) {
      const name = names[i]!;
      let next = node.child(name);
      if (next === undefined) {
        if (this.#nodes >= maxNodes || name.length > maxNameLength) return undefined;
        this.#nodes++;
        next = node.add(detached(name));
      }
      node = next;
    }
    return node;
  }

  #makeOf(names: readonly string[], count: number): T | undefined {
    if (this.#shapes >= maxShapes || this.#code >= maxCode) return undefined;
    this.#shapes++;
    const list = names.slice(0, count);
    for (const name of list) this.#code += name.length + 32;
    return this.#make(list);
  }
}

export class KeyShapes {
  readonly #builders = new KeyTree<RecordBuilder>(recordBuilder);

  /** A message with the first `count` names and values; of those with the same name the last value holds. */
  build(names: readonly string[], values: readonly unknown[], count: number): Message {
    const build = this.#builders.get(names, count);
    return build === undefined ? oneByOne(names, values, count) : build(values);
  }
}

function oneByOne(names: readonly string[], values: readonly unknown[], count: number): Message {
  const message: Message = {};
  for (let i = 0; i < count; i++) setField(message, names[i]!, values[i]);
  return message;
}

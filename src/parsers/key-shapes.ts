/**
 * Makes messages whose field names come from the data, quickly: the sequence of names is a path in a tree, at whose end stands code
 * that makes just that kind of message. Devices write few kinds; names beyond the bounds are set one by one.
 */
import { setField } from './fields.ts';
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

class KeyNode {
  build: RecordBuilder | undefined;
  #lastName = '';
  #last: KeyNode | undefined;
  #children: Map<string, KeyNode> | undefined;

  child(name: string): KeyNode | undefined {
    if (name === this.#lastName && this.#last !== undefined) return this.#last;
    const found = this.#children?.get(name);
    if (found !== undefined) {
      this.#lastName = name;
      this.#last = found;
    }
    return found;
  }

  add(name: string): KeyNode {
    const node = new KeyNode();
    this.#children ??= new Map();
    this.#children.set(name, node);
    return node;
  }
}

export class KeyShapes {
  #root = new KeyNode();
  #nodes = 0;
  #shapes = 0;
  #code = 0;
  #refused = 0;

  /** A message with the first `count` names and values; of those with the same name the last value holds. */
  build(names: readonly string[], values: readonly unknown[], count: number): Message {
    const node = count <= maxNames ? this.#find(names, count) : undefined;
    if (node !== undefined) {
      node.build ??= this.#compile(names, count);
      if (node.build !== undefined) return node.build(values);
    }
    if (++this.#refused >= patience) this.#forget();
    return oneByOne(names, values, count);
  }

  #forget(): void {
    this.#root = new KeyNode();
    this.#nodes = this.#shapes = this.#code = this.#refused = 0;
  }

  #find(names: readonly string[], count: number): KeyNode | undefined {
    let node = this.#root;
    for (let i = 0; i < count; i++) {
      const name = names[i]!;
      let next = node.child(name);
      if (next === undefined) {
        if (this.#nodes >= maxNodes || name.length > maxNameLength) return undefined;
        this.#nodes++;
        // A slice of a line would keep the whole line in memory.
        next = node.add(Buffer.from(name, 'utf16le').toString('utf16le'));
      }
      node = next;
    }
    return node;
  }

  #compile(names: readonly string[], count: number): RecordBuilder | undefined {
    if (this.#shapes >= maxShapes || this.#code >= maxCode) return undefined;
    this.#shapes++;
    const list = names.slice(0, count);
    for (const name of list) this.#code += name.length + 32;
    return recordBuilder(list);
  }
}

function oneByOne(names: readonly string[], values: readonly unknown[], count: number): Message {
  const message: Message = {};
  for (let i = 0; i < count; i++) setField(message, names[i]!, values[i]);
  return message;
}

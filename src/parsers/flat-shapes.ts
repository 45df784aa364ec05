/**
 * Flattens nested JSON objects quickly: the sequence of member names on the way through an object is a path in a tree, at whose end
 * stands code that sets the fields of just that kind of object. Both are built at the first object of a kind.
 */
import { isMap, setField } from './fields.ts';
import { compileFiller } from './object-shapes.ts';
import type { Message } from './parser.ts';

const maxNodes = 20_000;
const maxFillers = 256;
/** After so many objects that found no room, what was learned is forgotten: junk must not keep good objects slow for ever. */
const patience = 50_000;
/** Names come from data: without bounds they would fill the memory, and code is compiled from them. */
const maxNameLength = 512;
const maxCodeNames = 1_000_000;

class ShapeNode {
  /** Field name of the value that leads here; undefined for the root, for members left out, and where an object is entered or left. */
  readonly name: string | undefined;
  readonly parent: ShapeNode | undefined;
  /** What stands before the names of the members that follow: empty at the top, else it ends with a dot. */
  readonly prefix: string;
  fill: ((target: Message, values: readonly unknown[]) => void) | undefined;
  /** Names of the values, where there is no room for code. */
  list: readonly string[] | undefined;
  #lastKey: string | undefined;
  #last: ShapeNode | undefined;
  #children: Map<string, ShapeNode> | undefined;
  #maps: Map<string, ShapeNode> | undefined;
  left: ShapeNode | undefined;

  constructor(name: string | undefined, parent: ShapeNode | undefined, prefix: string) {
    this.name = name;
    this.parent = parent;
    this.prefix = prefix;
  }

  child(key: string): ShapeNode | undefined {
    if (key === this.#lastKey) return this.#last;
    const found = this.#children?.get(key);
    if (found !== undefined) {
      this.#lastKey = key;
      this.#last = found;
    }
    return found;
  }

  addChild(key: string, name: string | undefined): ShapeNode {
    const node = new ShapeNode(name, this, this.prefix);
    this.#children ??= new Map();
    this.#children.set(key, node);
    return node;
  }

  entered(key: string): ShapeNode | undefined {
    return this.#maps?.get(key);
  }

  addEntered(key: string, prefix: string): ShapeNode {
    const node = new ShapeNode(undefined, this, prefix);
    this.#maps ??= new Map();
    this.#maps.set(key, node);
    return node;
  }

  names(): string[] {
    const names: string[] = [];
    for (let node: ShapeNode | undefined = this; node !== undefined; node = node.parent) {
      if (node.name !== undefined) names.push(node.name);
    }
    return names.reverse();
  }
}

export class FlatShapes {
  #root = new ShapeNode(undefined, undefined, '');
  readonly #rename: ReadonlyMap<string, string | undefined>;
  readonly #values: unknown[] = [];
  #nodes = 0;
  #fillers = 0;
  #codeNames = 0;
  #count = 0;
  #refused = 0;

  /** `rename`: other names for members at the top; undefined leaves the member out. */
  constructor(rename: ReadonlyMap<string, string | undefined> = new Map()) {
    this.#rename = rename;
  }

  /** Sets the members of `map` in `target`, those of inner objects under names joined with dots. Null is left out when `skipNull`. */
  flatten(target: Message, map: Readonly<Record<string, unknown>>, skipNull: boolean): void {
    this.#count = 0;
    const end = this.#walk(this.#root, map, skipNull);
    if (end === undefined) {
      this.#copy(target, '', map, skipNull);
      if (++this.#refused >= patience) this.#forget();
      return;
    }
    if (end.fill === undefined && this.#fillers < maxFillers && this.#codeNames < maxCodeNames) {
      const names = end.names();
      this.#fillers++;
      for (const name of names) this.#codeNames += name.length + 32;
      end.fill = compileFiller(names);
    }
    if (end.fill !== undefined) {
      end.fill(target, this.#values);
      return;
    }
    end.list ??= end.names();
    const names = end.list;
    for (let i = 0; i < names.length; i++) setField(target, names[i]!, this.#values[i]);
    if (++this.#refused >= patience) this.#forget();
  }

  #forget(): void {
    this.#root = new ShapeNode(undefined, undefined, '');
    this.#nodes = this.#fillers = this.#codeNames = this.#refused = 0;
  }

  /** Collects the values on the way; undefined when the tree is full. */
  #walk(start: ShapeNode, map: Readonly<Record<string, unknown>>, skipNull: boolean): ShapeNode | undefined {
    let node = start;
    for (const key in map) {
      const value = map[key];
      if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
        const inner = node.entered(key) ?? this.#enter(node, key);
        if (inner === undefined) return undefined;
        const end = this.#walk(inner, value as Readonly<Record<string, unknown>>, skipNull);
        if (end === undefined) return undefined;
        const left = end.left ?? this.#leave(end, node.prefix);
        if (left === undefined) return undefined;
        node = left;
        continue;
      }
      if (value === null && skipNull) continue;
      const next = node.child(key) ?? this.#add(node, key);
      if (next === undefined) return undefined;
      node = next;
      if (node.name !== undefined) this.#values[this.#count++] = value;
    }
    return node;
  }

  #nameOf(prefix: string, key: string): string | undefined {
    if (prefix !== '') return prefix + key;
    return this.#rename.has(key) ? this.#rename.get(key) : key;
  }

  #add(node: ShapeNode, key: string): ShapeNode | undefined {
    return this.#mayGrow(node, key) ? node.addChild(key, this.#nameOf(node.prefix, key)) : undefined;
  }

  #enter(node: ShapeNode, key: string): ShapeNode | undefined {
    return this.#mayGrow(node, key) ? node.addEntered(key, `${node.prefix}${key}.`) : undefined;
  }

  #mayGrow(node: ShapeNode, key: string): boolean {
    return node.prefix.length + key.length <= maxNameLength && this.#nodes++ < maxNodes;
  }

  #leave(end: ShapeNode, prefix: string): ShapeNode | undefined {
    if (this.#nodes++ >= maxNodes) return undefined;
    end.left = new ShapeNode(undefined, end, prefix);
    return end.left;
  }

  #copy(target: Message, prefix: string, map: Readonly<Record<string, unknown>>, skipNull: boolean): void {
    for (const key in map) {
      const value = map[key];
      if (isMap(value)) {
        this.#copy(target, `${prefix}${key}.`, value, skipNull);
        continue;
      }
      const name = this.#nameOf(prefix, key);
      if (name !== undefined && !(skipNull && value === null)) setField(target, name, value);
    }
  }
}

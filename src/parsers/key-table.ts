/**
 * What is known of the keys that a device writes, found from their place in a line without cutting them out: lines of a device have the
 * same few keys over and over.
 */

import { detached } from './fields.ts';

/** `plain`: nothing. `port`: the value is a number. `label`: the value is another key's name. `time`, `format`: of the event. */
export type KeyKind = 'plain' | 'port' | 'label' | 'time' | 'format';

export interface KeyInfo {
  readonly key: string;
  /** The field's name in messages. */
  readonly name: string;
  readonly kind: KeyKind;
  /** Of a label the key whose name it is; else empty. */
  readonly base: string;
}

const slots = 2048;
const longestKept = 64;
const mostKept = 4096;

export class KeyTable {
  readonly #describe: (key: string) => KeyInfo;
  readonly #table: (KeyInfo | undefined)[] = new Array<KeyInfo | undefined>(slots).fill(undefined);
  readonly #all = new Map<string, KeyInfo>();

  constructor(describe: (key: string) => KeyInfo) {
    this.#describe = describe;
  }

  /** The key at text[from, to). `hash`: `hashOf` of it. */
  get(text: string, from: number, to: number, hash: number): KeyInfo {
    const length = to - from;
    const slot = (hash ^ (hash >>> 11) ^ length) & (slots - 1);
    const known = this.#table[slot];
    if (known !== undefined && known.key.length === length && text.startsWith(known.key, from)) return known;
    const key = text.slice(from, to);
    let info = this.#all.get(key);
    if (info === undefined) {
      info = this.#describe(detached(key));
      if (length > longestKept) return info;
      if (this.#all.size >= mostKept) this.#all.clear();
      this.#all.set(info.key, info);
    }
    this.#table[slot] = info;
    return info;
  }
}

/** One more character, from the last to the first, of the hash that `KeyTable` finds keys by. */
export function hashStep(hash: number, code: number): number {
  return (Math.imul(hash, 31) + code) | 0;
}

export function hashOf(text: string, from: number, to: number): number {
  let hash = 0;
  for (let at = to - 1; at >= from; at--) hash = hashStep(hash, text.charCodeAt(at));
  return hash;
}

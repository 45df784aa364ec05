/**
 * What a set of JSON documents has in it, whatever their order: how many there are, and the sum of their hashes. Two sets with the
 * same figures are the same but for a chance of one in 2^128.
 */
import { createHash } from 'node:crypto';

const modulus = 1n << 128n;

export class Digest {
  count = 0;
  #sum = 0n;

  add(document: unknown): void {
    this.count++;
    const hash = createHash('sha256').update(canonical(document)).digest();
    this.#sum = (this.#sum + (hash.readBigUInt64LE(0) | (hash.readBigUInt64LE(8) << 64n))) % modulus;
  }

  /** 32 hexadecimal digits. */
  get hash(): string {
    return this.#sum.toString(16).padStart(32, '0');
  }

  equals(other: Digest): boolean {
    return this.count === other.count && this.hash === other.hash;
  }
}

/** JSON with the keys of objects in the order of their code units, as RFC 8785 has them. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value)
    .filter(([, one]) => one !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, one]) => `${JSON.stringify(key)}:${canonical(one)}`);
  return `{${entries.join(',')}}`;
}

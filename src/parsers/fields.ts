/** Fields of a message whose names come from data. */
import type { Message } from './parser.ts';

/**
 * Sets a field under a name taken from data. A field called `__proto__` becomes an own property like any other: a plain
 * assignment would replace the object's prototype.
 */
export function setField(message: Message, name: string, value: unknown): void {
  if (name === '__proto__') {
    Object.defineProperty(message, name, { value, enumerable: true, configurable: true, writable: true });
  } else {
    message[name] = value;
  }
}

/** Whether a value is a JSON object (not an array, not null). */
export function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Copies members into `out`, objects inside of objects under names joined with dots. A later name wins. */
export function flattenInto(out: Message, prefix: string, map: Readonly<Record<string, unknown>>): void {
  for (const key in map) {
    const value = map[key];
    if (isMap(value)) flattenInto(out, `${prefix}${key}.`, value);
    else setField(out, prefix === '' ? key : prefix + key, value);
  }
}

/** A copy that does not hold the text it was cut from in memory. */
export function detached(text: string): string {
  return Buffer.from(text, 'utf16le').toString('utf16le');
}

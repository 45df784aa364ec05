import { argumentError, StellarError } from '../errors.ts';
import { describe, isRecord, setOwn } from '../values.ts';

/** Configuration documents as JSON text that functions change and give back. */

export type Document = Record<string, unknown>;

/** Reads the object that a text holds. Keys are own properties whatever their name, as JSON.parse makes them. */
export function documentOf(name: string, text: string): Document {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    if (error instanceof RangeError)
      throw new StellarError('SKP_STELLAR_BUDGET', `${name} was given JSON that nests too deeply`);
    parsed = undefined;
  }
  if (isRecord(parsed)) return parsed;
  throw argumentError(`${name} needs a configuration as JSON text, not ${describe(text)}`);
}

export function documentText(document: Document): string {
  return JSON.stringify(document, null, 2);
}

/** The object under a key; an empty one is put there when there is none. */
export function part(name: string, document: Document, key: string): Document {
  const found = Object.hasOwn(document, key) ? document[key] : undefined;
  if (found === undefined || found === null) {
    const made: Document = {};
    setOwn(document, key, made);
    return made;
  }
  if (isRecord(found)) return found;
  throw argumentError(`${name} needs an object under '${key}' of the configuration`);
}

/** What lies under a key, null when nothing does. */
export function member(document: unknown, key: string): unknown {
  return isRecord(document) && Object.hasOwn(document, key) ? (document[key] ?? null) : null;
}

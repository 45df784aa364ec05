/** Reads answers of the server, which are JSON of any shape until they are looked at. */

export type Json = Readonly<Record<string, unknown>>;

const NOTHING: Json = Object.freeze({});

export function objectAt(value: unknown, ...path: readonly string[]): Json {
  let at = value;
  for (const step of path) at = isObject(at) && Object.hasOwn(at, step) ? at[step] : undefined;
  return isObject(at) ? at : NOTHING;
}

export function listAt(value: unknown, ...path: readonly string[]): readonly unknown[] {
  const last = path.at(-1);
  const at = last === undefined ? value : objectAt(value, ...path.slice(0, -1))[last];
  return Array.isArray(at) ? at : [];
}

export function textAt(value: unknown, key: string): string | undefined {
  const at = objectAt(value)[key];
  return typeof at === 'string' ? at : undefined;
}

export function numberAt(value: unknown, key: string): number | undefined {
  const at = objectAt(value)[key];
  return typeof at === 'number' ? at : undefined;
}

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

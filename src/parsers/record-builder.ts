/** Builds messages of one shape fast: the object literal is generated once, so that every message has the same hidden class. */
import type { Message } from './parser.ts';

export type RecordBuilder = (values: readonly unknown[]) => Message;

/**
 * A function that makes `{fields[0]: values[0], fields[1]: values[1], …}`. A field named twice has its last value. Names go
 * into the source as computed keys in JSON, so that `__proto__` is a field like any other.
 */
export function recordBuilder(fields: readonly string[]): RecordBuilder {
  const places = new Map<string, number>();
  for (const [i, field] of fields.entries()) places.set(field, i);
  const members = [...places].map(
    ([field, i]) => `${field === '__proto__' ? '["__proto__"]' : JSON.stringify(field)}: values[${i}]`,
  );
  return new Function('values', `return {${members.join(', ')}};`) as RecordBuilder;
}

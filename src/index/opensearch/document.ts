/** An event as the server's document, and back. */

import { maybeAddress } from '../addresses.ts';
import type { IndexedEvent } from '../event-index.ts';
import { isObject, type Json, numberAt, textAt } from '../remote/json.ts';
import type { MappedField } from './mapping.ts';
import { canonical, logicalField, MORE, NAMES, ORIGINAL, RAW, sensorOfIndex, VERSION } from './names.ts';
import { addressToken, addTokens } from './tokens.ts';

export interface DocumentOptions {
  readonly version?: number;
  /** JSON of the event as it was before its first change. */
  readonly original?: string;
  /** Every value apart, but for the fields that the index itself needs: for a document that was refused as it was. */
  readonly apart?: boolean;
}

const always: ReadonlySet<string> = new Set(['guid', 'timestamp', 'source.type']);

/**
 * JSON of the document. Values that their field takes stand in it under the field's name, as they are; all others as words
 * (tokens.ts), and once more as JSON, so that the event comes back as it was.
 */
export function documentText(
  event: Json,
  sensor: string,
  fields: ReadonlyMap<string, MappedField>,
  options: DocumentOptions = {},
): string {
  const parts: string[] = [];
  let tokens: Set<string> | null = null;
  let names: string[] | null = null;
  let apart: [string, unknown][] | null = null;
  let typed = false;
  for (const name of Object.keys(event)) {
    const value = event[name];
    if (value === undefined) continue;
    const field = options.apart === true && !always.has(name) ? undefined : fields.get(name);
    if (field !== undefined && (value === null || fits(field, value))) {
      if (name === 'source.type') typed = true;
      parts.push(field.key + JSON.stringify(value));
      if (field.addressesApart && value !== null) {
        for (const element of Array.isArray(value) ? value : [value]) {
          const address = typeof element === 'string' ? maybeAddress(element) : null;
          if (address !== null) (tokens ??= new Set()).add(addressToken(name, address));
        }
      }
      continue;
    }
    (apart ??= []).push([name, value]);
    if (value === null) continue;
    (names ??= []).push(canonical(name).slice(0, 500));
    addTokens((tokens ??= new Set()), name, value);
  }
  if (!typed && !Object.hasOwn(event, 'source.type')) {
    // Pages group and count by it; it is taken out again when the event is read.
    parts.push(`"source:type":${JSON.stringify(sensor)}`);
    (apart ??= []).push(['source.type', undefined]);
  }
  if (tokens !== null) parts.push(`"${MORE}":${JSON.stringify([...tokens])}`);
  if (names !== null) parts.push(`"${NAMES}":${JSON.stringify(names)}`);
  if (apart !== null) parts.push(`"${RAW}":${JSON.stringify(rawText(apart))}`);
  if (options.version !== undefined) parts.push(`"${VERSION}":${options.version}`);
  if (options.original !== undefined) parts.push(`"${ORIGINAL}":${JSON.stringify(options.original)}`);
  return `{${parts.join(',')}}`;
}

/** A list of pairs, since names may be any; a pair of one is a field that the event does not have. */
function rawText(apart: readonly (readonly [string, unknown])[]): string {
  return JSON.stringify(apart.map(([name, value]) => (value === undefined ? [name] : [name, value])));
}

function fits(field: MappedField, value: unknown): boolean {
  if (!Array.isArray(value)) return field.takes(value);
  let some = false;
  for (const element of value) {
    if (element === null) continue;
    if (!field.takes(element)) return false;
    some = true;
  }
  // The server takes a list of nothing for a field that is not there.
  return some;
}

/** `fields`: only these, by the names that they are asked for under; all when absent. */
export function readDocument(hit: Json, fields?: ReadonlySet<string>): IndexedEvent {
  const document = isObject(hit['_source']) ? hit['_source'] : {};
  const source = readSource(document, fields);
  const index = textAt(hit, '_index') ?? '';
  return {
    guid: textAt(document, 'guid') ?? textAt(hit, '_id') ?? '',
    sensor: sensorOfIndex(index) ?? index,
    source,
    version: numberAt(document, VERSION) ?? 0,
    score: null,
  };
}

function readSource(document: Json, fields: ReadonlySet<string> | undefined): Record<string, unknown> {
  const source: Record<string, unknown> = {};
  const put = (name: string, value: unknown): void => {
    if (fields !== undefined && !fields.has(name) && !fields.has(logicalField(name))) return;
    // Defined, not assigned: `__proto__` is a name like any other.
    Object.defineProperty(source, name, { value, enumerable: true, configurable: true, writable: true });
  };
  for (const [physical, value] of Object.entries(document))
    if (!physical.startsWith('~')) put(logicalField(physical), value);
  const raw = document[RAW];
  if (typeof raw === 'string') {
    const pairs: unknown = JSON.parse(raw);
    for (const pair of Array.isArray(pairs) ? pairs : []) {
      if (!Array.isArray(pair)) continue;
      const name = String(pair[0]);
      if (pair.length > 1) put(name, pair[1]);
      else delete source[name];
    }
  }
  return source;
}

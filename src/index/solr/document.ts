/** An event as Solr's document, and back. */

import { type Address, addressDigits, maybeAddress } from '../addresses.ts';
import type { IndexedEvent } from '../event-index.ts';
import { isObject, type Json, objectAt } from '../remote/json.ts';
import { numberDigits } from '../remote/number-digits.ts';
import { As, canonical, fieldBase, Own } from './names.ts';

/** A term of Lucene has at most 32,766 bytes; longer texts are found by their words only. */
export const LONGEST = 8000;
const ORDER_LENGTH = 200;

type Fields = Map<string, Set<string | number> | string | number>;

export interface Patched {
  readonly version: number;
  /** JSON of the event before its first change. */
  readonly original: string;
}

/** JSON of the document. `line` is the event's JSON; `id` its id in Solr; `_version_`, when given, is what must hold there. */
export function documentText(
  id: string,
  sensor: string,
  event: Json,
  line: string,
  textFields: ReadonlySet<string>,
  patched?: Patched,
  mustBe?: string,
): string {
  const fields: Fields = new Map();
  for (const name of Object.keys(event)) {
    const value = event[name];
    if (value !== null && value !== undefined) addField(fields, canonical(name), value, textFields.has(name));
  }
  if (!Object.hasOwn(event, 'source.type') && !Object.hasOwn(event, 'source:type'))
    addField(fields, 'source.type', sensor, false, true);
  fields.set(Own.sensor, sensor);
  const time = event['timestamp'];
  if (typeof time === 'number' && Math.abs(time) <= Number.MAX_SAFE_INTEGER)
    fields.set(Own.time, Math.floor(time));
  const flag = event['is_alert'];
  if (flag === true || flag === 'true') fields.set(Own.alert, 'true');
  if (patched !== undefined) {
    fields.set(Own.version, patched.version);
    fields.set(Own.original, patched.original);
  }
  let text = `{"id":${JSON.stringify(id)},"${Own.event}":${JSON.stringify(line)}`;
  if (mustBe !== undefined) text += `,"_version_":${mustBe}`;
  for (const [name, value] of fields)
    text += `,${JSON.stringify(name)}:${JSON.stringify(value instanceof Set ? [...value] : value)}`;
  return `${text}}`;
}

/** `quiet`: not among the fields that the event has. */
function addField(fields: Fields, name: string, value: unknown, isText: boolean, quiet = false): void {
  const base = fieldBase(name);
  const elements = Array.isArray(value) ? value : [value];
  if (!quiet) add(fields, Own.names, name.slice(0, LONGEST));
  for (const element of elements) {
    if (element === null) continue;
    if (typeof element === 'number') {
      add(fields, base + As.number, element);
      add(fields, base + As.written, String(element));
      add(fields, Own.anyKeyword, String(element));
      put(fields, base + As.order, `1${numberDigits(element)}`);
    } else if (typeof element === 'string') addText(fields, base, element, isText);
    else {
      const text = JSON.stringify(element);
      if (text.length <= LONGEST) {
        add(fields, base + As.written, text);
        add(fields, Own.anyKeyword, text);
      }
      put(fields, base + As.order, `2${text.slice(0, ORDER_LENGTH)}`);
    }
    const shown = typeof element === 'object' ? JSON.stringify(element) : String(element);
    if (shown.length <= LONGEST) add(fields, base + As.shown, shown);
  }
  add(fields, Own.kinds, `${kindOf(name, value, isText)} ${name.slice(0, LONGEST)}`);
}

function addText(fields: Fields, base: string, text: string, isText: boolean): void {
  if (text.length <= LONGEST) {
    add(fields, base + As.keyword, text);
    add(fields, Own.anyKeyword, text);
  }
  put(fields, base + As.order, `2${text.slice(0, ORDER_LENGTH)}`);
  if (isText) {
    add(fields, base + As.words, text);
    add(fields, Own.anyWords, text);
    return;
  }
  const address = maybeAddress(text);
  if (address === null) return;
  add(fields, base + As.address, addressKey(address));
  add(fields, Own.anyAddress, addressKey(address));
}

export function addressKey({ bits, number }: Address): string {
  return (bits === 32 ? '4' : '6') + addressDigits(bits, number);
}

function kindOf(name: string, value: unknown, isText: boolean): string {
  if (isText) return 'text';
  if (typeof value === 'string') return maybeAddress(value) === null ? 'keyword' : 'ip';
  if (typeof value === 'boolean') return 'boolean';
  if (typeof value !== 'number') return 'other';
  if (!Number.isSafeInteger(value)) return 'double';
  return name === 'timestamp' ? 'date' : 'long';
}

function add(fields: Fields, name: string, value: string | number): void {
  const there = fields.get(name);
  if (there instanceof Set) there.add(value);
  else fields.set(name, new Set([value]));
}

/** The first element of a list is what an event is ordered by. */
function put(fields: Fields, name: string, value: string): void {
  if (!fields.has(name)) fields.set(name, value);
}

/** What of a document makes an event. */
export const EVENT_FIELDS: readonly string[] = ['id', Own.sensor, Own.event, Own.version];

/** `fields`: only these, by the names that they are asked for under; all when absent. */
export function readDocument(document: Json, fields?: readonly string[]): IndexedEvent {
  const line = document[Own.event];
  const parsed: unknown = typeof line === 'string' ? JSON.parse(line) : {};
  const whole = objectAt(parsed);
  const version = document[Own.version];
  let source: Record<string, unknown> = isObject(parsed) ? { ...parsed } : {};
  if (fields !== undefined) {
    const wanted = new Set(fields.map(canonical));
    source = {};
    for (const [name, value] of Object.entries(whole))
      if (wanted.has(canonical(name)))
        // Defined, not assigned: `__proto__` is a name like any other.
        Object.defineProperty(source, name, { value, enumerable: true, configurable: true, writable: true });
  }
  return {
    guid: typeof whole['guid'] === 'string' ? whole['guid'] : String(document['id']),
    sensor: String(document[Own.sensor]),
    source,
    version: typeof version === 'number' ? version : 0,
    score: null,
  };
}

/** Types of fields on the server: which a new field gets, and which values a field of a type takes. */

import { isMapped, maybeAddress } from '../addresses.ts';
import { FieldKind } from '../event-index.ts';
import { type Json, objectAt, textAt } from '../remote/json.ts';
import { logicalField, MORE, NAMES, ORIGINAL, physicalField, RAW, VERSION } from './names.ts';

/** Longer texts are kept, but found only by other fields. Three bytes a character still fit a word of Lucene. */
export const KEYWORD_LIMIT = 8191;
/** The whole line beside its words. */
export const LINE = 'line';

const keyword = { type: 'keyword', ignore_above: KEYWORD_LIMIT };
const date = { type: 'date', format: 'epoch_millis' };
const line = {
  type: 'text',
  analyzer: 'skopos_words',
  norms: false,
  fields: { [LINE]: { ...keyword, doc_values: false } },
};
const kept = { type: 'keyword', index: false, doc_values: false };

export const INDEX_SETTINGS: Json = {
  analysis: {
    analyzer: { skopos_words: { type: 'custom', tokenizer: 'skopos_words', filter: ['lowercase'] } },
    tokenizer: {
      // Letters, digits and underscores make words.
      skopos_words: {
        type: 'char_group',
        tokenize_on_chars: ['whitespace', 'symbol', ...'!"#%&\'()*,-./:;?@[\\]{}', '\u0000', '\u0001'],
      },
    },
  },
};

/** Fields that every index has: what Metron's pages and dashboards ask for, and our own. */
export function baseProperties(textFields: readonly string[]): Record<string, Json> {
  const properties: Record<string, Json> = {
    guid: { type: 'keyword' },
    'source:type': { type: 'keyword' },
    timestamp: date,
    is_alert: { type: 'boolean' },
    alert_status: { type: 'keyword' },
    'threat:triage:score': { type: 'double' },
    ip_src_addr: { type: 'ip' },
    ip_dst_addr: { type: 'ip' },
    ip_src_port: { type: 'integer' },
    ip_dst_port: { type: 'integer' },
    metron_alert: { type: 'nested' },
    [MORE]: { type: 'keyword' },
    [NAMES]: { type: 'keyword' },
    [RAW]: kept,
    [ORIGINAL]: kept,
    [VERSION]: { type: 'integer' },
  };
  for (const field of textFields) {
    const name = physicalField(field);
    if (name !== null) properties[name] = line;
  }
  return properties;
}

/** What a new field becomes by the values that a batch has of it; null when nothing tells. */
export function chooseType(name: string, values: readonly unknown[]): Json | null {
  const scalars = values.filter((value) => value === null || typeof value !== 'object');
  const bits = kindsOf(scalars) || kindsOf(values.flat());
  if ((bits & FieldKind.text) !== 0) {
    return mayHoldAddresses(name) && values.every(isAddressText) ? { type: 'ip' } : keyword;
  }
  if ((bits & FieldKind.number) !== 0) return { type: 'double' };
  if ((bits & FieldKind.integer) !== 0) return isTimeName(name) ? date : { type: 'long' };
  if ((bits & FieldKind.boolean) !== 0) return { type: 'boolean' };
  return null;
}

function kindsOf(values: readonly unknown[]): number {
  let bits = 0;
  for (const value of values) {
    if (typeof value === 'string') bits |= FieldKind.text;
    else if (typeof value === 'boolean') bits |= FieldKind.boolean;
    else if (typeof value === 'number')
      bits |= Number.isSafeInteger(value) ? FieldKind.integer : FieldKind.number;
  }
  return bits;
}

function mayHoldAddresses(name: string): boolean {
  return /(?:^|[._-])(?:ip|addr|address|src|dst|orig_h|resp_h|hosts?)(?:$|[._-])/i.test(name);
}

function isAddressText(value: unknown): boolean {
  if (Array.isArray(value)) return value.every((element) => element === null || isAddressText(element));
  if (typeof value !== 'string') return value === null;
  const address = maybeAddress(value);
  return address !== null && !isMapped(address);
}

function isTimeName(name: string): boolean {
  return /(?:^|\.)(?:timestamp|ts|start_time|end_time)$/.test(name);
}

/** A field that values may be written to. */
export interface MappedField {
  readonly type: string;
  /** `"source:type":` */
  readonly key: string;
  readonly takes: (value: unknown) => boolean;
  /** Texts that are addresses are kept a second time, so that networks find them. */
  readonly addressesApart: boolean;
}

export function mappedField(physical: string, mapping: Json): MappedField {
  const type = textAt(mapping, 'type') ?? 'object';
  return {
    type,
    key: `${JSON.stringify(physical)}:`,
    takes: physical === 'is_alert' && type === 'boolean' ? takesFlag : (takers[type] ?? takesNothing),
    addressesApart: type === 'keyword' || type === 'text',
  };
}

/** Fields of a mapping as it is on the server, by the name that events have them under. */
export function mappedFields(mappings: unknown): Map<string, MappedField> {
  const fields = new Map<string, MappedField>();
  for (const [physical, mapping] of Object.entries(objectAt(mappings, 'properties'))) {
    const name = logicalField(physical);
    if (physicalField(name) === physical) fields.set(name, mappedField(physical, objectAt(mapping)));
  }
  return fields;
}

function whole(bits: number): (value: unknown) => boolean {
  const limit = 2 ** (bits - 1);
  return (value) => Number.isSafeInteger(value) && Number(value) >= -limit && Number(value) < limit;
}

const isText = (value: unknown): boolean => typeof value === 'string';
const takesNothing = (): boolean => false;
const takesFlag = (value: unknown): boolean =>
  typeof value === 'boolean' || value === 'true' || value === 'false';

const takers: Readonly<Record<string, (value: unknown) => boolean>> = {
  keyword: isText,
  text: isText,
  match_only_text: isText,
  wildcard: isText,
  ip: (value) => typeof value === 'string' && isAddressText(value),
  byte: whole(8),
  short: whole(16),
  integer: whole(32),
  long: (value) => Number.isSafeInteger(value),
  double: (value) => typeof value === 'number',
  float: (value) => typeof value === 'number' && Math.abs(value) < 3.4e38,
  boolean: (value) => typeof value === 'boolean',
  date: (value) => Number.isSafeInteger(value) && Math.abs(Number(value)) <= 8.64e15,
};

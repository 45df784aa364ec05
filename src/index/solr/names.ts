/**
 * Names on the server. A value of an event's field stands in fields of Solr for what it can be asked: `ip_src_addr.as_keyword`,
 * `ip_src_addr.as_address` and so on, which are dynamic fields: so no value can be in conflict with the type of its field.
 */

/** Ends of names of dynamic fields, by what they hold. Longer than any prefix of a dynamic field of Solr's own configset. */
export const As = {
  /** A whole text, compared without regard to case. */
  keyword: '.as_keyword',
  /** Numbers, booleans and objects as they are written. */
  written: '.as_written',
  number: '.as_number',
  /** Words of a line of text. */
  words: '.as_words',
  /** Digits that sort as addresses do, the family before them. */
  address: '.as_address',
  /** As it is shown: for facets and groups. */
  shown: '.as_shown',
  /** One key per event, in the order of values: numbers, then all others by their texts. */
  order: '.as_order',
} as const;

/** Fields of each document. */
export const Own = {
  sensor: 'skopos_sensor',
  /** JSON of the event. */
  event: 'skopos_event',
  /** JSON of the event before its first change. */
  original: 'skopos_original',
  version: 'skopos_version',
  time: 'skopos_time',
  alert: 'skopos_alert',
  /** Names of the fields that are not null. */
  names: 'skopos_names',
  /** The same, each with its kind: `long port`. */
  kinds: 'skopos_kinds',
  anyKeyword: 'skopos_any.as_keyword',
  anyWords: 'skopos_any.as_words',
  anyAddress: 'skopos_any.as_address',
  topic: 'skopos_topic',
  partition: 'skopos_partition',
  next: 'skopos_next',
  intent: 'skopos_intent',
} as const;

/** A field as a query names it, whichever way it was written. */
export function canonical(name: string): string {
  return name.replaceAll(':', '.');
}

const plain = /^[A-Za-z_][A-Za-z0-9_.]*$/;

/** Of letters, digits, `_`, `.` and `-` only; a hyphen begins the code of another character. */
export function fieldBase(name: string): string {
  const whole = canonical(name);
  if (whole.length <= 500 && plain.test(whole)) return whole;
  if (whole === '') return '-';
  return whole.slice(0, 500).replaceAll(/[^A-Za-z0-9_.]|^[^A-Za-z_]/gu, escaped);
}

function escaped(character: string): string {
  return `-${character.codePointAt(0)!.toString(16)}-`;
}

/** Collections take letters, digits, `_`, `.` and `-`. */
export function collectionOf(prefix: string, sensor: string): string {
  return prefix + sensor.replaceAll(/[^A-Za-z0-9_.]/gu, escaped);
}

export function sensorOf(prefix: string, collection: string): string {
  return collection
    .slice(prefix.length)
    .replaceAll(/-([0-9a-f]{1,6})-/g, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 16)));
}

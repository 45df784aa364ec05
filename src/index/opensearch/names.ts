/** Names on the server: of indices, and of fields, which have colons for dots as Metron's documents do. */

/** What is ours in a document, beside the event's fields. */
export const MORE = '~more';
export const NAMES = '~names';
export const RAW = '~raw';
export const VERSION = '~version';
export const ORIGINAL = '~original';

/** Names that mean something to the server itself begin with an underscore; a tilde is ours. */
const plain = /^[\p{L}\p{N}$@-][\p{L}\p{N}_$@ -]*(?:\.[\p{L}\p{N}_$@ -]+)*$/u;
const taken: ReadonlySet<string> = new Set(['metron_alert']);

/** The field's name on the server; null when it must be kept otherwise: it would not come back from there as it was. */
export function physicalField(name: string): string | null {
  return name.length <= 200 && plain.test(name) && !taken.has(name) ? name.replaceAll('.', ':') : null;
}

export function logicalField(physical: string): string {
  return physical.replaceAll(':', '.');
}

/** A field as a query names it, whichever way it was written. */
export function canonical(name: string): string {
  return name.replaceAll(':', '.');
}

/** What an index of the sensor begins with. Names of indices are in lower case, and some characters are none of theirs. */
export function indexPrefix(sensor: string): string {
  const safe = sensor.replaceAll(/[^a-z0-9._-]|^[._+-]/gu, escaped).replaceAll('_index_', '=5findex_');
  return `${safe}_index_`;
}

function escaped(character: string): string {
  return [...Buffer.from(character)].map((byte) => `=${byte.toString(16).padStart(2, '0')}`).join('');
}

/** The sensor that an index is of; null when it is none of ours. */
export function sensorOfIndex(index: string): string | null {
  const at = index.lastIndexOf('_index_');
  if (at <= 0) return null;
  const bytes = index
    .slice(0, at)
    .split(/(=[0-9a-f]{2})/)
    .map((part) => (/^=[0-9a-f]{2}$/.test(part) ? Buffer.from(part.slice(1), 'hex') : Buffer.from(part)));
  return Buffer.concat(bytes).toString();
}

/** `{sensor}_index_{date}`; the date of writing, as in Metron. */
export function indexName(sensor: string, format: string, now: number): string {
  const date = new Date(now).toISOString();
  const parts: Readonly<Record<string, string>> = {
    yyyy: date.slice(0, 4),
    MM: date.slice(5, 7),
    dd: date.slice(8, 10),
    HH: date.slice(11, 13),
  };
  return indexPrefix(sensor) + format.replaceAll(/yyyy|MM|dd|HH/g, (part) => parts[part]!);
}

/** What a request's path says for the sensors: patterns, so that it stays short with thousands of indices. */
export function indexPattern(sensors: readonly string[] | undefined): string {
  const names =
    sensors === undefined || sensors.length === 0
      ? ['*_index_*', `-${indexPrefix('error')}*`]
      : [...new Set(sensors)].map((sensor) => `${indexPrefix(sensor)}*`);
  return names.map(encodeURIComponent).join(',');
}

import type { ColumnType } from '../event-index.ts';
import { isObject, listAt, objectAt, textAt } from '../remote/json.ts';
import type { Server } from './client.ts';
import type { FieldTypeReader } from './field-types.ts';
import { indexPattern, logicalField, NAMES, sensorOfIndex } from './names.ts';

/** Drops the indices that were made longer ago than `maxAgeMs`, whole. */
export async function dropOldIndices(server: Server, maxAgeMs: number, now: number): Promise<string[]> {
  const { body } = await server.request('GET', '/*_index_*/_settings', {
    query: { filter_path: '*.settings.index.creation_date', allow_no_indices: true },
  });
  const dropped: string[] = [];
  for (const index of Object.keys(objectAt(body))) {
    const made = Number(textAt(objectAt(body, index, 'settings', 'index'), 'creation_date') ?? now);
    if (sensorOfIndex(index) === null || now - made <= maxAgeMs) continue;
    await server.request('DELETE', `/${encodeURIComponent(index)}`, { allow: [404] });
    dropped.push(index);
  }
  return dropped;
}

export async function sensorsOf(server: Server): Promise<string[]> {
  const { body } = await server.request('GET', '/*_index_*/_settings', {
    query: { filter_path: '*.settings.index.uuid', allow_no_indices: true },
  });
  const sensors = new Set<string>();
  for (const index of Object.keys(objectAt(body))) {
    const sensor = sensorOfIndex(index);
    if (sensor !== null) sensors.add(sensor);
  }
  return [...sensors];
}

/** Type of each field over the sensors, as Metron names types: fields that have several are `other`. */
export async function columnTypes(
  server: Server,
  reader: FieldTypeReader,
  sensors: readonly string[] | undefined,
): Promise<Record<string, ColumnType>> {
  const pattern = indexPattern(sensors);
  const types = await reader.read(pattern, null);
  const columns = new Map<string, ColumnType>();
  for (const physical of types.all) {
    const found = new Set(types.of(physical).map(({ type }) => columnType(type)));
    const [only = 'other'] = found;
    columns.set(logicalField(physical), found.size > 1 ? 'other' : only);
  }
  columns.delete('metron_alert');
  const { body } = await server.request('POST', `/${pattern}/_search`, {
    query: { ignore_unavailable: true, allow_no_indices: true },
    body: { size: 0, track_total_hits: false, aggs: { names: { terms: { field: NAMES, size: 10_000 } } } },
  });
  for (const bucket of listAt(body, 'aggregations', 'names', 'buckets'))
    if (isObject(bucket)) columns.set(String(bucket['key']), 'other');
  return Object.fromEntries(columns);
}

function columnType(type: string): ColumnType {
  switch (type) {
    case 'match_only_text':
      return 'text';
    case 'constant_keyword':
    case 'wildcard':
      return 'keyword';
    case 'short':
    case 'byte':
      return 'integer';
    case 'unsigned_long':
      return 'long';
    case 'half_float':
    case 'scaled_float':
      return 'float';
    case 'text':
    case 'keyword':
    case 'ip':
    case 'integer':
    case 'long':
    case 'date':
    case 'float':
    case 'double':
    case 'boolean':
      return type;
    default:
      return 'other';
  }
}

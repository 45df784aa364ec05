import type { ColumnType } from '../event-index.ts';
import type { Catalog } from './catalog.ts';
import type { ColumnKind } from './names.ts';

/** Type of each field over the sensors, as Metron names types: fields that have several are `other`. */
export function columnTypes(
  catalog: Catalog,
  names: readonly string[] | undefined,
): Record<string, ColumnType> {
  const types = new Map<string, ColumnType>();
  for (const sensor of catalog.sensors.values()) {
    if (names === undefined || names.length === 0 ? sensor.name === 'error' : !names.includes(sensor.name))
      continue;
    for (const field of sensor.fields.values()) {
      const type = typeOf(field.name, [...field.columns.keys()]);
      const before = types.get(field.name);
      types.set(field.name, before === undefined || before === type ? type : 'other');
    }
  }
  return Object.fromEntries(types);
}

function typeOf(name: string, kinds: readonly ColumnKind[]): ColumnType {
  if (kinds.every((kind) => kind === 'i' || kind === 'd')) {
    if (kinds.includes('d')) return 'double';
    return name === 'timestamp' || /[.:]ts$/.test(name) ? 'date' : 'long';
  }
  if (kinds.length > 1) return 'other';
  switch (kinds[0]) {
    case 'b':
      return 'boolean';
    case 't':
      if (/(^|[._:])ip_(src|dst)_addr$|(^|[._:])ip$/.test(name)) return 'ip';
      return name === 'original_string' || name === 'message' ? 'text' : 'keyword';
    default:
      return 'other';
  }
}

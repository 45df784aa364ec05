import type { View } from './alert-address.ts';

/** Columns that are more than a field's value. The id is the field they are sorted by. */
export interface ColumnKind {
  readonly name: string;
  readonly width: number;
  readonly align?: 'end';
}

const KNOWN: Readonly<Record<string, ColumnKind>> = {
  'threat.triage.score': { name: 'Score', width: 76 },
  timestamp: { name: 'Time', width: 190 },
  'threat.triage.rules.0.name': { name: 'Why', width: 320 },
  ip_src_addr: { name: 'Source', width: 140 },
  ip_dst_addr: { name: 'Destination', width: 140 },
  ip_src_port: { name: 'Source port', width: 96, align: 'end' },
  ip_dst_port: { name: 'Destination port', width: 124, align: 'end' },
  'source.type': { name: 'Sensor', width: 96 },
  alert_status: { name: 'Status', width: 112 },
  original_string: { name: 'Raw line', width: 640 },
  protocol: { name: 'Protocol', width: 84 },
  user: { name: 'User', width: 130 },
  hostname: { name: 'Host', width: 130 },
};

export const DEFAULT_COLUMNS: Readonly<Record<View, readonly string[]>> = {
  alerts: [
    'threat.triage.score',
    'timestamp',
    'threat.triage.rules.0.name',
    'ip_src_addr',
    'ip_dst_addr',
    'source.type',
    'alert_status',
  ],
  all: ['timestamp', 'source.type', 'threat.triage.score', 'ip_src_addr', 'ip_dst_addr', 'original_string'],
};

/** Where there is room for three. */
export const NARROW_COLUMNS: Readonly<Record<View, readonly string[]>> = {
  alerts: ['threat.triage.score', 'timestamp', 'threat.triage.rules.0.name'],
  all: ['timestamp', 'source.type', 'original_string'],
};

export function columnKind(field: string, narrow = false): ColumnKind {
  if (narrow && field === 'timestamp') return { name: 'Time', width: 100 };
  if (Object.hasOwn(KNOWN, field)) return KNOWN[field] ?? { name: field, width: 160 };
  return { name: fieldLabel(field), width: Math.min(260, Math.max(110, field.length * 8)) };
}

/** Whether a field goes by another name on the page. */
export function isNamed(field: string): boolean {
  return Object.hasOwn(KNOWN, field);
}

/** A field's name without the prefix that its group implies: `enrichments.geo.ip_dst_addr.country` → `geo.ip_dst_addr.country`. */
export function fieldLabel(field: string): string {
  return field.replace(/^(enrichments|threatintels|threat[.:]triage)[.:]/, '');
}

/** Moves a column one place (`by` −1 or 1) or to where `before` is. */
export function moveColumn(
  columns: readonly string[],
  moved: string,
  before: string | number,
): readonly string[] {
  const at = columns.indexOf(moved);
  const target = typeof before === 'number' ? at + before : columns.indexOf(before);
  if (at < 0 || target < 0 || target >= columns.length || target === at) return columns;
  const others = columns.filter((field) => field !== moved);
  return [...others.slice(0, target), moved, ...others.slice(target)];
}

import type { Source } from './triage.ts';

export type FieldGroupId = 'triage' | 'intel' | 'source' | 'enrichment' | 'system';

export interface FieldEntry {
  readonly field: string;
  readonly value: unknown;
}

export interface FieldGroup {
  readonly id: FieldGroupId;
  readonly name: string;
  readonly entries: readonly FieldEntry[];
}

const NAMES: readonly (readonly [FieldGroupId, string])[] = [
  ['source', 'Source'],
  ['enrichment', 'Enrichment'],
  ['intel', 'Threat intelligence'],
  ['triage', 'Triage'],
  ['system', 'Processing'],
];

const TRIAGE = /^(threat[.:]triage[.:]|is_alert$|alert_status$|comments$|metaalerts$|alert$)/;
const SYSTEM =
  /^(guid$|metadata[.:]|.*[.:](begin|end)[.:]ts$|parallelenricher[.:]|.*(splitter|joinbolt)[.:].*ts$|index$|metron[._:-])/;

/** Which part of the pipeline wrote a field. */
export function groupOf(field: string): FieldGroupId {
  if (TRIAGE.test(field)) return 'triage';
  if (/^threatintels?[.:]/.test(field)) return 'intel';
  if (/^enrichments?[.:]/.test(field)) return 'enrichment';
  return SYSTEM.test(field) ? 'system' : 'source';
}

/** All fields of an event by the part of the pipeline that wrote them, sorted by name; groups without fields are left out. */
export function groupFields(source: Source, wanted = ''): readonly FieldGroup[] {
  const needle = wanted.trim().toLowerCase();
  const entries = new Map<FieldGroupId, FieldEntry[]>();
  for (const field of Object.keys(source).sort()) {
    const value = source[field];
    if (value === null || value === undefined) continue;
    if (needle !== '' && !`${field} ${String(value)}`.toLowerCase().includes(needle)) continue;
    const id = groupOf(field);
    const group = entries.get(id);
    if (group) group.push({ field, value });
    else entries.set(id, [{ field, value }]);
  }
  return NAMES.flatMap(([id, name]) => {
    const found = entries.get(id);
    return found ? [{ id, name, entries: found }] : [];
  });
}

/** Names of fields that events have whatever their sensor, and those that the parsers describe. */
import { documentedParsers } from './shared/documented-parsers.ts';

/** The reference system's standard names, and what processing adds. */
const standard: readonly string[] = [
  'timestamp',
  'original_string',
  'source.type',
  'guid',
  'is_alert',
  'ip_src_addr',
  'ip_src_port',
  'ip_dst_addr',
  'ip_dst_port',
  'protocol',
  'alert_status',
  'threat.triage.score',
  'full_hostname',
  'domain_without_subdomains',
  'url',
  'method',
  'action',
  'username',
];

let known: ReadonlySet<string> | null = null;

export function knownFields(): ReadonlySet<string> {
  known ??= new Set([
    ...standard,
    ...documentedParsers.flatMap(({ parser }) =>
      parser.fields.map(({ name }) => name).filter((name) => !name.includes('*')),
    ),
  ]);
  return known;
}

import { fieldText, type Source } from '../../fields/triage.ts';
import { quote } from '../../query/filter.ts';

/** How far the story reaches on either side of the event. */
export const STORY_SPAN_MS = 300_000;

/** Query for events in which either host of this one takes part, on any side; null when it names no host. */
export function storyQueryText(source: Source): string | null {
  const hosts = [
    ...new Set(['ip_src_addr', 'ip_dst_addr'].map((field) => fieldText(source, field)).filter(Boolean)),
  ];
  if (hosts.length > 0) {
    return hosts.flatMap((host) => [`ip_src_addr:${quote(host)}`, `ip_dst_addr:${quote(host)}`]).join(' OR ');
  }
  for (const field of ['hostname', 'host', 'user']) {
    const value = fieldText(source, field);
    if (value) return `${field}:${quote(value)}`;
  }
  return null;
}

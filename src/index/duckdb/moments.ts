const UNIT_MS: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/**
 * Epoch milliseconds of a time as people write it in queries: ISO 8601 dates and times (UTC without an offset), `now`, and
 * `now-15m` with s, m, h, d, w. Null for anything else.
 */
export function parseMoment(text: string, now: number): number | null {
  if (text === 'now') return now;
  const relative = /^now([+-])(\d{1,9})([smhdw])$/.exec(text);
  if (relative !== null) {
    const span = Number(relative[2]) * UNIT_MS[relative[3]!]!;
    return relative[1] === '-' ? now - span : now + span;
  }
  if (!/^\d{4}-\d\d(-\d\d)?([T ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)?)?$/.test(text)) return null;
  const iso = text.replace(' ', 'T');
  const zoned = /T/.test(iso) && !/(Z|[+-]\d\d:?\d\d)$/.test(iso) ? `${iso}Z` : iso;
  const time = Date.parse(zoned);
  return Number.isNaN(time) ? null : time;
}

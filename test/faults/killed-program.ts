/** What the suites do that kill the program under load. */
import type { RunningSkopos } from '../support/running-skopos.ts';

/** Whether all of the events were acknowledged. */
export async function send(
  skopos: RunningSkopos,
  sensor: string,
  events: readonly unknown[],
): Promise<boolean> {
  try {
    const response = await fetch(new URL(`/api/v1/ingest/${sensor}`, skopos.url), {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson' },
      body: events.map((event) => JSON.stringify(event)).join('\n'),
    });
    const answer = (await response.json()) as { accepted?: number };
    return response.status === 202 && answer.accepted === events.length;
  } catch {
    return false;
  }
}

/** Whether everything in the log of these topics is in the index. */
export async function isIdle(skopos: RunningSkopos, topics: readonly string[]): Promise<boolean> {
  const text = await (await fetch(new URL('/metrics', skopos.url))).text();
  const lag = new RegExp(
    `^skopos_lag_records\\{group="index",topic="(?:${topics.join('|')})".*\\} (\\d+)$`,
    'gm',
  );
  const lags = [...text.matchAll(lag)].map((match) => Number(match[1]));
  return lags.length > 0 && lags.every((records) => records === 0);
}

/** All events of an index, a page at a time in the order of ids, each page beginning after the last id: no page number bounds it. */
export async function eventsOf(
  skopos: RunningSkopos,
  index: string,
  fields: readonly string[],
): Promise<Readonly<Record<string, unknown>>[]> {
  const events: Readonly<Record<string, unknown>>[] = [];
  for (let query = '*'; ; ) {
    const page = await skopos.search(query, {
      indices: [index],
      size: 1000,
      sort: [{ field: 'guid', sortOrder: 'asc' }],
      fields: [...fields, 'guid'],
    });
    for (const { source } of page.results) events.push(source);
    const last = page.results.at(-1);
    if (last === undefined || page.results.length < 1000) return events;
    query = `guid:{"${last.source['guid']}" TO *]`;
  }
}

/** Which of the wanted ids were not found, and which were found more than once. */
export function lostAndDoubled(
  found: readonly string[],
  wanted: Iterable<string>,
): { readonly lost: string[]; readonly doubled: string[] } {
  const counts = new Map<string, number>();
  for (const id of found) counts.set(id, (counts.get(id) ?? 0) + 1);
  return {
    lost: [...wanted].filter((id) => !counts.has(id)),
    doubled: [...counts].filter(([, count]) => count > 1).map(([id]) => id),
  };
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { random } from '../../bench/events.ts';
import { eventually, type RunningSkopos, startSkopos } from '../support/running-skopos.ts';

/** Rounds of kill -9; `SKOPOS_KILL_ROUNDS` changes it. */
const rounds = Number(process.env['SKOPOS_KILL_ROUNDS'] ?? 25);

describe('kill -9 under load', () => {
  let data: string;
  beforeAll(async () => {
    data = await mkdtemp(path.join(tmpdir(), 'skopos-kill-'));
  });
  afterAll(() => rm(data, { recursive: true, force: true }));

  it(`loses no acknowledged event and doubles none, ${rounds} rounds`, async () => {
    const next = random(20_261_125);
    const acknowledged = new Set<string>();
    /** Sent, but the answer was cut off: may be there, once. */
    const unknown = new Set<string>();
    for (let round = 0; round < rounds; round++) {
      const skopos = await startSkopos({ data });
      const killAt = 50 + next() * 900;
      let killed = false;
      const timer = setTimeout(() => {
        killed = true;
        skopos.child.kill('SIGKILL');
      }, killAt);
      const senders = [0, 1, 2].map(async (sender) => {
        for (let batch = 0; !killed; batch++) {
          const ids = Array.from({ length: 200 }, (_, index) => `r${round}s${sender}b${batch}i${index}`);
          for (const id of ids) unknown.add(id);
          if (await send(skopos, ids)) {
            for (const id of ids) {
              acknowledged.add(id);
              unknown.delete(id);
            }
          } else return;
        }
      });
      await Promise.all(senders);
      clearTimeout(timer);
      await skopos.kill();
    }
    const skopos = await startSkopos({ data });
    try {
      await eventually(
        async () => (await skopos.search('*', { size: 0, indices: ['json'] })).total >= acknowledged.size,
        {
          deadlineMs: 120_000,
        },
      );
      await idle(skopos);
      const found = await allIds(skopos);
      const counts = new Map<string, number>();
      for (const id of found) counts.set(id, (counts.get(id) ?? 0) + 1);
      const lost = [...acknowledged].filter((id) => !counts.has(id));
      const doubled = [...counts].filter(([, count]) => count > 1).map(([id]) => id);
      const strange = [...counts.keys()].filter((id) => !acknowledged.has(id) && !unknown.has(id));
      expect({ lost, doubled, strange }).toEqual({ lost: [], doubled: [], strange: [] });
      expect(acknowledged.size).toBeGreaterThan(rounds * 200);
    } finally {
      await skopos.stop();
    }
  });
});

async function send(skopos: RunningSkopos, ids: readonly string[]): Promise<boolean> {
  const body = ids
    .map((id) => JSON.stringify({ test_id: id, timestamp: Date.now(), ip_src_addr: '10.0.0.1' }))
    .join('\n');
  try {
    const response = await fetch(new URL('/api/v1/ingest/json', skopos.url), {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson' },
      body,
    });
    const answer = (await response.json()) as { accepted?: number };
    return response.status === 202 && answer.accepted === ids.length;
  } catch {
    return false;
  }
}

/** Everything in the log is in the index. */
async function idle(skopos: RunningSkopos): Promise<void> {
  await eventually(async () => {
    const text = await (await fetch(new URL('/metrics', skopos.url))).text();
    const lags = [...text.matchAll(/^skopos_lag_records\{group="index",topic="json".*\} (\d+)$/gm)].map(
      (match) => Number(match[1]),
    );
    return lags.length > 0 && lags.every((lag) => lag === 0);
  });
}

/** All `test_id`s, a page at a time in the order of ids, each page beginning after the last id: no page number bounds it. */
async function allIds(skopos: RunningSkopos): Promise<string[]> {
  const ids: string[] = [];
  for (let query = '*'; ; ) {
    const page = await skopos.search(query, {
      indices: ['json'],
      size: 1000,
      sort: [{ field: 'guid', sortOrder: 'asc' }],
      fields: ['test_id', 'guid'],
    });
    for (const { source } of page.results) ids.push(String(source['test_id']));
    const last = page.results.at(-1);
    if (last === undefined || page.results.length < 1000) return ids;
    query = `guid:{"${last.source['guid']}" TO *]`;
  }
}

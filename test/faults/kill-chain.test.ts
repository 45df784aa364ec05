import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { random } from '../../bench/events.ts';
import { openLmdbEventLog } from '../../src/bus/index.ts';
import { eventually, type RunningSkopos, startSkopos } from '../support/running-skopos.ts';

/** Rounds of kill -9; `SKOPOS_KILL_ROUNDS` changes it. */
const rounds = Number(process.env['SKOPOS_KILL_ROUNDS'] ?? 10);
/** A round ends when so many batches were acknowledged, at most. */
const mostBatches = 50;

const json = 'org.apache.metron.parsers.json.JSONMapParser';
const router = { 'kafka.topicField': 'to' };
const config = {
  'near.json': { parserClassName: json, parserConfig: router },
  'far.json': {
    parserClassName: json,
    parserConfig: { ...router, 'redirect.through': 'topic', 'redirect.topics': ['outside'] },
  },
  'inner.json': {
    parserClassName: json,
    rawMessageStrategy: 'ENVELOPE',
    rawMessageStrategyConfig: { messageField: 'data', metadataPrefix: '' },
  },
};

describe('kill -9 under load', () => {
  let folder: string;
  let data: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'skopos-kill-chain-'));
    data = path.join(folder, 'data');
    await mkdir(path.join(folder, 'config', 'parsers'), { recursive: true });
    await writeFile(
      path.join(folder, 'config', 'listeners.json'),
      JSON.stringify([{ name: 'http', type: 'http' }]),
    );
    for (const [name, value] of Object.entries(config))
      await writeFile(path.join(folder, 'config', 'parsers', name), JSON.stringify(value));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it(`loses and doubles no redirected message, in this process or through a topic, ${rounds} rounds`, async () => {
    const next = random(20_261_126);
    const acknowledged = new Set<string>();
    const start = () => startSkopos({ data, config: path.join(folder, 'config') });
    for (let round = 0; round < rounds; round++) {
      const skopos = await start();
      // Wherever the other sender's batch and the workers are by then.
      const killAfter = 1 + Math.floor(next() * mostBatches);
      let sent = 0;
      const senders = ['near', 'far'].map(async (sensor) => {
        for (let batch = 0; ; batch++) {
          const ids = Array.from({ length: 200 }, (_, index) => `${sensor}-r${round}b${batch}i${index}`);
          if (!(await send(skopos, sensor, ids))) return;
          for (const id of ids) acknowledged.add(id);
          if (++sent === killAfter) skopos.child.kill('SIGKILL');
        }
      });
      await Promise.all(senders);
      await skopos.kill();
    }
    const skopos = await start();
    try {
      await eventually(() => idle(skopos), { deadlineMs: 120_000 });
      for (const sensor of ['near', 'far']) {
        const wanted = (rest: number): string[] =>
          [...acknowledged].filter((id) => id.startsWith(sensor) && kind(id) === rest);
        expect(wanted(0).length).toBeGreaterThan(rounds);
        const inner = await allIds(skopos, 'inner', sensor);
        compare(inner, wanted(0));
        compare(await allIds(skopos, 'error', sensor), wanted(1));
      }
    } finally {
      await skopos.stop();
    }
    // What left for a topic that nobody reads here, and the failures, stand in their topics once.
    const outside = (await inTopic(data, 'outside')).map((text) => String(JSON.parse(text).test_id));
    compare(
      outside,
      [...acknowledged].filter((id) => id.startsWith('far') && kind(id) === 2),
    );
    const errors = (await inTopic(data, 'errors')).map((text) => String(JSON.parse(text).test_id));
    expect(new Set(errors).size).toBe(errors.length);
  });
});

/** 0: goes on to `inner`; 1: names a topic that nobody knows; 2: one that nobody reads here (`near` may not write it: an error). */
function kind(id: string): number {
  const rest = Number(/\d+$/.exec(id)![0]) % 10;
  if (rest === 1) return 1;
  if (rest === 2) return id.startsWith('near') ? 1 : 2;
  return 0;
}

const topics = ['inner', 'nowhere', 'outside'];

async function send(skopos: RunningSkopos, sensor: string, ids: readonly string[]): Promise<boolean> {
  const body = ids
    .map((id) =>
      JSON.stringify({
        to: topics[kind(id)],
        test_id: id,
        data: JSON.stringify({ inner_id: id, timestamp: Date.now() }),
      }),
    )
    .join('\n');
  try {
    const response = await fetch(new URL(`/api/v1/ingest/${sensor}`, skopos.url), {
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

/** All that was acknowledged is found; nothing is found twice. (What was cut off in the sending may be there, once.) */
function compare(found: readonly string[], wanted: readonly string[]): void {
  const counts = new Map<string, number>();
  for (const id of found) counts.set(id, (counts.get(id) ?? 0) + 1);
  const lost = wanted.filter((id) => !counts.has(id));
  const doubled = [...counts].filter(([, count]) => count > 1).map(([id]) => id);
  expect({ lost, doubled }).toEqual({ lost: [], doubled: [] });
}

async function idle(skopos: RunningSkopos): Promise<boolean> {
  const text = await (await fetch(new URL('/metrics', skopos.url))).text();
  const lags = [...text.matchAll(/^skopos_lag_records\{group="index",topic="(near|far|inner)".*\} (\d+)$/gm)];
  return lags.length > 0 && lags.every((match) => Number(match[2]) === 0);
}

async function allIds(skopos: RunningSkopos, sensor: string, prefix: string): Promise<string[]> {
  const ids: string[] = [];
  for (let query = '*'; ; ) {
    const page = await skopos.search(query, {
      indices: [sensor],
      size: 1000,
      sort: [{ field: 'guid', sortOrder: 'asc' }],
      fields: ['test_id', 'inner_id', 'raw_message', 'guid'],
    });
    for (const { source } of page.results) {
      const id =
        source['inner_id'] ?? (JSON.parse(String(source['raw_message'])) as { test_id: string }).test_id;
      if (String(id).startsWith(prefix)) ids.push(String(id));
    }
    const last = page.results.at(-1);
    if (last === undefined || page.results.length < 1000) return ids;
    query = `guid:{"${last.source['guid']}" TO *]`;
  }
}

async function inTopic(data: string, topic: string): Promise<string[]> {
  const log = openLmdbEventLog(path.join(data, 'log'));
  try {
    const texts: string[] = [];
    for (const { partition } of (await log.describe(topic)).partitions) {
      for (let offset = 0; ; ) {
        const batch = log.read(topic, partition, offset, { maxRecords: 10_000, maxBytes: 1 << 24 });
        if (batch === null) break;
        for (let at = 0; at < batch.count; at++) texts.push(batch.value(at).toString());
        offset = batch.nextOffset;
      }
    }
    return texts;
  } finally {
    await log.close();
  }
}

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { random } from '../../bench/events.ts';
import { openLmdbEventLog } from '../../src/bus/index.ts';
import { eventually, type RunningSkopos, startSkopos } from '../support/running-skopos.ts';
import { eventsOf, isIdle, lostAndDoubled, send } from './killed-program.ts';

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
          if (!(await send(skopos, sensor, ids.map(eventOf)))) return;
          for (const id of ids) acknowledged.add(id);
          if (++sent === killAfter) skopos.child.kill('SIGKILL');
        }
      });
      await Promise.all(senders);
      await skopos.kill();
    }
    const skopos = await start();
    try {
      await eventually(() => isIdle(skopos, ['near', 'far', 'inner']), { deadlineMs: 120_000 });
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

function eventOf(id: string): unknown {
  const data = JSON.stringify({ inner_id: id, timestamp: Date.now() });
  return { to: topics[kind(id)], test_id: id, data };
}

/** All that was acknowledged is found; nothing is found twice. (What was cut off in the sending may be there, once.) */
function compare(found: readonly string[], wanted: readonly string[]): void {
  expect(lostAndDoubled(found, wanted)).toEqual({ lost: [], doubled: [] });
}

async function allIds(skopos: RunningSkopos, sensor: string, prefix: string): Promise<string[]> {
  const events = await eventsOf(skopos, sensor, ['test_id', 'inner_id', 'raw_message']);
  return events
    .map((event) =>
      String(event['inner_id'] ?? (JSON.parse(String(event['raw_message'])) as { test_id: string }).test_id),
    )
    .filter((id) => id.startsWith(prefix));
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

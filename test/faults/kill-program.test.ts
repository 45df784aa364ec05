import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { random } from '../../bench/events.ts';
import { eventually, startSkopos } from '../support/running-skopos.ts';
import { eventsOf, isIdle, lostAndDoubled, send } from './killed-program.ts';

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
          if (await send(skopos, 'json', ids.map(eventOf))) {
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
      await eventually(() => isIdle(skopos, ['json']));
      const found = (await eventsOf(skopos, 'json', ['test_id'])).map((event) => String(event['test_id']));
      const { lost, doubled } = lostAndDoubled(found, acknowledged);
      const strange = found.filter((id) => !acknowledged.has(id) && !unknown.has(id));
      expect({ lost, doubled, strange }).toEqual({ lost: [], doubled: [], strange: [] });
      expect(acknowledged.size).toBeGreaterThan(rounds * 200);
    } finally {
      await skopos.stop();
    }
  });
});

function eventOf(id: string): unknown {
  return { test_id: id, timestamp: Date.now(), ip_src_addr: '10.0.0.1' };
}

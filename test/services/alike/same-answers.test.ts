/**
 * The same events, the same requests, the same answers, whatever engine holds the events. `SKOPOS_ALIKE_REQUESTS` and
 * `SKOPOS_ALIKE_EVENTS` say how many (1000 over 100,000 for all of it), `SKOPOS_ALIKE_SEED` which.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type EventIndex,
  encodeEvents,
  type GroupResult,
  openDuckdbIndex,
} from '../../../src/index/index.ts';
import { type Contender, engines, patience } from './engines.ts';
import { makeEvent } from './events.ts';
import { Random } from './random.ts';
import { type Asked, makeRequest } from './requests.ts';

const requests = Number(process.env['SKOPOS_ALIKE_REQUESTS'] ?? 150);
const events = Number(process.env['SKOPOS_ALIKE_EVENTS'] ?? 5_000);
const seed = Number(process.env['SKOPOS_ALIKE_SEED'] ?? 6);
const BATCH = 5_000;
const LONG_MS = 3_600_000;

/** What is asked, with what DuckDB answers. */
const questions: { readonly asked: Asked; readonly expected: unknown }[] = [];
beforeAll(async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'skopos-alike-'));
  const duckdb = await openDuckdbIndex(folder, { maintainEveryMs: 0, ...patience });
  try {
    await fill(duckdb);
    const random = new Random(seed + 1);
    for (let i = 0; i < requests; i++) {
      const asked = makeRequest(random);
      questions.push({ asked, expected: await answer(duckdb, asked) });
    }
  } finally {
    await duckdb.close();
    await rm(folder, { recursive: true, force: true });
  }
}, LONG_MS);

async function fill(index: EventIndex): Promise<void> {
  const random = new Random(seed);
  for (let from = 0; from < events; from += BATCH) {
    const made = Array.from({ length: Math.min(BATCH, events - from) }, (_, i) =>
      makeEvent(random, from + i),
    );
    const bySensor = Map.groupBy(made, ({ sensor }) => sensor);
    const report = await index.write([
      {
        events: [...bySensor].map(([sensor, list]) =>
          encodeEvents(
            sensor,
            list.map(({ event }) => event),
          ),
        ),
        source: { topic: 'indexing', partition: 0, fromOffset: from, nextOffset: from + made.length },
      },
    ]);
    expect(report).toMatchObject({ written: made.length, refused: [] });
  }
}

describe.each(engines)('$name', ({ start }) => {
  let other: Contender;
  beforeAll(async () => {
    other = await start();
    await fill(other.place.index);
    await other.place.settle?.();
  }, LONG_MS);
  afterAll(() => other.stop());

  it(`answers ${requests} requests over ${events} events as DuckDB does`, {
    timeout: LONG_MS,
  }, async () => {
    const unlike: unknown[] = [];
    let found = 0;
    for (const [i, { asked, expected }] of questions.entries()) {
      const actual = await answer(other.place.index, asked);
      if (JSON.stringify(expected).length > 60) found++;
      try {
        expect(actual).toEqual(expected);
      } catch (error) {
        unlike.push({
          number: i,
          asked: JSON.stringify(asked),
          difference: String((error as Error).message).slice(0, 1500),
        });
      }
    }
    console.log(
      `${requests} requests over ${events} events: ${requests - unlike.length} answered alike, ${found} of them with something to find`,
    );
    expect(unlike.slice(0, 8)).toEqual([]);
    expect(unlike).toHaveLength(0);
  });
});

async function answer(index: EventIndex, asked: Asked): Promise<unknown> {
  try {
    switch (asked.kind) {
      case 'search': {
        const { total, results, facetCounts } = await index.search(asked.request);
        return {
          total,
          results,
          facetCounts: facetCounts && Object.entries(facetCounts).map(([f, c]) => [f, Object.entries(c)]),
        };
      }
      case 'group':
        return inOrder(
          await index.group(asked.request),
          asked.request.groups.map(({ field }) => field),
        );
      case 'histogram':
        return await index.histogram(asked.request);
    }
  } catch (error) {
    return { error: (error as { code?: unknown }).code ?? String(error) };
  }
}

/** Groups of fields whose values have an order that engines see differently are compared without it; sums to nine digits. */
function inOrder(groups: readonly GroupResult[], fields: readonly string[]): unknown {
  const [field = '', ...rest] = fields;
  const list = groups.map((group) => ({
    ...group,
    ...(group.score === undefined ? {} : { score: Number(group.score.toPrecision(9)) }),
    groupResults: group.groupResults === null ? null : inOrder(group.groupResults, rest),
  }));
  return ['ip_src_addr', 'status', 'code'].includes(field)
    ? list.sort((a, b) => (a.key < b.key ? -1 : 1))
    : list;
}

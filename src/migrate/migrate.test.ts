import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createNotifier, type EventLog, openLmdbEventLog } from '../bus/index.ts';
import { type EventIndex, encodeEvents, openDuckdbIndex } from '../index/index.ts';
import { outboxGroup } from '../pipeline/index.ts';
import { type KeyValueStore, openLmdbKeyValueStore, ReferenceData } from '../store/index.ts';
import { migrate, type Sides } from './index.ts';

interface Engines {
  readonly log: EventLog;
  readonly index: EventIndex;
  readonly store: KeyValueStore;
}

let folder: string;
let here: Engines;
let there: Engines;

async function open(name: string): Promise<Engines> {
  const at = path.join(folder, name);
  return {
    log: openLmdbEventLog(path.join(at, 'log'), { notifier: createNotifier() }),
    index: await openDuckdbIndex(path.join(at, 'index'), { maintainEveryMs: 0, sealRows: 500 }),
    store: openLmdbKeyValueStore(path.join(at, 'store')),
  };
}

async function close({ log, index, store }: Engines): Promise<void> {
  await index.close();
  await log.close();
  await store.close();
}

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'skopos-migrate-'));
  [here, there] = [await open('here'), await open('there')];
});
afterEach(async () => {
  await close(here);
  await close(there);
  await rm(folder, { recursive: true, force: true });
});

const sides = async (): Promise<Sides> => ({
  positions: await here.index.positions(),
  log: { from: here.log, to: there.log },
  index: { from: here.index, to: there.index },
  store: { from: here.store, to: there.store },
});
const run = async (over: Partial<Sides> = {}) =>
  migrate(
    { ...(await sides()), ...over },
    { progressFile: path.join(folder, 'migration.json'), target: 'there' },
  );

/** Events of two sensors, many in one millisecond, some without a time; an alert with a status; accounts, lists; records that wait. */
async function fill(): Promise<void> {
  const events = Array.from({ length: 6_500 }, (_, n) => ({
    guid: `e${n}`,
    timestamp: 1_700_000_000_000 + (n < 5_500 ? 5 : n * 1_000),
    n,
    text: `event ${n}`,
    ...(n % 1000 === 0 ? { is_alert: 'true', 'threat.triage.score': n / 100 } : {}),
  }));
  const source = { topic: 'conn', partition: 0, fromOffset: 0, nextOffset: 3 };
  await here.index.write([{ events: [encodeEvents('conn', events)], source }]);
  await here.index.write([
    {
      events: [
        encodeEvents('odd', [{ guid: 'o1', timestamp: 'never', 'a:b': [1, { c: null }] }, { guid: 'o2' }]),
      ],
      source: null,
    },
  ]);
  await here.index.patch('e3000', 'conn', [{ op: 'add', path: '/alert_status', value: 'DISMISS' }]);
  await here.index.maintain(Date.now());
  await new ReferenceData(here.store).put('threatintel', 'malicious_ip', '192.0.2.1', { source: 'list' });
  await here.store.putMany('users', [{ key: 'admin', value: { hash: 'x' } }]);
  await here.log.ensureTopic('conn', { partitions: 2 });
  await here.log.ensureTopic('errors', { partitions: 1 });
  const record = (text: string) => ({
    value: Buffer.from(text),
    key: Buffer.from('k'),
    headers: { h: '1' },
    timestamp: 7,
  });
  await here.log.append('conn', 0, ['read 0', 'read 1', 'read 2', 'waits 3', 'waits 4'].map(record));
  await here.log.append('conn', 1, ['waits 0'].map(record));
  await here.log.append('errors', 0, ['failed'].map(record));
}

async function recordsThere(topic: string, partition: number): Promise<string[]> {
  const batch = await there.log.read(topic, partition, 0, { maxRecords: 100, maxBytes: 1e6 });
  return batch === null ? [] : Array.from({ length: batch.count }, (_, at) => batch.value(at).toString());
}

describe('a migration', () => {
  it('carries everything over, and says so', { timeout: 60_000 }, async () => {
    await fill();
    const report = await run();
    expect(report.compared.filter(({ same }) => !same)).toEqual([]);
    expect(report).toMatchObject({ same: true, refused: 0 });
    expect(report.compared.map(({ kind, name, here: count }) => [kind, name, count])).toEqual([
      ['table', 'threatintel', 1],
      ['table', 'users', 1],
      ['sensor', 'conn', 6_500],
      ['sensor', 'odd', 2],
      ['topic', 'conn', 3],
      ['topic', 'errors', 1],
    ]);
    expect((await there.index.find('e3000'))?.source).toMatchObject({ alert_status: 'DISMISS', n: 3000 });
    expect(
      (await there.index.search({ query: { type: 'all' }, from: 0, size: 0, alertsOnly: true })).total,
    ).toBe(7);
    expect(await recordsThere('conn', 0)).toEqual(['waits 3', 'waits 4']);
    expect(await recordsThere('conn', 1)).toEqual(['waits 0']);
    expect(await recordsThere('errors', 0)).toEqual(['failed']);
    const data = new ReferenceData(there.store);
    expect(await data.get('threatintel', 'malicious_ip', '192.0.2.1')).toEqual({ source: 'list' });
  });

  it('writes nothing twice when it is run again', { timeout: 60_000 }, async () => {
    await fill();
    await run();
    expect(await run()).toMatchObject({ same: true });
    expect(await recordsThere('conn', 0)).toEqual(['waits 3', 'waits 4']);
  });

  it('goes on where it was stopped: in the events, in the log', { timeout: 60_000 }, async () => {
    await fill();
    let left = 2;
    const failing = new Proxy(there.index, {
      get: (target, name) =>
        name === 'write'
          ? async (...parameters: Parameters<EventIndex['write']>) => {
              if (left-- === 0) throw new Error('gone');
              return target.write(...parameters);
            }
          : (Reflect.get(target, name) as () => unknown).bind(target),
    });
    await expect(run({ index: { from: here.index, to: failing } })).rejects.toThrow('gone');
    let appends = 1;
    const failingLog = new Proxy(there.log, {
      get: (target, name) =>
        name === 'appendTogether'
          ? async (...parameters: Parameters<EventLog['appendTogether']>) => {
              const done = await target.appendTogether(...parameters);
              // It is there, and the answer is lost.
              if (appends-- === 0) throw new Error('gone');
              return done;
            }
          : (Reflect.get(target, name) as () => unknown).bind(target),
    });
    await expect(run({ log: { from: here.log, to: failingLog } })).rejects.toThrow('gone');
    expect(await run()).toMatchObject({ same: true });
    expect(await recordsThere('conn', 0)).toEqual(['waits 3', 'waits 4']);
    expect(await recordsThere('conn', 1)).toEqual(['waits 0']);
  });

  it('of the log alone carries only what the index does not have', async () => {
    await fill();
    expect(await run({ index: null, store: null })).toMatchObject({ same: true });
    expect(await recordsThere('conn', 0)).toEqual(['waits 3', 'waits 4']);
  });

  it('of the index alone says there how far the log is read, so that nothing is read into it again', async () => {
    await fill();
    expect(await run({ log: null, store: null })).toMatchObject({ same: true });
    expect(await there.index.positions()).toEqual(await here.index.positions());
  });

  it('says what differs', { timeout: 60_000 }, async () => {
    await fill();
    await there.index.write([{ events: [encodeEvents('odd', [{ guid: 'o2', other: true }])], source: null }]);
    const { same, compared } = await run();
    expect(same).toBe(false);
    expect(compared.filter((one) => !one.same)).toEqual([
      { kind: 'sensor', name: 'odd', here: 2, there: 2, same: false },
    ]);
  });

  it('is refused after a stop in the middle of a batch, with what to do', async () => {
    await fill();
    await here.log.commit(outboxGroup, [{ topic: 'conn', partition: 0, nextOffset: 4 }]);
    await expect(run()).rejects.toMatchObject({ code: 'SKP_MIGRATE_UNFINISHED' });
  });

  it('that was begun goes on to the same engines only', async () => {
    await fill();
    const progressFile = path.join(folder, 'migration.json');
    await run();
    await expect(migrate(await sides(), { progressFile, target: 'elsewhere' })).rejects.toMatchObject({
      code: 'SKP_MIGRATE_PROGRESS',
    });
  });
});

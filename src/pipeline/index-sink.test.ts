import { describe, expect, it, vi } from 'vitest';
import type { EventLog, LogRecord, PartitionAppend } from '../bus/index.ts';
import { type EventIndex, encodeEvents, type IndexBatch } from '../index/index.ts';
import { type CommitNotice, IndexSink, type IndexSinkOptions } from './index-sink.ts';

/** An index and a log that fail and wait as told, and remember what they were given. */
function ends() {
  const written: IndexBatch[][] = [];
  const appended: LogRecord[] = [];
  const told: CommitNotice[] = [];
  const retries: string[] = [];
  const gate: { fail: Error | null; failLog: Error | null; hold: Promise<void> | null; refuse: boolean } = {
    fail: null,
    failLog: null,
    hold: null,
    refuse: false,
  };
  const index = {
    async write(batches: readonly IndexBatch[]) {
      await gate.hold;
      if (gate.fail !== null) throw gate.fail;
      written.push([...batches]);
      const events = batches.reduce(
        (sum, one) => sum + one.events.reduce((all, some) => all + some.count, 0),
        0,
      );
      return {
        written: events,
        duplicates: 0,
        refused: gate.refuse ? [{ sensor: 's', line: '{}', reason: 'no' }] : [],
      };
    },
  } as unknown as EventIndex;
  const log = {
    async appendTogether(appends: readonly PartitionAppend[]) {
      if (gate.failLog !== null) throw gate.failLog;
      appended.push(...appends.flatMap(({ records }) => records));
    },
    committed: async () => [],
    describe: async () => ({ partitions: [{}] }),
  } as unknown as EventLog;
  const options: IndexSinkOptions = {
    index,
    log,
    clock: { now: () => 5 },
    onCommit: (notice) => told.push(notice),
    onRetry: (error) => retries.push(error.message),
  };
  return { options, written, appended, told, retries, gate };
}

let offset = 0;
function batch(count: number, alerts = 0, errors: readonly LogRecord[] = []) {
  const messages = Array.from({ length: count }, (_, at) => ({
    guid: `g${offset}-${at}`,
    is_alert: at < alerts,
  }));
  const source = { topic: 's', partition: 0, fromOffset: offset, nextOffset: offset + count };
  const records = errors.map((record) => ({ topic: 'errors', offset, record }));
  offset += count;
  return { batch: { events: [encodeEvents('s', messages)], source }, records, done: vi.fn() };
}

const positions = (written: readonly IndexBatch[][]): number[] =>
  written.flat().map((one) => one.source?.fromOffset ?? -1);

describe('the sink', () => {
  it('writes what it is given in its order, and says when it is searchable', async () => {
    const { options, written, told } = ends();
    const sink = new IndexSink(options);
    const batches = [batch(1), batch(2, 1), batch(3)];
    for (const one of batches) sink.add(one);
    expect(sink.pending).toBe(6);
    await sink.flush();
    expect(positions(written)).toEqual(batches.map((one) => one.batch.source.fromOffset));
    for (const one of batches) expect(one.done).toHaveBeenCalledOnce();
    expect(told.reduce((sum, one) => sum + one.events, 0)).toBe(6);
    expect(told.reduce((sum, one) => sum + one.alerts, 0)).toBe(1);
    expect(told[0]!.at).toBe(5);
    expect(sink.pending).toBe(0);
  });

  it('has one write under way; what comes meanwhile makes up the next', async () => {
    const { options, written, gate } = ends();
    let open: () => void = () => undefined;
    gate.hold = new Promise((resolve) => (open = resolve));
    const sink = new IndexSink(options);
    sink.add(batch(1));
    for (let at = 0; at < 9; at++) sink.add(batch(1));
    open();
    await sink.flush();
    expect(written.map((one) => one.length)).toEqual([1, 9]);
  });

  it('bounds a write, but takes a batch that is larger by itself', async () => {
    const { options, written, gate } = ends();
    let open: () => void = () => undefined;
    gate.hold = new Promise((resolve) => (open = resolve));
    const sink = new IndexSink({ ...options, maxEvents: 10 });
    sink.add(batch(1));
    for (const size of [25, 4, 4, 4, 4]) sink.add(batch(size));
    open();
    await sink.flush();
    expect(written.map((one) => one.length)).toEqual([1, 1, 3, 1]);
  });

  it('keeps failures before it writes the events', async () => {
    const { options, appended, written, gate } = ends();
    const sink = new IndexSink(options);
    gate.failLog = new Error('no room');
    const one = batch(1, 0, [{ value: Buffer.from('raw') }]);
    sink.add(one);
    await vi.waitFor(() => expect(sink.failing?.message).toBe('no room'));
    expect(written).toEqual([]);
    gate.failLog = null;
    await sink.flush();
    expect(appended).toHaveLength(1);
    expect(one.done).toHaveBeenCalledOnce();
  });
});

describe('while the index fails', () => {
  it('the sink tries again, in order, and says what is the matter', async () => {
    const { options, written, retries, gate } = ends();
    gate.fail = new Error('away');
    const sink = new IndexSink(options);
    const batches = [batch(1), batch(1), batch(1)];
    for (const one of batches) sink.add(one);
    await vi.waitFor(() => expect(retries.length).toBeGreaterThanOrEqual(2));
    expect(sink.failing?.message).toBe('away');
    expect(sink.pending).toBe(3);
    for (const one of batches) expect(one.done).not.toHaveBeenCalled();
    gate.fail = null;
    await sink.flush();
    expect(positions(written)).toEqual(batches.map((one) => one.batch.source.fromOffset));
    expect(sink.failing).toBeNull();
    expect(sink.pending).toBe(0);
  });

  it('records of failures are appended once, not once a try', async () => {
    const { options, appended, retries, gate } = ends();
    gate.fail = new Error('away');
    const sink = new IndexSink(options);
    sink.add(batch(1, 0, [{ value: Buffer.from('raw') }]));
    await vi.waitFor(() => expect(retries.length).toBeGreaterThanOrEqual(2));
    gate.fail = null;
    await sink.flush();
    expect(appended).toHaveLength(1);
  });

  it('stopping does not wait for it, and nothing is called done', async () => {
    const { options, written, gate } = ends();
    gate.fail = new Error('away');
    const sink = new IndexSink(options);
    const one = batch(1);
    sink.add(one);
    await vi.waitFor(() => expect(sink.failing).not.toBeNull());
    await sink.stop();
    gate.fail = null;
    expect(one.done).not.toHaveBeenCalled();
    expect(written).toEqual([]);
  });

  it('stopping does not wait either when it begins to fail meanwhile', async () => {
    const { options, gate } = ends();
    let open: () => void = () => undefined;
    gate.hold = new Promise((resolve) => (open = resolve));
    const sink = new IndexSink(options);
    sink.add(batch(1));
    const stopped = sink.stop();
    gate.fail = new Error('away');
    open();
    await expect(
      Promise.race([stopped, new Promise((_, reject) => setTimeout(reject, 5_000, new Error('it waits')))]),
    ).resolves.toBeUndefined();
  });
});

it('stop writes what was added', async () => {
  const { options, written } = ends();
  const sink = new IndexSink(options);
  sink.add(batch(3));
  await sink.stop();
  expect(written).toHaveLength(1);
});

it('tells of events that the index refused for good, and goes on', async () => {
  const { options, gate } = ends();
  gate.refuse = true;
  const onRefused = vi.fn();
  const sink = new IndexSink({ ...options, onRefused });
  const one = batch(1);
  sink.add(one);
  await sink.flush();
  expect(onRefused).toHaveBeenCalledWith([{ sensor: 's', line: '{}', reason: 'no' }]);
  expect(one.done).toHaveBeenCalledOnce();
});

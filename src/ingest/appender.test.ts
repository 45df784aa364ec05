import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type TestContext, testContext, until } from './testing/context.ts';

let context: TestContext;

beforeEach(async () => {
  context = await testContext({ partitions: 3, maxPendingBytes: 10_000, maxBatchRecords: 10 });
});
afterEach(() => context.close());

const bytes = (text: string) => Buffer.from(text);
const record = (text: string) => ({ value: bytes(text), timestamp: 1 });
const put = (text: string) => context.appender.put('s', bytes(text), {}, 1);
const numbers = (count: number) => Array.from({ length: count }, (_, i) => String(i));

describe('the appender', () => {
  it('stores everything that was put, in batches, over all partitions', async () => {
    for (const text of numbers(300)) put(text);
    await context.appender.flush();
    expect(context.values('s').sort()).toEqual(numbers(300).sort());
    const { partitions } = await context.log.describe('s');
    expect(partitions.every(({ endOffset }) => endOffset > 0)).toBe(true);
    expect(context.appender.metrics.sent).toBe(300);
    expect(context.appender.pendingBytes).toBe(0);
  });

  it('keeps records with a key in one partition and in order', async () => {
    await Promise.all(
      numbers(50).map((text) =>
        context.appender.append('s', [record(`${text}a`), record(`${text}b`)], { partitionKey: 'k' }),
      ),
    );
    const { partitions } = await context.log.describe('s');
    expect(partitions.filter(({ endOffset }) => endOffset > 0)).toHaveLength(1);
    expect(context.values('s')).toEqual(numbers(50).flatMap((text) => [`${text}a`, `${text}b`]));
  });

  it('says where a unit was stored', async () => {
    put('before');
    const range = await context.appender.append('s', [record('one'), record('two')]);
    const batch = await context.log.read('s', range.partition, range.baseOffset, {
      maxRecords: 10,
      maxBytes: 1000,
    });
    expect(range.count).toBe(2);
    expect([batch!.value(0).toString(), batch!.value(1).toString()]).toEqual(['one', 'two']);
  });

  it('refuses offers and tells senders to wait while too much is on its way, and calls back when there is room', async () => {
    let release = () => {};
    context.gate.hold = new Promise((resolve) => {
      release = resolve;
    });
    let drained = 0;
    while (put('x'.repeat(500)));
    expect(context.appender.offer('s', bytes('dropped'), {}, 1)).toBe(false);
    context.appender.onDrain(() => drained++);
    const waiting = context.appender.append('s', [record('waited')]);
    const given = new AbortController();
    const up = context.appender.append('s', [record('given up')], { signal: given.signal });
    given.abort(new Error('enough'));
    await expect(up).rejects.toThrow('enough');
    expect(drained).toBe(0);
    release();
    await waiting;
    await until(() => drained === 1);
    await context.appender.flush();
    expect(context.values('s')).toContain('waited');
    expect(context.values('s')).not.toContain('given up');
    expect(context.values('s')).not.toContain('dropped');
  });

  it('tells those who wait when the bus refuses, and keeps trying for what nobody waits for', async () => {
    context.gate.fail = new Error('no room');
    put('kept 1');
    const refused = context.appender.append('s', [record('refused')]);
    put('kept 2');
    await expect(refused).rejects.toThrow('no room');
    expect(context.appender.lastFailure?.error.message).toBe('no room');
    context.gate.fail = null;
    await context.appender.flush();
    expect(context.values('s').sort()).toEqual(['kept 1', 'kept 2']);
    expect(context.appender.lastFailure).toBeNull();
    expect(context.appender.pendingBytes).toBe(0);
  });

  it('takes nothing more once it is closed', async () => {
    put('x');
    await context.appender.close();
    expect(context.values('s')).toEqual(['x']);
    await expect(context.appender.append('s', [record('y')])).rejects.toMatchObject({
      code: 'SKP_INGEST_CLOSED',
    });
  });
});

import { describe, expect, it, vi } from 'vitest';
import {
  BusError,
  type GroupPosition,
  type PartitionAppend,
  type TopicDescription,
} from '../../bus/index.ts';
import { Ledger } from './ledger.ts';

interface Commit {
  readonly appends: readonly PartitionAppend[];
  readonly positions: readonly GroupPosition[];
}

function opened(): {
  readonly ledger: Ledger;
  readonly commits: Commit[];
  readonly troubles: Error[];
  fail: Error | null;
} {
  const commits: Commit[] = [];
  const troubles: Error[] = [];
  const state = { fail: null as Error | null };
  const ledger = new Ledger({
    log: {
      describe: async (topic): Promise<TopicDescription> => ({
        topic,
        partitions: [0, 1].map((partition) => ({ partition, startOffset: 0, endOffset: 0, bytes: 0 })),
      }),
      ensureTopic: async () => undefined,
    },
    onTrouble: (error) => troubles.push(error),
    onCommit: () => undefined,
    commitMs: 0,
  });
  const commitWith = async (appends: readonly PartitionAppend[], positions: readonly GroupPosition[]) => {
    if (state.fail !== null) throw state.fail;
    commits.push({ appends, positions });
    return [];
  };
  ledger.follow({ commit: async (positions) => void (await commitWith([], positions)), commitWith });
  return {
    ledger,
    commits,
    troubles,
    get fail() {
      return state.fail;
    },
    set fail(error) {
      state.fail = error;
    },
  };
}

const at = (partition: number, nextOffset: number): GroupPosition => ({ topic: 'a', partition, nextOffset });
const fenced = (): BusError => new BusError('SKP_BUS_FENCED', 'somebody else has it');
const record = (text: string, offset: number) => ({
  topic: 'out',
  offset,
  record: { value: Buffer.from(text) },
});

describe('what a member has read and not committed', () => {
  it('is committed up to the first batch of its partition that is not written', async () => {
    const { ledger, commits } = opened();
    const [first, second, third, other] = [at(0, 10), at(0, 20), at(0, 30), at(1, 5)].map((one) =>
      ledger.begin(one),
    );
    ledger.written(third!);
    ledger.written(other!);
    ledger.written(first!);
    await vi.waitFor(() => expect(ledger.open).toBe(2));
    expect(commits.flatMap(({ positions }) => positions)).not.toContainEqual(at(0, 30));
    ledger.written(second!);
    await vi.waitFor(() => expect(ledger.open).toBe(0));
    expect(commits.at(-1)?.positions).toEqual([at(0, 30)]);
  });

  it('takes its records for other topics with it, those of a partition in order', async () => {
    const { ledger, commits } = opened();
    const entries = [at(1, 1), at(1, 2)].map((one) => ledger.begin(one));
    for (const [n, entry] of entries.entries()) entry.records = [record(`${n}`, n)];
    ledger.written(entries[1]!);
    ledger.written(entries[0]!);
    await vi.waitFor(() => expect(ledger.open).toBe(0));
    const values = commits.flatMap(({ appends }) =>
      appends.flatMap(({ partition, records }) =>
        records.map(({ value }) => `${partition}:${Buffer.from(value)}`),
      ),
    );
    expect(values).toEqual(['1:0', '1:1']);
  });

  it('is told of when it is committed, and not before', async () => {
    const { ledger } = opened();
    const [first, second] = [at(0, 10), at(0, 20)].map((one) => ledger.begin(one));
    const told: string[] = [];
    first!.committed = () => told.push('first');
    second!.committed = () => told.push('second');
    ledger.written(second!);
    await ledger.drain([at(0, 0)], 50);
    expect(told).toEqual([]);
    const third = ledger.begin(at(0, 10));
    third.committed = () => told.push('third');
    ledger.written(third);
    await vi.waitFor(() => expect(ledger.open).toBe(0));
    expect(told).toEqual(['third']);
  });

  it('is committed before its partition goes to another member', async () => {
    const { ledger, commits } = opened();
    const entry = ledger.begin(at(0, 10));
    let gone = false;
    const drained = ledger.drain([at(0, 0)], 10_000).then(() => {
      gone = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(gone).toBe(false);
    ledger.written(entry);
    await drained;
    expect(commits.flatMap(({ positions }) => positions)).toEqual([at(0, 10)]);
  });

  it('is let go whole when another member has the partition already, written or not', async () => {
    const all = opened();
    all.fail = fenced();
    const [first] = [at(0, 10), at(0, 20)].map((one) => all.ledger.begin(one));
    all.ledger.written(first!);
    await all.ledger.drain([at(0, 0)], 10_000);
    expect(all.ledger.open).toBe(0);
    all.fail = null;
    const again = all.ledger.begin(at(0, 10));
    all.ledger.written(again);
    await vi.waitFor(() => expect(all.commits).toHaveLength(1));
    expect(all.commits[0]?.positions).toEqual([at(0, 10)]);
  });

  it('stays when it is refused while the partition is this member’s: a rebalance is under way', async () => {
    const all = opened();
    all.fail = fenced();
    const entry = all.ledger.begin(at(0, 10));
    all.ledger.written(entry);
    await new Promise((resolve) => setImmediate(resolve));
    expect(all.ledger.open).toBe(1);
    all.fail = null;
    await vi.waitFor(() => expect(all.commits).toHaveLength(1));
  });

  it('is not waited for longer than the drain may take', async () => {
    const { ledger, commits } = opened();
    ledger.begin(at(0, 10));
    await ledger.drain([at(0, 0)], 20);
    expect(ledger.open).toBe(0);
    expect(commits).toEqual([]);
  });

  it('waits for brokers that do not answer, and says so', async () => {
    const all = opened();
    all.fail = new BusError('SKP_BUS_BROKER', 'no broker answers');
    all.ledger.written(all.ledger.begin(at(0, 10)));
    await vi.waitFor(() => expect(all.troubles).toHaveLength(1));
    all.fail = null;
    await vi.waitFor(() => expect(all.ledger.open).toBe(0));
  });
});

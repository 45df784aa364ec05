import { afterEach, beforeEach, expect, it } from 'vitest';
import type { LogRecord } from '../bus/index.ts';
import { errorRecord, errorTopic, replayedTopic } from './error-event.ts';
import { readLineage } from './lineage.ts';
import { type ReplayChoice, replayErrors } from './replay.ts';
import { type PipelineBench, pipelineBench } from './testing.ts';

const json = { parserClassName: 'jsonmap', fieldTransformations: [], parserConfig: {} };
let bench: PipelineBench;
beforeEach(async () => {
  bench = await pipelineBench({ 'parsers/a.json': json, 'parsers/b.json': json });
});
afterEach(() => bench.close());

/** Has these records worked; what failed is in the error topic. */
async function fail(sensor: string, values: readonly string[]): Promise<void> {
  const { failed } = await bench.pipelines.get(sensor)!.process(await bench.batch(sensor, values));
  await bench.log.ensureTopic(errorTopic, { partitions: 1 });
  const records: LogRecord[] = failed.map((one) => errorRecord(one, 1));
  if (records.length > 0) await bench.log.append(errorTopic, 0, records);
}

const replay = (choice: ReplayChoice = {}) => replayErrors(bench.log, choice);
const size = async (topic: string): Promise<number> =>
  (await bench.log.describe(topic)).partitions.reduce((sum, { endOffset }) => sum + endOffset, 0);

it('what failed stands in its topic again, and says where it first stood', async () => {
  await fail('a', ['{"n":1}', 'broken']);
  expect(await replay()).toEqual({ replayed: 1, before: 0, wentOn: 0, otherwise: 0 });
  const again = (await bench.log.read('a', 0, 2, { maxRecords: 10, maxBytes: 1e6 }))!;
  expect(again.count).toBe(1);
  expect(again.value(0).toString()).toBe('broken');
  expect(readLineage(again.headers(0))).toMatchObject({
    topic: 'a',
    partition: 0,
    offset: 1,
    mayRepeat: true,
  });
});

it('a second run does nothing, narrowed or not, unless it is told to', async () => {
  await fail('a', ['broken', 'too']);
  await fail('b', ['broken']);
  expect(await replay({ dryRun: true })).toMatchObject({ replayed: 3 });
  expect(await replay({ sensor: 'a' })).toMatchObject({ replayed: 2, otherwise: 1 });
  expect(await replay({ sensor: 'a' })).toMatchObject({ replayed: 0, before: 2, otherwise: 1 });
  expect(await replay()).toMatchObject({ replayed: 1, before: 2 });
  expect(await replay()).toMatchObject({ replayed: 0, before: 3 });
  expect([await size('a'), await size('b'), await size(replayedTopic)]).toEqual([4, 2, 3]);
  expect(await replay({ again: true })).toMatchObject({ replayed: 3, before: 0 });
});

it('what fails again is a failure of its own, that a further run takes', async () => {
  await fail('a', ['broken']);
  await replay();
  const batch = (await bench.log.read('a', 0, 1, { maxRecords: 10, maxBytes: 1e6 }))!;
  const { failed } = await bench.pipelines.get('a')!.process(batch);
  await bench.log.append(errorTopic, 0, [errorRecord(failed[0]!, 1)]);
  expect(await replay()).toMatchObject({ replayed: 1, before: 1 });
  // Still the place where it first stood.
  const third = (await bench.log.read('a', 0, 2, { maxRecords: 10, maxBytes: 1e6 }))!;
  expect(readLineage(third.headers(0))).toMatchObject({ topic: 'a', offset: 0 });
});

it('a record that failed in several places is appended once; one kept twice by a crash too', async () => {
  await bench.close();
  const list = { ...json, parserConfig: { jsonpQuery: '$.list' } };
  bench = await pipelineBench({
    'parsers/a.json': {
      ...list,
      filterClassName: 'STELLAR',
      parserConfig: { ...list.parserConfig, 'filter.query': '1 / n > 0' },
    },
  });
  await fail('a', ['{"list":[{"n":0},{"n":0},{"n":1}]}']);
  expect(await size(errorTopic)).toBe(2);
  expect(await replay()).toMatchObject({ replayed: 1 });
  expect(await size('a')).toBe(2);
  expect(await replay()).toMatchObject({ replayed: 0, before: 2 });
});

it('there is nothing to do where nothing failed, and a failure of unknown origin is left alone', async () => {
  expect(await replay()).toMatchObject({ replayed: 0 });
  await bench.log.ensureTopic(errorTopic, { partitions: 1 });
  await bench.log.append(errorTopic, 0, [
    { value: Buffer.from('x') },
    { value: Buffer.from('x'), headers: { origin: 'gone/0/1', guid: 'g' } },
  ]);
  expect(await replay()).toMatchObject({ replayed: 0, otherwise: 2 });
});

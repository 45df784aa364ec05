import { afterEach, describe, expect, it } from 'vitest';
import type { LogRecord } from '../bus/index.ts';
import { errorCopy, errorEvent, errorRecord } from './error-event.ts';
import { lineageHeaders, lineageKey, longestChain, readLineage } from './lineage.ts';
import { forwardTopics } from './routing.ts';
import { type PipelineBench, pipelineBench, snapshotOf } from './testing.ts';

let bench: PipelineBench;
afterEach(() => bench?.close());

const json = { parserClassName: 'jsonmap', fieldTransformations: [], parserConfig: {} };
const router = { ...json, parserConfig: { 'kafka.topicField': 'to' } };
const envelope = (messageField: string, more: Record<string, unknown> = {}) => ({
  ...json,
  rawMessageStrategy: 'ENVELOPE',
  rawMessageStrategyConfig: { messageField, metadataPrefix: '' },
  ...more,
});

async function work(files: Record<string, unknown>, topic: string, values: readonly string[]) {
  bench = await pipelineBench(files);
  return bench.pipelines.get(topic)!.process(await bench.batch(topic, values));
}

/** As another worker reads it. */
async function workRecords(sensor: string, topic: string, records: readonly LogRecord[]) {
  await bench.log.ensureTopic(topic, { partitions: 1 });
  const { baseOffset } = await bench.log.append(topic, 0, records);
  const batch = await bench.log.read(topic, 0, baseOffset, { maxRecords: 100, maxBytes: 1e6 });
  return bench.pipelines.get(sensor)!.process(batch!);
}

const inner = (text: string, to: string, more: Record<string, unknown> = {}): string =>
  JSON.stringify({ to, data: text, ...more });

describe('a message that names the topic of another sensor', () => {
  it('is parsed on by that sensor, and goes through its enrichment and triage', async () => {
    const outcome = await work(
      {
        'parsers/router.json': router,
        'parsers/b.json': envelope('data', { sensorTopic: 'topic-of-b' }),
        'enrichments/b.json': {
          enrichment: { fieldMap: { stellar: { config: { doubled: 'n * 2' } } } },
          threatIntel: {
            triageConfig: { riskLevelRules: [{ name: 'r', rule: 'n == 2', score: 7 }], aggregator: 'MAX' },
          },
        },
      },
      'router',
      [inner('{"n":1}', 'topic-of-b'), inner('{"n":2,"is_alert":true}', 'topic-of-b'), '{"stays":true}'],
    );
    expect(outcome.failed).toEqual([]);
    expect(outcome.messages).toMatchObject([{ stays: true, 'source.type': 'router' }]);
    expect(outcome.redirected).toBe(2);
    expect(outcome.chained.map(({ sensor }) => sensor)).toEqual(['b']);
    expect(outcome.chained[0]!.messages).toMatchObject([
      { n: 1, doubled: 2, 'source.type': 'b', to: 'topic-of-b' },
      { n: 2, doubled: 4, 'threat.triage.score': 7 },
    ]);
  });

  it('keeps its lineage: the id and the first text', async () => {
    const lines = [inner('{"n":1}', 'b'), inner('{"n":2}', 'b', { guid: 'mine' })];
    const outcome = await work(
      { 'parsers/router.json': router, 'parsers/b.json': envelope('data') },
      'router',
      lines,
    );
    const [first, second] = outcome.chained[0]!.messages;
    expect(first).toMatchObject({
      original_string: lines[0],
      guid: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(second).toMatchObject({ original_string: lines[1], guid: 'mine' });
  });

  it('gives the messages that are cut out of it an id each, though they inherit one', async () => {
    const csv = { ...envelope('data'), parserClassName: 'csv', parserConfig: { columns: { a: 0 } } };
    const json2 = envelope('data', { parserConfig: { wrapInEntityArray: false, jsonpQuery: '$.list' } });
    const outcome = await work(
      { 'parsers/router.json': router, 'parsers/b.json': json2, 'parsers/c.json': csv },
      'router',
      [inner('{"list":[{"a":1},{"a":2},{"a":3}]}', 'b'), inner('{"list":[{"a":4}]}', 'b')],
    );
    expect(outcome.failed).toEqual([]);
    const guids = outcome.chained[0]!.messages.map(({ guid }) => guid);
    expect(guids).toHaveLength(4);
    expect(new Set(guids).size).toBe(4);
  });

  it('of a sensor that was redirected to goes on again, over several sensors', async () => {
    const onward = { ...router, parserConfig: { 'kafka.topicField': 'to' } };
    const outcome = await work(
      {
        'parsers/a.json': router,
        'parsers/b.json': envelope('data', { parserConfig: onward.parserConfig }),
        'parsers/c.json': envelope('data'),
      },
      'a',
      [inner(inner('{"n":1}', 'c'), 'b')],
    );
    expect(outcome.failed).toEqual([]);
    const c = outcome.chained.find(({ sensor }) => sensor === 'c')!;
    expect(c.messages).toMatchObject([{ n: 1, 'source.type': 'c' }]);
    expect(outcome.redirected).toBe(2);
  });

  it('ends where each step makes ten messages of one, and the other records of the batch are worked', {
    timeout: 60_000,
  }, async () => {
    const ten = JSON.stringify({ list: Array.from({ length: 10 }, (_, n) => ({ n })) });
    const outcome = await work(
      {
        'parsers/fan.json': envelope('data', {
          parserConfig: { 'kafka.topicField': 'to', jsonpQuery: '$.list' },
          fieldTransformations: [
            {
              transformation: 'STELLAR',
              output: ['to', 'data'],
              config: { to: "if n == 77 then 'indexing' else 'fan'", data: `'${ten}'` },
            },
          ],
        }),
      },
      'fan',
      [inner('{"list":[{"n":1}]}', 'fan'), inner('{"list":[{"n":77}]}', 'fan')],
    );
    expect(outcome.redirected).toBe(20_000);
    expect(outcome.failed.map(({ letter }) => letter.error.message)).toEqual([
      expect.stringContaining('more than 20000 messages'),
    ]);
    expect(outcome.messages).toMatchObject([{ n: 77 }]);
  });

  it('and many others in one record, to topics that are none, fail with one copy of its bytes', async () => {
    const list = Array.from({ length: 1_000 }, () => ({ to: 'nowhere' }));
    const outcome = await work(
      { 'parsers/r.json': { ...json, parserConfig: { 'kafka.topicField': 'to', jsonpQuery: '$.list' } } },
      'r',
      [JSON.stringify({ list })],
    );
    expect(outcome.failed).toHaveLength(1_000);
    expect(new Set(outcome.failed.map(({ value }) => value.buffer)).size).toBe(1);
    expect(new Set(outcome.failed.map(({ value }) => value)).size).toBe(1);
  });

  it('may be told by outputTopic or kafka.topic for all messages; the topics behind parsing mean going on', async () => {
    const outcome = await work(
      {
        'parsers/a.json': { ...json, outputTopic: 'b' },
        'parsers/b.json': { ...json, parserConfig: { 'kafka.topic': 'c' }, outputTopic: 'nowhere' },
        'parsers/c.json': { ...router, outputTopic: 'unread' },
      },
      'a',
      ['{"n":1}', '{"n":2,"to":"enrichments"}'],
    );
    expect(outcome.failed).toEqual([]);
    expect(outcome.messages).toEqual([]);
    const c = outcome.chained.find(({ sensor }) => sensor === 'c')!;
    expect(c.messages).toMatchObject([{ n: 1 }, { n: 2 }]);
  });
});

describe('a message that cannot be redirected is an error, never dropped', () => {
  it('when nobody knows the topic', async () => {
    const outcome = await work({ 'parsers/a.json': router }, 'a', [inner('x', 'no-such'), '{"n":1}']);
    expect(outcome.messages).toMatchObject([{ n: 1 }]);
    expect(outcome.failed).toMatchObject([
      {
        topic: 'a',
        offset: 0,
        letter: {
          sensor: 'a',
          error: { code: 'SKP_PIPELINE_TOPIC', message: expect.stringMatching(/no-such/) },
        },
      },
    ]);
    expect(outcome.failed[0]!.value.toString()).toBe(inner('x', 'no-such'));
  });

  it('when the topic it names is no text that could be one, or an internal one', async () => {
    const strange = ['{"to":["a"]}', '{"to":"__proto__"}', '{"to":"errors"}', '{"to":"../x"}', '{"to":7}'];
    const outcome = await work({ 'parsers/a.json': router }, 'a', strange);
    expect(outcome.messages).toEqual([]);
    expect(outcome.failed).toHaveLength(strange.length);
  });

  it('when it goes round in circles: after so many sensors, with their names', async () => {
    const outcome = await work(
      { 'parsers/a.json': { ...json, outputTopic: 'b' }, 'parsers/b.json': { ...json, outputTopic: 'a' } },
      'a',
      ['{"n":1}'],
    );
    expect(outcome.messages).toEqual([]);
    expect(outcome.failed).toHaveLength(1);
    expect(outcome.failed[0]!.letter.error.message).toMatch(/a > b > a > b/);
    expect(outcome.failed[0]!.chain).toHaveLength(longestChain - 1);
    expect(outcome.redirected).toBe(longestChain - 1);
  });

  it('when it redirects to itself with more and more messages: that ends too', async () => {
    const doubling = {
      ...json,
      parserConfig: { jsonpQuery: '$.list', 'kafka.topic': 'a' },
    };
    const outcome = await work({ 'parsers/a.json': doubling }, 'a', [
      '{"list":[{"list":[{"n":1}]},{"n":2}]}',
    ]);
    expect(outcome.messages).toEqual([]);
    expect(outcome.failed.length + outcome.empty).toBeGreaterThan(0);
  });

  it('when the next parser refuses it: the error has the record as it came in, and the sensors it went through', async () => {
    const outcome = await work({ 'parsers/a.json': router, 'parsers/b.json': envelope('data') }, 'a', [
      inner('no json', 'b'),
    ]);
    const [failed] = outcome.failed;
    expect(failed).toMatchObject({ topic: 'a', offset: 0, chain: ['a'], letter: { sensor: 'b' } });
    expect(failed!.value.toString()).toBe(inner('no json', 'b'));
    expect(errorEvent(failed!, 1)).toMatchObject({
      failed_sensor_type: 'b',
      chain: 'a > b',
      origin_topic: 'a',
    });
    expect(errorRecord(failed!, 1).headers).toMatchObject({ origin: 'a/0/0', sensor: 'b' });
  });
});

describe('through a topic', () => {
  const files = {
    'parsers/a.json': {
      ...json,
      parserConfig: {
        'kafka.topicField': 'to',
        'redirect.through': 'topic',
        'redirect.topics': ['elsewhere'],
      },
    },
    'parsers/b.json': envelope('data', { parserConfig: { 'kafka.topic': 'a' } }),
  };

  it('a message is a record of its own, with its place of origin and the sensors before', async () => {
    const outcome = await work(files, 'a', [inner('{"n":1}', 'b'), inner('{"n":2}', 'elsewhere')]);
    expect(outcome.failed).toEqual([]);
    expect(outcome.chained).toEqual([]);
    expect(outcome.forwarded.map(({ topic, offset }) => [topic, offset])).toEqual([
      ['b', 0],
      ['elsewhere', 1],
    ]);
    const { record } = outcome.forwarded[0]!;
    expect(JSON.parse(Buffer.from(record.value).toString())).toMatchObject({
      data: '{"n":1}',
      'source.type': 'a',
    });
    expect(readLineage(record.headers!)).toEqual({
      topic: 'a',
      partition: 0,
      offset: 0,
      numbers: '0',
      chain: ['a'],
      mayRepeat: false,
    });
  });

  it('the chain is bounded too', async () => {
    const to = (topic: string) => ({
      ...json,
      parserConfig: { 'kafka.topic': topic, 'redirect.through': 'topic' },
    });
    bench = await pipelineBench({ 'parsers/a.json': to('b'), 'parsers/b.json': to('a') });
    let records: LogRecord[] = [{ value: Buffer.from('{"n":1}') }];
    for (let hop = 1; hop < longestChain; hop++) {
      const sensor = hop % 2 === 1 ? 'a' : 'b';
      const outcome = await workRecords(sensor, sensor, records);
      expect(outcome.failed).toEqual([]);
      records = outcome.forwarded.map(({ record }) => record);
      expect(records).toHaveLength(1);
    }
    const last = longestChain % 2 === 1 ? 'a' : 'b';
    const { failed, forwarded } = await workRecords(last, last, records);
    expect(forwarded).toEqual([]);
    expect(failed[0]!.letter.error.message).toMatch(/a > b > a > b/);
  });

  it('the reader derives the ids from the place of origin, wherever the record stands', async () => {
    bench = await pipelineBench({ ...files, 'parsers/b.json': json });
    const headers = lineageHeaders({
      topic: 'a',
      partition: 0,
      offset: 5,
      numbers: '2',
      chain: ['a'],
      mayRepeat: true,
    });
    const record = { key: lineageKey, value: Buffer.from('{"n":1}'), headers };
    const outcome = await workRecords('b', 'b', [record, record, { value: Buffer.from('{"n":1}') }]);
    const guids = outcome.messages.map(({ guid }) => guid);
    expect(guids[0]).toBe(guids[1]);
    expect(guids[2]).not.toBe(guids[0]);
    expect(outcome.mayRepeat).toBe(true);
  });

  it('topics without a reader here are known, so that they are made', async () => {
    const snapshot = await snapshotOf({ ...files, 'parsers/c.json': { ...json, errorTopic: 'c.errors' } });
    expect([...forwardTopics(snapshot)].sort()).toEqual(['c.errors', 'elsewhere']);
  });

  it('settings that cannot be meant are refused', async () => {
    for (const parserConfig of [
      { 'kafka.topicField': 'to', 'redirect.through': 'air' },
      { 'kafka.topicField': 'to', 'redirect.topics': 'one' },
      { 'kafka.topicField': 'to', 'redirect.topics': ['a b'] },
    ]) {
      await expect(pipelineBench({ 'parsers/a.json': { ...json, parserConfig } })).rejects.toThrow(
        /redirect\./,
      );
    }
    const named = { 'parsers/a.json': { ...json, errorTopic: 'no such name' } };
    await expect(pipelineBench(named)).rejects.toThrow(/errorTopic/);
    expect(forwardTopics(await snapshotOf(named))).toEqual([]);
  });
});

describe('ids', () => {
  it('of a record that is worked again are those of before, also when more of it goes well', async () => {
    // The second of three messages fails the first time.
    const lines = '{"list":[{"n":1},{"n":2},{"n":3}]}';
    const mended = { ...json, parserConfig: { jsonpQuery: '$.list' } };
    const strict = {
      ...mended,
      fieldTransformations: [{ transformation: 'STELLAR', output: ['m'], config: { m: '10 / (n - 2)' } }],
    };
    bench = await pipelineBench({
      'parsers/s.json': { ...strict, parserConfig: { jsonpQuery: '$.list' } },
    });
    const first = await workRecords('s', 's', [{ value: Buffer.from(lines) }]);
    const guidOf = (outcome: typeof first, n: number) =>
      outcome.messages.find((message) => message['n'] === n)?.['guid'];
    const identity = lineageHeaders({
      topic: 's',
      partition: 0,
      offset: 0,
      numbers: null,
      chain: [],
      mayRepeat: true,
    });
    expect(bench.pipelines.configure(await snapshotOf({ 'parsers/s.json': mended }))).toEqual([]);
    const again = await workRecords('s', 's', [
      { key: lineageKey, value: Buffer.from(lines), headers: identity },
    ]);
    expect(again.messages.map(({ n }) => n)).toEqual([1, 2, 3]);
    expect([first.messages.length, first.failed.length]).toEqual([2, 1]);
    for (const { n } of first.messages) expect(guidOf(again, n as number)).toBe(guidOf(first, n as number));
    expect(new Set(again.messages.map(({ guid }) => guid)).size).toBe(3);
  });
});

it("a sensor's own error topic gets the event as JSON, and never in circles", async () => {
  const outcome = await work({ 'parsers/a.json': { ...json, errorTopic: 'a.errors' } }, 'a', ['no json']);
  expect(bench.pipelines.get('a')!.errorCopyTopic).toBe('a.errors');
  const [failed] = outcome.failed;
  const event = errorEvent(failed!, 1);
  const copy = errorCopy(failed!, event, 1)!;
  expect(JSON.parse(Buffer.from(copy.value).toString())).toMatchObject({
    'source.type': 'error',
    raw_message: 'no json',
  });
  const late = { ...failed!, chain: Array.from({ length: longestChain - 1 }, () => 'a') };
  expect(errorCopy(late, event, 1)).toBeNull();
});

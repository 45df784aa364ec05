import { afterEach, describe, expect, it } from 'vitest';
import { encodeEvents } from '../index/index.ts';
import { ReferenceData } from '../store/index.ts';
import { errorEvent, errorRecord } from './error-event.ts';
import { type PipelineBench, pipelineBench, snapshotOf } from './testing.ts';

let bench: PipelineBench;
afterEach(() => bench?.close());

const json = { parserClassName: 'jsonmap', fieldTransformations: [], parserConfig: {} };
const now = 1_700_000_000_000;

async function open(files: Record<string, unknown>): Promise<void> {
  bench = await pipelineBench(files);
}

async function process(sensor: string, values: readonly (string | Uint8Array)[], key?: string) {
  const batch = await bench.batch(sensor, values, key);
  return { batch, ...(await bench.pipelines.get(sensor)!.process(batch)) };
}

describe('a batch', () => {
  it('becomes messages with the fields that every event has', async () => {
    await open({ 'parsers/s.json': json });
    const { messages, failed, received, bytes } = await process('s', ['{"a":1}', '{"a":2}']);
    expect(failed).toEqual([]);
    expect([received, bytes]).toEqual([2, 14]);
    expect(messages).toMatchObject([
      { a: 1, 'source.type': 's', original_string: '{"a":1}', guid: expect.any(String), timestamp: now },
      { a: 2 },
    ]);
  });

  it('goes through transformation, enrichment, threat intelligence and triage, in this order', async () => {
    await open({
      'parsers/s.json': {
        ...json,
        fieldTransformations: [
          { transformation: 'STELLAR', output: ['low'], config: { low: 'TO_LOWER(name)' } },
        ],
      },
      'enrichments/s.json': {
        enrichment: {
          fieldMap: {
            stellar: { config: { greeting: "JOIN(['hello', low], ' ')" } },
            hbaseEnrichment: ['name'],
          },
          fieldToTypeMap: { name: ['user'] },
        },
        threatIntel: {
          fieldMap: { hbaseThreatIntel: ['ip'] },
          fieldToTypeMap: { ip: ['bad'] },
          triageConfig: {
            riskLevelRules: [{ name: 'r', rule: "greeting == 'hello ann'", score: 30, reason: 'greeting' }],
            aggregator: 'MAX',
          },
        },
      },
    });
    const data = new ReferenceData(bench.store);
    await data.importMany('enrichment', [{ type: 'user', indicator: 'Ann', metadata: { room: '7' } }]);
    await data.importMany('threatintel', [{ type: 'bad', indicator: '6.6.6.6', metadata: {} }]);
    const { messages } = await process('s', [
      '{"name":"Ann","ip":"6.6.6.6"}',
      '{"name":"Ann","ip":"7.7.7.7"}',
    ]);
    expect(messages[0]).toMatchObject({
      low: 'ann',
      greeting: 'hello ann',
      'enrichments.hbaseEnrichment.name.user.room': '7',
      'threatintels.hbaseThreatIntel.ip.bad': 'alert',
      is_alert: 'true',
      'threat.triage.score': 30,
      'threat.triage.rules.0.reason': 'hello ann',
    });
    expect(messages[1]!['is_alert']).toBeUndefined();
  });

  it('sees reference data that was loaded after it looked the first time', async () => {
    await open({
      'parsers/s.json': json,
      'enrichments/s.json': {
        enrichment: { fieldMap: { hbaseEnrichment: ['name'] }, fieldToTypeMap: { name: ['user'] } },
      },
    });
    const data = new ReferenceData(bench.store);
    const field = 'enrichments.hbaseEnrichment.name.user.room';
    expect((await process('s', ['{"name":"Ann"}'])).messages[0]![field]).toBeUndefined();
    await data.importMany('enrichment', [{ type: 'user', indicator: 'Ann', metadata: { room: '7' } }]);
    expect((await process('s', ['{"name":"Ann"}'])).messages[0]![field]).toBe('7');
    await data.importMany('enrichment', [{ type: 'user', indicator: 'Ann', metadata: { room: '8' } }]);
    expect((await process('s', ['{"name":"Ann"}'])).messages[0]![field]).toBe('8');
  });

  it('notes rules that failed on the event, and counts them', async () => {
    await open({
      'parsers/s.json': json,
      'enrichments/s.json': {
        threatIntel: { triageConfig: { riskLevelRules: [{ name: 'r', rule: '1 / zero > 0', score: 1 }] } },
      },
    });
    const { messages, failed, ruleErrors } = await process('s', ['{"is_alert":true,"zero":0}']);
    expect(ruleErrors).toBe(1);
    expect(failed).toEqual([]);
    expect(messages[0]!['enrichment_errors']).toEqual([expect.stringContaining("'r'")]);
  });
});

describe('guids', () => {
  it('are the same when the log is read again, in batches cut otherwise', async () => {
    await open({ 'parsers/s.json': json });
    const list = ['{"a":1}', '[1', '{"a":2}', '{"a":3}'];
    const first = await process('s', list);
    const guids: unknown[] = [];
    const errors: string[] = [];
    for (let offset = 0; offset < 4; ) {
      const batch = (await bench.log.read('s', 0, offset, { maxRecords: 2, maxBytes: 1 << 20 }))!;
      const again = await bench.pipelines.get('s')!.process(batch);
      guids.push(...again.messages.map((message) => message['guid']));
      errors.push(...again.failed.map((one) => one.guid));
      offset = batch.nextOffset;
    }
    expect(guids).toEqual(first.messages.map((message) => message['guid']));
    expect(errors).toEqual(first.failed.map((one) => one.guid));
    expect(new Set([...guids, ...errors]).size).toBe(4);
  });

  it('that the sender chose stay, when they are texts', async () => {
    await open({ 'parsers/s.json': json });
    const { messages } = await process('s', [
      '{"guid":"mine"}',
      '{"guid":5}',
      '{"guid":null}',
      '{"guid":""}',
      '{"guid":{}}',
      `{"guid":"${'x'.repeat(201)}"}`,
    ]);
    const guids = messages.map((message) => message['guid']);
    expect(guids[0]).toBe('mine');
    for (const guid of guids.slice(1)) expect(guid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8/);
    expect(new Set(guids).size).toBe(6);
  });
});

describe('what fails', () => {
  it('is kept with its bytes, its place and its reason; the others of the batch go on', async () => {
    await open({ 'parsers/s.json': json });
    const { messages, failed } = await process('s', ['{"a":1}', 'no json', '{"a":2}']);
    expect(messages).toHaveLength(2);
    expect(failed).toMatchObject([
      {
        topic: 's',
        partition: 0,
        offset: 1,
        letter: { errorType: 'parser_error', sensor: 's', raw: 'no json' },
      },
    ]);
    expect(failed[0]!.value.toString()).toBe('no json');
  });

  it('keeps bytes that are no text, exactly', async () => {
    await open({ 'parsers/s.json': json });
    const bytes = Buffer.from([0x7b, 0xff, 0xfe, 0x00, 0xc3, 0x28, 0x80]);
    const { failed } = await process('s', [bytes]);
    const record = errorRecord(failed[0]!, now);
    expect(Buffer.from(record.value)).toEqual(bytes);
    const event = errorEvent(failed[0]!, now);
    expect(Buffer.from(String(event['raw_message_bytes']), 'base64')).toEqual(bytes);
    expect(event).toMatchObject({
      'source.type': 'error',
      error_type: 'parser_error',
      failed_sensor_type: 's',
      raw_message: expect.stringContaining('\ufffd'),
      origin_topic: 's',
      origin_offset: 0,
      error_hash: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(record.headers).toMatchObject({ origin: 's/0/0', sensor: 's', errorType: 'parser_error' });
  });

  it('keeps no second copy of bytes that are text', async () => {
    await open({ 'parsers/s.json': json });
    const { failed } = await process('s', ['not json: äöü']);
    expect(errorEvent(failed[0]!, now)).not.toHaveProperty('raw_message_bytes');
  });

  it('in enrichment lets the event go on, marked', async () => {
    await open({
      'parsers/s.json': json,
      'enrichments/s.json': {
        enrichment: { fieldMap: { stellar: { config: { x: '1 / zero' } } }, fieldToTypeMap: {} },
      },
    });
    const { messages, failed } = await process('s', ['{"zero":0}', '{"zero":1}']);
    expect(messages).toHaveLength(2);
    expect(messages[0]!['enrichment_errors']).toEqual([expect.stringContaining('stellar')]);
    expect(messages[1]).toMatchObject({ x: 1 });
    expect(failed).toMatchObject([{ offset: 0, letter: { errorType: 'enrichments_error', wentOn: true } }]);
    expect(errorRecord(failed[0]!, now).headers).toMatchObject({ wentOn: 'true' });
  });

  it('in several ways has an id for each', async () => {
    await open({
      'parsers/s.json': json,
      'enrichments/s.json': {
        enrichment: {
          fieldMap: { stellar: { config: { one: { x: '1 / 0' }, two: { y: '1 / 0' } } } },
          fieldToTypeMap: {},
        },
      },
    });
    const { failed } = await process('s', ['{"a":1}', '{"a":1}']);
    expect(failed).toHaveLength(4);
    expect(new Set(failed.map((one) => one.guid)).size).toBe(4);
  });
});

describe('hostile records', () => {
  const hostile = [
    '{"__proto__":{"polluted":1},"a":1}',
    '{"constructor":{"prototype":{"polluted":1}}}',
    '{"toString":1,"valueOf":2,"hasOwnProperty":3}',
    `{"deep":${'['.repeat(10_000)}${']'.repeat(10_000)}}`,
    `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`,
    `{"huge":1e400,"small":-1e400,"long":${'9'.repeat(5_000)}}`,
    `{"${'k'.repeat(100_000)}":1}`,
    `{${Array.from({ length: 5_000 }, (_, at) => `"f${at}":${at}`).join(',')}}`,
    '{"nul":"\\u0000","lone":"\\ud800"}',
    '{"toJSON":1,"length":-1}',
    '{"timestamp":{"toString":1},"is_alert":{"toString":1},"source.type":[1]}',
    '\0\0\0',
    '',
    '   ',
    'null',
    '[]',
    '5',
    '"text"',
    'x'.repeat(1024 * 1024),
  ];

  it('become an event or an error each, that the index can be handed', async () => {
    await open({
      'parsers/s.json': json,
      'enrichments/s.json': {
        enrichment: {
          fieldMap: { geo: ['a', 'timestamp'], stellar: { config: { u: 'TO_UPPER(a)' } } },
          fieldToTypeMap: {},
        },
        threatIntel: {
          triageConfig: { riskLevelRules: [{ rule: "REGEXP_MATCH(TO_STRING(a), '(a+)+b')", score: 1 }] },
        },
      },
    });
    for (const value of hostile) {
      const { messages, failed, empty } = await process('s', [value]);
      const records = messages.length + failed.filter((one) => one.letter.wentOn !== true).length + empty;
      expect([value.slice(0, 60), records]).toEqual([value.slice(0, 60), 1]);
      const encoded = encodeEvents('s', messages);
      for (const line of Buffer.from(encoded.ndjson)
        .toString('utf8')
        .split('\n')
        .filter((one) => one !== '')) {
        expect(typeof JSON.parse(line)['guid']).toBe('string');
      }
      encodeEvents(
        'error',
        failed.map((one) => errorEvent(one, now)),
      );
    }
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

describe('a changed configuration', () => {
  it('takes effect from the next batch', async () => {
    await open({ 'parsers/s.json': json });
    expect((await process('s', ['{"a":1}'])).messages[0]).not.toHaveProperty('b');
    const changed = {
      ...json,
      fieldTransformations: [{ transformation: 'STELLAR', output: ['b'], config: { b: 'a + 1' } }],
    };
    expect(bench.pipelines.configure(await snapshotOf({ 'parsers/s.json': changed }))).toEqual([]);
    expect((await process('s', ['{"a":1}'])).messages[0]).toMatchObject({ b: 2 });
  });

  it('that does not work for a sensor is refused, the earlier one stays, and the others change', async () => {
    await open({ 'parsers/s.json': json, 'parsers/t.json': json });
    const broken = {
      ...json,
      fieldTransformations: [{ transformation: 'STELLAR', output: ['b'], config: { b: 'a +' } }],
    };
    const good = { ...json, fieldTransformations: [{ transformation: 'RENAME', config: { a: 'z' } }] };
    const refused = bench.pipelines.configure(
      await snapshotOf({ 'parsers/s.json': broken, 'parsers/t.json': good }),
    );
    expect(refused).toMatchObject([{ sensor: 's', message: expect.any(String) }]);
    expect((await process('s', ['{"a":1}'])).messages[0]).toMatchObject({ a: 1 });
    expect((await process('t', ['{"a":1}'])).messages[0]).toMatchObject({ z: 1 });
  });

  it('without a sensor takes its pipeline away', async () => {
    await open({ 'parsers/s.json': json, 'parsers/t.json': json });
    bench.pipelines.configure(await snapshotOf({ 'parsers/t.json': json }));
    expect(bench.pipelines.get('s')).toBeUndefined();
    expect(bench.pipelines.get('t')).toBeDefined();
  });
});

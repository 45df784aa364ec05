import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig, type Snapshot } from '../config/index.ts';
import { findSamples, readRecords, runSample, SensorTracer } from './index.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'skopos-workbench-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function configured(parsers: Record<string, unknown>, global: unknown = {}): Promise<Snapshot> {
  await mkdir(path.join(folder, 'parsers'), { recursive: true });
  await writeFile(path.join(folder, 'global.json'), JSON.stringify(global));
  for (const [sensor, config] of Object.entries(parsers)) {
    await writeFile(path.join(folder, 'parsers', `${sensor}.json`), JSON.stringify(config));
  }
  return (await loadConfig(folder)).snapshot;
}

async function sample(name: string, text: string | Buffer): Promise<void> {
  await mkdir(path.dirname(path.join(folder, 'parsers', name)), { recursive: true });
  await writeFile(path.join(folder, 'parsers', name), text);
}

const now = Date.parse('2026-03-01T00:00:00.000Z');
const clock = { now: () => now };
const json = { parserClassName: 'json' };

describe('a trace', () => {
  it('tells what parser, transformations, filter and validations did', async () => {
    const snapshot = await configured(
      {
        app: {
          ...json,
          filterClassName: 'STELLAR',
          parserConfig: { 'filter.query': "user != 'nobody'" },
          fieldTransformations: [
            { transformation: 'STELLAR', output: ['user'], config: { user: 'TO_LOWER(user)' } },
            { transformation: 'REMOVE', input: ['secret'] },
          ],
        },
      },
      { fieldValidations: [{ validation: 'IP', input: ['ip_src_addr'] }] },
    );
    const trace = new SensorTracer(snapshot, 'app', { clock }).run(
      '{"timestamp": 1, "user": "Alice", "secret": "x", "ip_src_addr": "10.0.0.1"}',
    );
    const [message] = trace.messages;
    expect(message?.outcome).toBe('emitted');
    expect(message?.steps.map(({ kind, name, note }) => [kind, name, note])).toEqual([
      ['parser', 'json', null],
      ['metadata', 'source and metadata', null],
      ['transformation', 'transformation 1: STELLAR', null],
      ['transformation', 'transformation 2: REMOVE', null],
      ['original', 'original_string', null],
      ['filter', 'STELLAR', 'goes on'],
      ['validation', 'fieldValidations', 'all hold'],
    ]);
    expect(message?.steps[2]?.changes).toEqual([{ field: 'user', before: 'Alice', after: 'alice' }]);
    expect(message?.steps[3]?.changes).toEqual([{ field: 'secret', before: 'x', after: undefined }]);
  });

  it('keeps what a message had come to when a transformation fails', async () => {
    const snapshot = await configured({
      app: {
        ...json,
        fieldTransformations: [{ transformation: 'STELLAR', output: ['x'], config: { x: '1/0' } }],
      },
    });
    const [message] = new SensorTracer(snapshot, 'app', { clock }).run('{"timestamp": 1, "a": 2}').messages;
    expect(message?.outcome).toBe('failed');
    expect(message?.message['a']).toBe(2);
    expect(message?.steps.at(-1)?.note).toContain('failed');
  });

  it('tells of a record that the parser refuses, and begins anew with the next', async () => {
    const snapshot = await configured({ app: json });
    const tracer = new SensorTracer(snapshot, 'app', { clock });
    expect(tracer.run('no json').failures).toHaveLength(1);
    expect(tracer.run('{"timestamp": 1}')).toMatchObject({ failures: [], skipped: [] });
  });

  it('keeps the bytes of a record that is no text in the character set, as the pipeline does', async () => {
    const snapshot = await configured({ app: json });
    const bytes = Buffer.from('{"timestamp": 1, "user": "M\xfcller"}', 'latin1');
    const trace = new SensorTracer(snapshot, 'app', { clock }).run(bytes.toString('utf8'), null, bytes);
    expect(trace.messages[0]?.message['original_bytes']).toBe(bytes.toString('base64'));
    await sample('app.samples/a.log', bytes);
    const result = await runSample(snapshot, findSamples(folder)[0]!, { now });
    expect(result.status === 'unexpected' && result.outcome.messages[0]).toHaveProperty('original_bytes');
  });

  it('names the sensors when there is no such one', async () => {
    const snapshot = await configured({ app: json });
    expect(() => new SensorTracer(snapshot, 'ap', { clock })).toThrow('There is no sensor "ap"');
  });
});

describe('samples', () => {
  it('have no expectation at first, get one by an update, and pass from then on', async () => {
    const snapshot = await configured({ app: json });
    await sample('app.samples/two.log', '{"timestamp": 1}\n{"timestamp": 2}\n');
    const [found] = findSamples(folder);
    expect((await runSample(snapshot, found!, { now })).status).toBe('unexpected');
    expect((await runSample(snapshot, found!, { now, update: true })).status).toBe('updated');
    expect((await runSample(snapshot, found!, { now: now + 1e9 })).status).toBe('passed');
    const written = JSON.parse(await readFile(path.join(folder, 'parsers/app.samples/two.json'), 'utf8'));
    expect(written.messages).toHaveLength(2);
    expect(written).not.toHaveProperty('failures');
  });

  it('tell where what they become differs', async () => {
    const snapshot = await configured({ app: json });
    await sample('app.samples/a.log', '{"timestamp": 1, "user": "x"}\nbroken\n');
    await sample(
      'app.samples/a.json',
      JSON.stringify({
        now: '2026-03-01T00:00:00.000Z',
        messages: [
          { timestamp: 1, user: 'y', 'source.type': 'app', original_string: '{"timestamp": 1, "user": "x"}' },
        ],
      }),
    );
    const result = await runSample(snapshot, findSamples(folder)[0]!, { now });
    expect(result).toMatchObject({
      status: 'differs',
      differences: [
        { path: 'messages[0].user', expected: 'y', actual: 'x' },
        { path: 'failures[0]', expected: undefined },
      ],
    });
  });

  it('say what is wrong with an expectation that is none', async () => {
    const snapshot = await configured({ app: json });
    await sample('app.samples/a.log', '{}\n');
    await sample('app.samples/a.json', '{"messages": []}');
    const result = await runSample(snapshot, findSamples(folder)[0]!, { now });
    expect(result.status === 'failed' && result.error.message).toContain('is no expectation');
  });

  it('of a sensor that is not configured fail with the names of those that are', async () => {
    const snapshot = await configured({ app: json });
    await sample('other.samples/a.log', '{}\n');
    const result = await runSample(snapshot, findSamples(folder)[0]!, { now });
    expect(result.status === 'failed' && result.error.message).toContain('There is no sensor "other"');
  });
});

describe('records of a file', () => {
  it('are its lines, of a compressed file too', async () => {
    const file = path.join(folder, 'a.log.gz');
    await writeFile(file, gzipSync('one\ntwo\nthree'));
    expect((await readRecords(file, 'app')).records.map(String)).toEqual(['one', 'two', 'three']);
  });

  it('of a Zeek log hold the header', async () => {
    const file = path.join(folder, 'conn.log');
    await writeFile(file, '#separator \\x09\n#path\tconn\n#fields\tts\tuid\n#types\ttime\tstring\n1.0\tC1\n');
    const [record] = (await readRecords(file, 'zeek')).records;
    expect(String(record)).toContain('#fields\tts\tuid');
  });
});

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import Fastify from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { appenderSink, httpSink } from './file-sinks.ts';
import { type FileProgress, type IngestFilesOptions, ingestFiles } from './files.ts';
import { registerIngestRoutes } from './http.ts';
import { type TestContext, testContext, until } from './testing/context.ts';

let context: TestContext;

beforeEach(async () => {
  context = await testContext();
});
afterEach(() => context.close());

const write = (name: string, content: string | Buffer) => {
  writeFileSync(join(context.folder, name), content);
  return join(context.folder, name);
};
const values = () => context.values('zeek');
const ingest = (paths: string[], given: Partial<IngestFilesOptions> = {}) =>
  ingestFiles({ paths, sensor: 'zeek', sink: appenderSink(context.appender), ...given });

const header = ['#separator \\x09', '#fields\tts\tuid', '#types\ttime\tstring'].join('\n');

describe('ingesting whole files', () => {
  it('takes plain and compressed files and standard input, and sums up', async () => {
    const progress: FileProgress[] = [];
    const paths = [
      write('a.json', '{"a":1}\n{"a":2}\r\n\n{"a":3}'),
      write('b.gz', gzipSync('{"b":1}\n')),
      write('c.zst', zstdCompressSync('{"c":1}\n')),
    ];
    const summary = await ingest(paths, { onProgress: (step) => progress.push(step) });
    expect(summary).toMatchObject({ records: 5, rejected: 0 });
    expect(summary.files.map(({ records }) => records)).toEqual([3, 1, 1]);
    expect(progress.at(-1)).toMatchObject({ records: 5, bytes: summary.bytes, totalBytes: summary.bytes });
    expect(values()).toEqual(['{"a":1}', '{"a":2}', '{"a":3}', '{"b":1}', '{"c":1}']);
    expect(context.records('zeek')[0]!.headers).toEqual({ listener: 'files', 'file.path': paths[0] });
    const piped = await ingest(['-'], { stdin: Readable.from([Buffer.from('x'), Buffer.from('y\nz')]) });
    expect(piped.files).toEqual([{ path: '-', bytes: 4, records: 2, rejected: 0 }]);
    expect(values().slice(5)).toEqual(['xy', 'z']);
    expect((await ingest([write('empty', '')])).records).toBe(0);
  });

  it('gives the records of a Zeek log their header, also in parts', async () => {
    const rows = Array.from({ length: 1200 }, (_, i) => `${i}.0\tC${i}`);
    await ingest([write('conn.log', `${header}\n${rows.join('\n')}\n#close\t2020\n`)]);
    expect(values().every((value) => value.startsWith(`${header}\n`))).toBe(true);
    expect(values().flatMap((value) => value.slice(header.length + 1).split('\n'))).toEqual(rows);
    expect(values()).toHaveLength(3);
  });

  it('puts a line that is too long into the errors topic', async () => {
    const summary = await ingest([write('a', `a\n${'x'.repeat(200)}\nb\n`)], { maxMessageBytes: 100 });
    expect(summary).toMatchObject({ records: 2, rejected: 1 });
    expect(context.values('errors')).toEqual(['x'.repeat(200)]);
  });

  it('says which file cannot be read, and how much of it is stored', async () => {
    await expect(ingest([join(context.folder, 'absent')])).rejects.toMatchObject({ code: 'SKP_INGEST_FILE' });
    const packed = gzipSync('some lines\n'.repeat(1000));
    await expect(ingest([write('cut.gz', packed.subarray(0, packed.length - 10))])).rejects.toMatchObject({
      code: 'SKP_INGEST_FILE',
      message: expect.stringContaining('cut.gz'),
    });
  });

  it('posts to a running server, records with newlines included, and waits while that is behind', async () => {
    const app = Fastify();
    registerIngestRoutes(app, { appender: context.appender, sensors: () => ['zeek'] });
    const server = await app.listen({ port: 0, host: '127.0.0.1' });
    const sink = httpSink({ server });
    await ingest([write('conn.log', `${header}\n1.0\tC1\n2.0\tC2\n`)], { sink });
    expect(values()).toEqual([`${header}\n1.0\tC1\n2.0\tC2`]);
    context.gate.fail = new Error('no room');
    const waiting = ingest([write('later', 'one\ntwo\n')], { sink });
    await until(() => context.appender.lastFailure !== null);
    context.gate.fail = null;
    expect((await waiting).records).toBe(2);
    expect(values().slice(1)).toEqual(['one', 'two']);
    await expect(ingest([write('x', 'x')], { sink, sensor: 'zeke' })).rejects.toMatchObject({
      code: 'SKP_INGEST_REFUSED',
      hint: 'did you mean zeek?',
    });
    await app.close();
  });
});

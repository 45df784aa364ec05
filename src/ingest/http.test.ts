import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import compress from '@fastify/compress';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AppenderOptions } from './appender.ts';
import { registerIngestRoutes, type WireIngestProblem } from './http.ts';
import type { BodyLimits } from './http-body.ts';
import type { IngestMetrics } from './metrics.ts';
import { type TestContext, testContext, until } from './testing/context.ts';

let context: TestContext;
let app: FastifyInstance;
let metrics: IngestMetrics;
let url: string;

async function serve(limits: Partial<BodyLimits> = {}, options: AppenderOptions = {}): Promise<void> {
  await app?.close();
  await context?.close();
  context = await testContext(options);
  app = Fastify();
  // As the server of the API does.
  await app.register(compress, { global: true });
  const sensors = () => ['squid', 'snort', '__proto__'];
  metrics = registerIngestRoutes(app, { appender: context.appender, sensors, limits: () => limits });
  url = await app.listen({ port: 0, host: '127.0.0.1' });
}

beforeEach(() => serve());
afterEach(async () => {
  await app.close();
  await context.close();
});

async function post(body: string | Buffer, headers: Record<string, string> = {}, sensor = 'squid') {
  const response = await fetch(`${url}/api/v1/ingest/${sensor}`, {
    method: 'POST',
    headers: { 'content-type': 'text/plain', ...headers },
    body: typeof body === 'string' ? body : new Uint8Array(body),
  });
  return {
    status: response.status,
    body: (await response.json()) as WireIngestProblem,
    headers: response.headers,
  };
}

const json = { 'content-type': 'application/json' };
const values = () => context.values('squid');

describe('records over HTTP', () => {
  it('takes each line for a record and answers once they are durable', async () => {
    const answer = await post('one\ntwo\r\n\nthree');
    expect(answer).toMatchObject({ status: 202, body: { accepted: 3, rejected: 0 } });
    expect(values()).toEqual(['one', 'two', 'three']);
    expect(context.records('squid')[0]!.headers).toEqual({
      'source.address': '127.0.0.1',
      listener: 'http',
    });
    expect(metrics).toMatchObject({ received: 3, sent: 3, bytes: 15 });
  });

  it('takes broken NDJSON as it is: the parser keeps it as an error', async () => {
    await post('{"a":1}\n{broken\n', { 'content-type': 'application/x-ndjson; charset=utf-8' });
    expect(values()).toEqual(['{"a":1}', '{broken']);
  });

  it('takes a request of OTLP in protobuf, one record for each resource, and answers as OTLP does', async () => {
    const headers = { 'content-type': 'application/x-protobuf' };
    // Two resources, each with a scope and a log record whose severity is "I".
    const resource = Buffer.from([0x0a, 7, 0x12, 5, 0x12, 3, 0x1a, 1, 0x49]);
    const send = (body: Buffer) =>
      fetch(`${url}/api/v1/ingest/squid`, { method: 'POST', headers, body: new Uint8Array(body) });
    const answer = await send(Buffer.concat([resource, resource]));
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('application/x-protobuf');
    expect((await answer.arrayBuffer()).byteLength).toBe(0);
    expect(context.records('squid').map(({ value }) => Buffer.from(value))).toEqual([resource, resource]);
    const broken = await send(resource.subarray(0, 5));
    expect(broken.status).toBe(400);
    expect(await broken.json()).toMatchObject({ code: 'SKP_INGEST_PROTOBUF', accepted: 0 });
    expect(values()).toHaveLength(2);
  });

  it('takes the elements of a JSON array, an object, and objects one after another', async () => {
    expect((await post('[{"a":[1,"]"]}, "x\\"y", 3,null]', json)).body.accepted).toBe(4);
    expect((await post('{\n "a": {"b": "}"}\n}', json)).body.accepted).toBe(1);
    expect((await post('\ufeff{"a":1}\n{"b":2}', json)).body.accepted).toBe(2);
    expect((await post(' [ ] ', json)).body.accepted).toBe(0);
    expect(values()).toEqual([
      '{"a":[1,"]"]}',
      '"x\\"y"',
      '3',
      'null',
      '{\n "a": {"b": "}"}\n}',
      '{"a":1}',
      '{"b":2}',
    ]);
  });

  it.each([
    ['[{"a":1},]', 9],
    ['[{"a":1} {"a":2}]', 9],
    ['[{"a":1}', 8],
    ['[{"a":1}] x', 10],
    ['[{"a":1}, {"a":}]', 15],
    ['{"a":', 5],
    ['[,]', 1],
    ['17', 0],
    ['[{"a":tru}]', 6],
  ])('says where %s is broken, and stores nothing of it', async (body, position) => {
    const answer = await post(body, json);
    expect(answer).toMatchObject({ status: 400, body: { code: 'SKP_INGEST_JSON', position, accepted: 0 } });
    expect(values()).toEqual([]);
  });

  it('says how much of a large body is stored when its end is broken', async () => {
    const element = `"${'x'.repeat(500_000)}"`;
    const answer = await post(`[${Array(20).fill(element).join(',')},]`, json);
    expect(answer.status).toBe(400);
    expect(answer.body.accepted).toBeGreaterThan(0);
    expect(values()).toHaveLength(answer.body.accepted);
  });

  it.each([
    ['gzip', gzipSync],
    ['zstd', zstdCompressSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ] as const)('takes bodies in %s', async (encoding, compress) => {
    const lines = Array.from({ length: 1000 }, (_, i) => `line ${i}`);
    const answer = await post(compress(Buffer.from(lines.join('\n'))), { 'content-encoding': encoding });
    expect(answer).toMatchObject({ status: 202, body: { accepted: 1000 } });
    expect(values()).toEqual(lines);
  });

  it('refuses what is not compressed as it says, and what it cannot read', async () => {
    expect(await post('plain', { 'content-encoding': 'gzip' })).toMatchObject({ status: 400 });
    expect(await post('plain', { 'content-encoding': 'zstd' })).toMatchObject({ status: 400 });
    expect(await post('plain', { 'content-encoding': 'br' })).toMatchObject({ status: 400 });
    const cut = gzipSync('a line\nand another').subarray(0, 20);
    expect(await post(cut, { 'content-encoding': 'gzip' })).toMatchObject({
      status: 400,
      body: { code: 'SKP_INGEST_ENCODING' },
    });
    expect(await post('plain', { 'content-encoding': 'compress' })).toMatchObject({ status: 415 });
    expect(await post('<a/>', { 'content-type': 'text/xml' })).toMatchObject({ status: 415 });
    expect(values()).toEqual([]);
  });

  it.each(['gzip', 'zstd'])('stops at a decompression bomb in %s', async (encoding) => {
    const bomb = Buffer.alloc(200 * 1024 * 1024, `${'a'.repeat(999)}\n`);
    const packed = encoding === 'gzip' ? gzipSync(bomb) : zstdCompressSync(bomb);
    const answer = await post(packed, { 'content-encoding': encoding });
    expect(answer).toMatchObject({ status: 413, body: { code: 'SKP_INGEST_TOO_LARGE' } });
    expect(answer.body.accepted).toBeLessThan(30_000);
  });

  it('refuses a body that is too large, as sent or decompressed', async () => {
    await serve({ maxBodyBytes: 10_000, maxUnpackedBytes: 20_000 });
    expect(await post('x'.repeat(10_001))).toMatchObject({ status: 413 });
    expect(await post(gzipSync('x'.repeat(20_001)), { 'content-encoding': 'gzip' })).toMatchObject({
      status: 413,
    });
  });

  it('puts a record that is too long whole into the errors topic and says so', async () => {
    await serve({ maxMessageBytes: 100 });
    const long = 'x'.repeat(101);
    expect(await post(`a\n${long}\nb`)).toMatchObject({ status: 202, body: { accepted: 2, rejected: 1 } });
    expect(await post(`["${'y'.repeat(100)}"]`, json)).toMatchObject({ body: { accepted: 0, rejected: 1 } });
    expect(context.values('errors')).toEqual([long, `"${'y'.repeat(100)}"`]);
  });

  it('answers 404 for a sensor that is not there, with the nearest name', async () => {
    expect(await post('x', {}, 'squit')).toMatchObject({
      status: 404,
      body: { code: 'SKP_INGEST_SENSOR', hint: 'did you mean squid?' },
    });
    expect(await post('x', {}, 'constructor')).toMatchObject({ status: 404 });
    expect(await post('x', {}, '__proto__')).toMatchObject({ status: 202 });
  });

  it('answers 429 with Retry-After while the bus is behind', async () => {
    await serve({ pressureMs: 1 }, { maxPendingBytes: 1000 });
    let release = () => {};
    context.gate.hold = new Promise((resolve) => {
      release = resolve;
    });
    const first = post('x'.repeat(2000));
    await until(() => context.appender.saturated);
    const second = await post('y');
    expect(second).toMatchObject({ status: 429, body: { code: 'SKP_INGEST_PRESSURE', accepted: 0 } });
    expect(Number(second.headers.get('retry-after'))).toBeGreaterThan(0);
    release();
    expect((await first).status).toBe(202);
    expect(values()).toEqual(['x'.repeat(2000)]);
  });

  it('answers 503 when the bus refuses, and stores nothing', async () => {
    context.gate.fail = new Error('no room');
    expect(await post('x')).toMatchObject({ status: 503, body: { accepted: 0 } });
    context.gate.fail = null;
    await context.appender.flush();
    expect(values()).toEqual([]);
    expect((await post('y')).status).toBe(202);
  });

  it('stores nothing of a small body whose sender goes away, and gives up one who stops sending', async () => {
    await serve({ idleMs: 50 });
    const { port } = new URL(url);
    const headers = { 'content-type': 'text/plain', 'content-length': '1000' };
    const gone = request({ port, path: '/api/v1/ingest/squid', method: 'POST', headers });
    gone.on('error', () => {});
    gone.write('some lines\n');
    await until(() => metrics.bytes === 11);
    gone.destroy();
    await until(() => metrics.dropped.size === 1);
    const slow = request({ port, path: '/api/v1/ingest/squid', method: 'POST', headers });
    slow.on('error', () => {});
    slow.write('some lines\n');
    const closed = new Promise((resolve) => slow.once('close', resolve));
    await closed;
    await context.appender.flush();
    expect(values()).toEqual([]);
    expect((app.server.address() as AddressInfo).port).toBe(Number(port));
  });
});

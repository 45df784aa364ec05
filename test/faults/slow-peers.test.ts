// Senders that hold on to what they have: others go on, the slow ones end by a stated limit, and cost little memory.
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_BODY_LIMITS, registerIngestRoutes } from '../../src/ingest/http.ts';
import { createMetrics } from '../../src/ingest/metrics.ts';
import { StreamListener } from '../../src/ingest/stream.ts';
import { createAuthority, createCertificate } from '../../src/ingest/testing/certificates.ts';
import {
  portOf,
  syslogConfig,
  type TestContext,
  testContext,
  until,
} from '../../src/ingest/testing/context.ts';

const SLOW = 100;
/** Milliseconds; the limits in use are longer. */
const LIMIT = 1500;
/** Sweeps come once a second. */
const SLACK = 2500;
const MiB = 1024 * 1024;

let context: TestContext;
let plain: StreamListener;
let tls: StreamListener;
let app: FastifyInstance;
const httpMetrics = createMetrics();
const sockets = new Set<Socket>();

beforeEach(async () => {
  context = await testContext();
  await createAuthority(context.folder);
  await createCertificate(context.folder, 'server');
  const limits = { messageMs: LIMIT, idleMs: LIMIT, handshakeMs: LIMIT };
  plain = new StreamListener(syslogConfig({ transport: 'tcp' }), context, limits);
  const files = { certFile: 'server.pem', keyFile: 'server.key' };
  tls = new StreamListener(syslogConfig({ transport: 'tls', ...files }), context, limits);
  await plain.start();
  await tls.start();
  app = Fastify({ forceCloseConnections: true });
  registerIngestRoutes(app, {
    appender: context.appender,
    sensors: () => ['web'],
    limits: () => ({ ...DEFAULT_BODY_LIMITS, idleMs: LIMIT }),
    metrics: httpMetrics,
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
});
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await plain.stop();
  await tls.stop();
  await app.close();
  await context.close();
});

const httpPort = () => (app.server.address() as AddressInfo).port;

/** Milliseconds from the call until the other side has closed each. */
async function lifetimes(opened: readonly Socket[]): Promise<number[]> {
  const begin = performance.now();
  return Promise.all(
    opened.map(async (socket) => {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.resume();
      await new Promise((resolve) => socket.once('close', resolve));
      return performance.now() - begin;
    }),
  );
}

const many = (open: () => Socket) => Array.from({ length: SLOW }, open);

/** Writes `text` and then a byte every few milliseconds, for ever. */
function trickle(socket: Socket, text: string): Socket {
  socket.write(text);
  const timer = setInterval(() => socket.write('x'), 20);
  socket.once('close', () => clearInterval(timer));
  return socket;
}

function neverEndingBody(): Socket {
  const socket = connect(httpPort(), '127.0.0.1');
  socket.write(
    'POST /api/v1/ingest/web HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\nthe beginning of a line',
  );
  return socket;
}

/** A line through each way in; resolves when they are durable. */
async function sendByAll(i: number, good: { plain: Socket; tls: Socket }): Promise<void> {
  good.plain.write(`<13>plain ${i}\n`);
  good.tls.write(`<13>tls ${i}\n`);
  const status = await new Promise<number | undefined>((resolve, reject) => {
    const options = {
      port: httpPort(),
      host: '127.0.0.1',
      path: '/api/v1/ingest/web',
      method: 'POST',
      agent: false,
    };
    request(options, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end(`http ${i}\n`);
  });
  expect(status).toBe(202);
  await until(() => context.values('syslog').length === 2 * (i + 1));
}

describe('slow peers', () => {
  it('hold up no other, end by the limit, and take little memory', async () => {
    const ca = readFileSync(join(context.folder, 'ca.pem'));
    const good = {
      plain: connect(portOf(plain.status().address), '127.0.0.1'),
      tls: connectTls({ port: portOf(tls.status().address), host: '127.0.0.1', ca }),
    };
    for (const socket of [good.plain, good.tls]) sockets.add(socket.on('error', () => {}));
    await sendByAll(0, good);
    const before = process.memoryUsage().rss;
    const ended = Promise.all([
      lifetimes(
        many(() => trickle(connect(portOf(plain.status().address), '127.0.0.1'), '<13>a slow message')),
      ),
      lifetimes(many(neverEndingBody)),
      lifetimes(many(() => connect(portOf(tls.status().address), '127.0.0.1'))),
      // The first bytes of a handshake, and then a byte now and then.
      lifetimes(
        many(() => trickle(connect(portOf(tls.status().address), '127.0.0.1'), '\x16\x03\x01\x02\x00\x01')),
      ),
    ]);
    let running = true;
    void ended.then(() => {
      running = false;
    });
    let slowest = 0;
    let sent = 1;
    let most = before;
    while (running) {
      const begin = performance.now();
      await sendByAll(sent++, good);
      slowest = Math.max(slowest, performance.now() - begin);
      most = Math.max(most, process.memoryUsage().rss);
    }
    const [messages, bodies, silent, handshakes] = await ended;
    for (const times of [messages, bodies, silent, handshakes]) {
      expect(Math.max(...times)).toBeLessThan(LIMIT + SLACK);
    }
    expect(sent).toBeGreaterThan(20);
    expect(slowest).toBeLessThan(1000);
    expect((most - before) / MiB).toBeLessThan(100);
    expect(plain.metrics.dropped.get('connection_slow_message')).toBe(SLOW);
    expect(tls.metrics.dropped.get('tls_handshake')).toBe(2 * SLOW);
    expect(httpMetrics.dropped.get('request_408')).toBe(SLOW);
    expect(plain.status().connections).toBe(1);
    // What a slow sender had sent of a message is kept.
    await until(() => context.values('errors').length >= SLOW);
    expect(context.values('errors').filter((value) => value.startsWith('<13>a slow message'))).toHaveLength(
      SLOW,
    );
  });
});

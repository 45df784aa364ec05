import { createSocket } from 'node:dgram';
import { writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import Fastify from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { HttpListenerConfig, TailListenerConfig } from '../config/index.ts';
import { IngestService } from './service.ts';
import { portOf, syslogConfig, type TestContext, testContext, until } from './testing/context.ts';

let context: TestContext;
let service: IngestService;

beforeEach(async () => {
  context = await testContext();
  service = new IngestService({ ...context, sensors: () => ['syslog'], retryMs: 10 });
});
afterEach(async () => {
  await service.stop().catch(() => {});
  await context.close();
});

const http = (given: Partial<HttpListenerConfig> = {}): HttpListenerConfig => ({
  name: 'web',
  type: 'http',
  enabled: true,
  maxBodyBytes: 1024 * 1024,
  ...given,
});
const tail = (given: Partial<TailListenerConfig> = {}): TailListenerConfig => ({
  name: 'files',
  type: 'tail',
  enabled: true,
  paths: ['*.log'],
  sensor: 'syslog',
  from: 'start',
  framing: 'auto',
  maxMessageBytes: 100_000,
  ...given,
});
const tcp = (given: Partial<Parameters<typeof syslogConfig>[0]> = {}) =>
  syslogConfig({ name: 'tcp', transport: 'tcp', ...given });
const statusOf = (name: string) => service.status().find((status) => status.name === name);
const port = (name: string) => portOf(statusOf(name)!.address);
const values = () => context.values('syslog').sort();

async function dial(to: number): Promise<Socket> {
  const socket = connect(to, '127.0.0.1');
  await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  return socket.on('error', () => {});
}

describe('all ways in', () => {
  it('takes records by every way that is declared', async () => {
    writeFileSync(join(context.folder, 'a.log'), 'from a file\n');
    await service.apply([
      tcp(),
      syslogConfig({ name: 'udp', transport: 'udp' }),
      http({ port: 0 }),
      tail(),
      tcp({ name: 'off', enabled: false }),
    ]);
    expect(service.status().map(({ name, kind, state }) => [name, kind, state])).toEqual([
      ['tcp', 'syslog-tcp', 'listening'],
      ['udp', 'syslog-udp', 'listening'],
      ['web', 'http', 'listening'],
      ['files', 'tail', 'listening'],
    ]);
    (await dial(port('tcp'))).end('by tcp\n');
    const sender = createSocket('udp4');
    sender.send('by udp', port('udp'), '127.0.0.1', () => sender.close());
    const response = await fetch(`http://127.0.0.1:${port('web')}/api/v1/ingest/syslog`, {
      method: 'POST',
      body: 'by http',
    });
    expect(response.status).toBe(202);
    await until(() => values().length === 4, values);
    expect(values()).toEqual(['by http', 'by tcp', 'by udp', 'from a file']);
  });

  it('adds, removes and rebinds while it runs, and leaves alone what did not change', async () => {
    await service.apply([tcp({ name: 'stays' }), tcp({ name: 'goes' }), tcp({ name: 'changes' })]);
    const kept = port('stays');
    const taken = port('goes');
    const open = await dial(kept);
    await service.apply([
      tcp({ name: 'stays' }),
      tcp({ name: 'changes', sensor: 'other' }),
      tcp({ name: 'comes', port: taken }),
    ]);
    expect(
      service
        .status()
        .map(({ name }) => name)
        .sort(),
    ).toEqual(['changes', 'comes', 'stays']);
    expect(port('stays')).toBe(kept);
    expect(port('comes')).toBe(taken);
    open.write('still open\n');
    (await dial(port('changes'))).end('elsewhere\n');
    await until(() => values().length === 1 && context.values('other').length === 1);
    open.destroy();
  });

  it('reports a listener that cannot open, and opens it when it can', async () => {
    const blocker = new IngestService({ ...context, sensors: () => [] });
    await blocker.apply([tcp({ name: 'blocker' })]);
    const taken = portOf(blocker.status()[0]!.address);
    await service.apply([tcp({ name: 'blocked', port: taken }), tcp({ name: 'free' })]);
    expect(statusOf('blocked')).toMatchObject({
      state: 'failed',
      problem: expect.stringContaining('EADDRINUSE'),
    });
    expect(statusOf('free')).toMatchObject({ state: 'listening' });
    expect(context.reported[0]).toMatchObject({ code: 'SKP_INGEST_BIND' });
    await blocker.apply([]);
    await until(() => statusOf('blocked')?.state === 'listening');
  });

  it('serves HTTP on the port of the API', async () => {
    const app = Fastify();
    service.mount(app);
    await service.apply([http({ maxBodyBytes: 1024 })]);
    const url = await app.listen({ port: 0, host: '127.0.0.1' });
    const post = (body: string) => fetch(`${url}/api/v1/ingest/syslog`, { method: 'POST', body });
    expect((await post('one')).status).toBe(202);
    expect((await post('x'.repeat(1025))).status).toBe(413);
    expect(statusOf('web')).toMatchObject({ kind: 'http', state: 'listening', metrics: { sent: 1 } });
    await app.close();
  });

  it('stops in order: what was accepted is durable', async () => {
    await service.apply([tcp()]);
    const socket = await dial(port('tcp'));
    let release = () => {};
    context.gate.hold = new Promise((resolve) => {
      release = resolve;
    });
    socket.write('one\ntwo\n');
    await until(() => statusOf('tcp')!.metrics.received === 2);
    const stopped = service.stop();
    release();
    await stopped;
    expect(values()).toEqual(['one', 'two']);
    socket.destroy();
  });

  it('says how much is not stored when the bus does not answer', async () => {
    context.gate.fail = new Error('no room');
    await service.apply([tcp()]);
    const socket = await dial(port('tcp'));
    socket.write('one\ntwo\n');
    await until(() => context.appender.lastFailure !== null);
    socket.destroy();
    await expect(service.stop(20)).rejects.toMatchObject({
      code: 'SKP_INGEST_NOT_STORED',
      message: expect.stringContaining('2 messages'),
    });
  });
});

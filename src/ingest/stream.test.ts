import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type StreamLimits, StreamListener } from './stream.ts';
import { createAuthority, createCertificate } from './testing/certificates.ts';
import { portOf, syslogConfig, type TestContext, testContext, until } from './testing/context.ts';

let context: TestContext;
const listeners: StreamListener[] = [];
const sockets: Socket[] = [];

beforeEach(async () => {
  context = await testContext();
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const listener of listeners.splice(0)) await listener.stop();
  await context.close();
});

type Given = Partial<Parameters<typeof syslogConfig>[0]>;

async function listen(given: Given = {}, limits: Partial<StreamLimits> = {}): Promise<StreamListener> {
  const listener = new StreamListener(syslogConfig({ transport: 'tcp', ...given }), context, limits);
  await listener.start();
  listeners.push(listener);
  return listener;
}

async function dial(listener: StreamListener): Promise<Socket> {
  const socket = connect(portOf(listener.status().address), '127.0.0.1');
  sockets.push(socket);
  await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  socket.on('error', () => {});
  return socket;
}

const values = () => context.values('syslog');
const errors = () => context.values('errors');

describe('syslog over TCP', () => {
  it('takes lines and counted messages, each connection in its own framing', async () => {
    const listener = await listen();
    (await dial(listener)).write('<13>one\n<13>two\n');
    (await dial(listener)).write('9 <13>three8 <13>four');
    await until(() => values().length === 4, values);
    expect(values().sort()).toEqual(['<13>four', '<13>one', '<13>three', '<13>two']);
    expect(listener.status()).toMatchObject({ state: 'listening', connections: 2, sensor: 'syslog' });
    expect(listener.metrics).toMatchObject({ received: 4, sent: 4, bytes: 37, errors: 0 });
  });

  it('says on each record where it came from and when', async () => {
    const before = Date.now();
    (await dial(await listen({ name: 'edge' }))).write('<13>x\n');
    await until(() => values().length === 1);
    const record = context.records('syslog')[0]!;
    expect(record.headers).toEqual({ 'source.address': '127.0.0.1', listener: 'edge' });
    expect(record.timestamp).toBeGreaterThanOrEqual(before);
    expect(record.timestamp).toBeLessThanOrEqual(Date.now());
  });

  it('keeps bytes that are no UTF-8 as they are', async () => {
    (await dial(await listen())).write(Buffer.from('<13>\xff\x00\xfe\n', 'latin1'));
    await until(() => values().length === 1);
    expect(values()).toEqual(['<13>\xff\x00\xfe']);
  });

  it('takes a message of 1 MiB, and puts a longer one whole into the errors topic', async () => {
    const socket = await dial(await listen());
    const fits = `<13>${'a'.repeat(1024 * 1024 - 4)}`;
    const tooLong = `<13>${'b'.repeat(1024 * 1024 - 3)}`;
    socket.write(`${fits}\n${tooLong}\n<13>after\n`);
    await until(() => values().length === 2 && errors().length === 1);
    expect(
      values()
        .map((value) => value.length)
        .sort(),
    ).toEqual([1024 * 1024, 9]);
    expect(errors()[0] === tooLong).toBe(true);
    expect(context.records('errors')[0]!.headers).toMatchObject({
      'error.reason': 'too_long',
      'error.sensor': 'syslog',
      'error.total_bytes': String(1024 * 1024 + 1),
      'source.address': '127.0.0.1',
    });
  });

  it('takes the last line without a newline when the sender closes, and keeps a torn counted message as an error', async () => {
    const listener = await listen();
    (await dial(listener)).end('<13>last');
    (await dial(listener)).end('20 <13>torn');
    await until(() => values().length === 1 && errors().length === 1);
    expect(values()).toEqual(['<13>last']);
    expect(errors()).toEqual(['<13>torn']);
    await until(() => listener.status().connections === 0);
  });

  it('holds a sender back while the bus is behind, and loses nothing', async () => {
    context = await testContext({ maxPendingBytes: 256 * 1024 });
    let release = () => {};
    context.gate.hold = new Promise((resolve) => {
      release = resolve;
    });
    const socket = await dial(await listen());
    const lines = Array.from({ length: 50_000 }, (_, i) => `<13>${String(i).padStart(500, '.')}\n`);
    const flushed = new Promise<void>((resolve) => socket.write(lines.join(''), () => resolve()));
    await until(() => context.appender.saturated);
    for (let turn = 0; turn < 500; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(context.appender.pendingBytes).toBeLessThan(2 * 256 * 1024);
    release();
    await flushed;
    await until(
      () => values().length === lines.length,
      () => values().length,
    );
    expect(new Set(values()).size).toBe(lines.length);
  });

  it('refuses connections beyond the limit and counts them', async () => {
    const listener = await listen({}, { maxConnections: 1 });
    await dial(listener);
    await until(() => listener.status().connections === 1);
    const refused = await dial(listener);
    await new Promise((resolve) => refused.once('close', resolve));
    expect(listener.metrics.dropped.get('connection_limit')).toBe(1);
  });

  it('closes a connection that sends a message too slowly, and keeps what it sent as an error', async () => {
    const listener = await listen({}, { messageMs: 0 });
    const socket = await dial(listener);
    socket.write('<13>never compl');
    await new Promise((resolve) => socket.once('close', resolve));
    await until(() => errors().length === 1);
    expect(errors()).toEqual(['<13>never compl']);
    expect(listener.metrics.dropped.get('connection_slow_message')).toBe(1);
  });

  it('closes idle connections', async () => {
    const listener = await listen({}, { idleMs: 0 });
    const socket = await dial(listener);
    await new Promise((resolve) => socket.once('close', resolve));
    expect(listener.metrics.dropped.get('connection_idle')).toBe(1);
  });

  it('closes the connections that hold most when incomplete messages take too much room', async () => {
    const listener = await listen({}, { maxBufferedBytes: 50_000 });
    const small = await dial(listener);
    const large = await dial(listener);
    small.write('x'.repeat(1000));
    large.write('y'.repeat(60_000));
    await new Promise((resolve) => large.once('close', resolve));
    await until(() => errors().length === 1);
    expect(errors()[0]!.length).toBe(60_000);
    small.write('\n');
    await until(() => values().length === 1);
  });

  it('takes what senders still send while it stops', async () => {
    const listener = await listen();
    const socket = await dial(listener);
    socket.write('<13>before\n<13>unfin');
    await until(() => listener.metrics.received === 1);
    socket.once('end', () => socket.end('ished'));
    await listener.stop();
    await context.appender.flush();
    expect(values()).toEqual(['<13>before', '<13>unfinished']);
    expect(listener.status().state).toBe('stopped');
  });

  it('says what to do when the port is taken', async () => {
    const first = await listen();
    const port = portOf(first.status().address);
    await expect(listen({ port })).rejects.toMatchObject({
      code: 'SKP_INGEST_BIND',
      hint: 'another program has this port: stop it, or choose another port',
    });
  });
});

describe('syslog over TLS', () => {
  const files = { transport: 'tls', certFile: 'server.pem', keyFile: 'server.key' } as const;

  async function dialTls(listener: StreamListener, options: ConnectionOptions = {}): Promise<Socket> {
    const ca = readFileSync(join(context.folder, 'ca.pem'));
    const socket = connectTls({ port: portOf(listener.status().address), host: '127.0.0.1', ca, ...options });
    sockets.push(socket);
    await new Promise((resolve, reject) => socket.once('secureConnect', resolve).once('error', reject));
    socket.on('error', () => {});
    return socket;
  }

  const pair = (name: string) => ({
    cert: readFileSync(join(context.folder, `${name}.pem`)),
    key: readFileSync(join(context.folder, `${name}.key`)),
  });

  beforeEach(async () => {
    await createAuthority(context.folder);
    await createCertificate(context.folder, 'server');
  });

  it('takes counted messages', async () => {
    const listener = await listen(files);
    (await dialTls(listener)).write('9 <13>three8 <13>four');
    await until(() => values().length === 2);
    expect(values()).toEqual(['<13>three', '<13>four']);
    expect(listener.status().kind).toBe('syslog-tls');
  });

  it('lets in only senders with a certificate when told so, and names them on the record', async () => {
    await createCertificate(context.folder, 'sender');
    const listener = await listen({ ...files, requestClientCertificate: true, caFile: 'ca.pem' });
    const stranger = await dialTls(listener).catch(() => null);
    stranger?.write('<13>no\n');
    await until(() => context.reported.length === 1);
    expect(context.reported[0]).toMatchObject({ code: 'SKP_INGEST_TLS' });
    (await dialTls(listener, pair('sender'))).write('<13>yes\n');
    await until(() => values().length === 1);
    expect(values()).toEqual(['<13>yes']);
    expect(context.records('syslog')[0]!.headers).toMatchObject({ 'tls.subject': 'sender' });
  });

  it('refuses TLS 1.1 and plain text, and goes on', async () => {
    const listener = await listen(files);
    await expect(dialTls(listener, { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1' })).rejects.toThrow();
    (await dial(listener)).write('<13>plain\n');
    await until(() => (listener.metrics.dropped.get('tls_handshake') ?? 0) >= 1);
    (await dialTls(listener)).write('<13>good\n');
    await until(() => values().length === 1);
  });

  it('names a certificate file that is not there', async () => {
    await expect(listen({ ...files, certFile: 'absent.pem' })).rejects.toMatchObject({
      code: 'SKP_INGEST_TLS',
    });
  });

  /** The subject of the certificate that a new connection is shown. */
  async function shown(listener: StreamListener): Promise<string> {
    const socket = (await dialTls(listener)) as TLSSocket;
    const { subject } = socket.getPeerCertificate();
    socket.end();
    return String(subject.CN);
  }

  function replaceWith(name: string): void {
    for (const suffix of ['pem', 'key']) {
      copyFileSync(join(context.folder, `${name}.${suffix}`), join(context.folder, `server.${suffix}`));
    }
  }

  /** Connects until a new connection is shown that certificate. */
  async function untilShown(listener: StreamListener, name: string): Promise<void> {
    for (let i = 0; i < 500; i++) if ((await shown(listener)) === name) return;
    throw new Error(`still not shown: ${name}`);
  }

  it('takes a new certificate while it runs; connections that stand go on', async () => {
    const listener = await listen(files, { certificateMs: 5 });
    const before = await dialTls(listener);
    await createCertificate(context.folder, 'renewed');
    replaceWith('renewed');
    await untilShown(listener, 'renewed');
    before.write('<13>still here\n');
    await until(() => values().length === 1);
    expect(context.reported).toEqual([]);
  });

  it('keeps the last good certificate when the new one is broken, says so, and takes the next good one', async () => {
    const listener = await listen(files, { certificateMs: 5 });
    await createCertificate(context.folder, 'renewed');
    for (const broken of [
      '',
      '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n',
      'other key',
    ]) {
      const { length } = context.reported;
      if (broken === 'other key')
        copyFileSync(join(context.folder, 'renewed.pem'), join(context.folder, 'server.pem'));
      else writeFileSync(join(context.folder, 'server.pem'), broken);
      await until(() => context.reported.length > length);
      expect(context.reported.at(-1)).toMatchObject({ code: 'SKP_INGEST_TLS' });
      expect(listener.status()).toMatchObject({ state: 'listening' });
      expect(listener.status().problem).toContain('the last good certificate stays in use');
      expect(await shown(listener)).toBe('server');
    }
    rmSync(join(context.folder, 'server.key'));
    await until(() => context.reported.length === 4);
    expect(await shown(listener)).toBe('server');
    replaceWith('renewed');
    await untilShown(listener, 'renewed');
    expect(listener.status().problem).toBeNull();
    expect(context.reported).toHaveLength(4);
  });
});

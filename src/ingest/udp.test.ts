import { createSocket, type Socket } from 'node:dgram';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { portOf, syslogConfig, type TestContext, testContext, until } from './testing/context.ts';
import { UdpListener } from './udp.ts';
import { dropsIn, hexOfIPv4, hexOfIPv6, udpKernelDrops } from './udp-kernel-drops.ts';

let context: TestContext;
let listener: UdpListener;
let sender: Socket;

async function listen(given: Partial<Parameters<typeof syslogConfig>[0]> = {}): Promise<void> {
  listener = new UdpListener(syslogConfig({ transport: 'udp', ...given }), context);
  await listener.start();
}

const send = (text: string | Buffer) =>
  new Promise<void>((resolve, reject) => {
    const bytes = typeof text === 'string' ? Buffer.from(text, 'latin1') : text;
    sender.send(bytes, portOf(listener.status().address), '127.0.0.1', (error) =>
      error ? reject(error) : resolve(),
    );
  });

beforeEach(async () => {
  context = await testContext({ maxPendingBytes: 64 * 1024 });
  sender = createSocket('udp4');
});
afterEach(async () => {
  sender.close();
  await listener.stop();
  await context.close();
});

const values = () => context.values('syslog');

describe('syslog over UDP', () => {
  it('takes each datagram for a message, without what ends it', async () => {
    await listen();
    for (const text of ['<13>one', '<13>two\n', '<13>three\r\n', '<13>four\0', '\n', '<13>a\nb'])
      await send(text);
    await until(() => values().length === 5, values);
    expect(values()).toEqual(['<13>one', '<13>two', '<13>three', '<13>four', '<13>a\nb']);
    expect(Object.fromEntries(listener.metrics.dropped)).toEqual({ empty: 1 });
    expect(context.records('syslog')[0]!.headers).toEqual({
      'source.address': '127.0.0.1',
      listener: 'test',
    });
  });

  it('drops and counts when the bus is behind', async () => {
    let release = () => {};
    context.gate.hold = new Promise((resolve) => {
      release = resolve;
    });
    await listen();
    for (let i = 0; i < 100; i++) await send(`<13>${'x'.repeat(2000)}`);
    await until(
      () => listener.metrics.received === 100,
      () => listener.metrics,
    );
    const dropped = listener.metrics.dropped.get('pressure')!;
    expect(dropped).toBeGreaterThan(50);
    release();
    await until(() => values().length === 100 - dropped);
    expect(listener.metrics.sent).toBe(100 - dropped);
  });

  it('puts a datagram longer than allowed whole into the errors topic', async () => {
    await listen({ maxMessageBytes: 1024 });
    await send('y'.repeat(1025));
    await until(() => context.values('errors').length === 1);
    expect(context.values('errors')[0]).toHaveLength(1025);
  });

  it('counts what the kernel dropped while this program was busy', {
    skip: process.platform !== 'linux',
  }, async () => {
    await listen();
    const flood = Buffer.alloc(60_000, 'z');
    const port = portOf(listener.status().address);
    // The event loop does not turn between these, so that nobody reads: more than any buffer that the kernel gives.
    const before = listener.metrics.received;
    for (let i = 0; i < 3000; i++) sender.send(flood, port, '127.0.0.1', () => {});
    await until(
      () => (udpKernelDrops('127.0.0.1', port) ?? 0) > 0,
      () => listener.metrics,
    );
    expect(before).toBe(0);
    listener.status();
    expect(listener.metrics.dropped.get('kernel_buffer')).toBeGreaterThan(0);
  });
});

describe('the kernel’s table of UDP sockets', () => {
  const table = [
    '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops',
    '  350: 0100007F:0202 00000000:0000 07 00000000:00000000 00:00000000 00000000  0  0 2101 2 0000000000000000 7',
    '  351: 00000000:0202 00000000:0000 07 00000000:00000000 00:00000000 00000000  0  0 2102 2 0000000000000000 90',
  ].join('\n');

  it('is read for the address and port of the socket', () => {
    expect(dropsIn(table, `${hexOfIPv4('127.0.0.1')}:0202`)).toBe(7);
    expect(dropsIn(table, `${hexOfIPv4('0.0.0.0')}:0202`)).toBe(90);
    expect(dropsIn(table, '0100007F:0203')).toBeNull();
  });

  it('has IPv6 addresses in words of the machine', () => {
    expect(hexOfIPv6('::1')).toBe('00000000000000000000000001000000');
    expect(hexOfIPv6('::')).toBe('0'.repeat(32));
    expect(hexOfIPv6('fe80::1%eth0')).toBe('000080FE000000000000000001000000');
    expect(hexOfIPv6('::ffff:127.0.0.1')).toBe('0000000000000000FFFF00000100007F');
    expect(hexOfIPv6('2001:db8:1:2:3:4:5:6')).toBe('B80D0120020001000400030006000500');
  });
});

import { createSocket, type Socket } from 'node:dgram';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listenerSchema, type NetflowListenerConfig } from '../config/listeners.ts';
import { createParser } from '../parsers/index.ts';
import { dataSet, template, v5, v9 } from '../parsers/netflow/testing/datagrams.ts';
import { NetflowListener } from './netflow-listener.ts';
import { portOf, type TestContext, testContext, until } from './testing/context.ts';

let context: TestContext;
let listener: NetflowListener;
let sender: Socket;

async function listen(given: Partial<NetflowListenerConfig> = {}): Promise<void> {
  const config = listenerSchema.parse({
    name: 'flows',
    type: 'netflow',
    port: 0,
    sensor: 'netflow',
    ...given,
  });
  if (config.type !== 'netflow') throw new Error('another type');
  listener = new NetflowListener(config, context);
  await listener.start();
}

const send = (bytes: Buffer) =>
  new Promise<void>((resolve, reject) => {
    sender.send(bytes, portOf(listener.status().address), '127.0.0.1', (error) =>
      error ? reject(error) : resolve(),
    );
  });

const flows = () => {
  const parser = createParser('netflow', {}, { now: () => 0, timeZone: 'UTC', readFile: () => '' });
  const found: unknown[] = [];
  for (const value of context.values('netflow'))
    parser.parse(value, {
      emit: (message) => void found.push(message),
      reject: () => undefined,
      fail: () => undefined,
      skip: () => undefined,
    });
  return found;
};

beforeEach(async () => {
  context = await testContext();
  sender = createSocket('udp4');
});
afterEach(async () => {
  sender.close();
  await listener.stop();
  await context.appender.close();
  await context.close();
});

describe('the NetFlow listener', () => {
  it('appends each datagram as a record that the parser can read by itself', async () => {
    await listen();
    await send(v5(2));
    await send(v9([template(9, 260, [[8, 4]])]));
    await send(v9([dataSet(260, [10, 0, 0, 7])]));
    await until(() => context.values('netflow').length === 3);
    expect(flows()).toMatchObject([
      { 'netflow.version': 5 },
      { 'netflow.version': 5 },
      { ip_src_addr: '10.0.0.7', 'observer.ip': '127.0.0.1' },
    ]);
    expect(context.records('netflow')[0]!.headers).toEqual({
      'source.address': '127.0.0.1',
      listener: 'flows',
    });
    expect(listener.metrics).toMatchObject({ received: 3, sent: 3, errors: 0 });
  });

  it('holds data back until their template has come, and says so', async () => {
    await listen();
    await send(v9([dataSet(260, [10, 0, 0, 7])]));
    await until(() => listener.metrics.received === 1);
    expect(context.values('netflow')).toEqual([]);
    expect(listener.status().problem).toMatch(/1 datagrams wait/);
    await send(v9([template(9, 260, [[8, 4]])]));
    await until(() => context.values('netflow').length === 2);
    expect(flows()).toMatchObject([{ ip_src_addr: '10.0.0.7' }]);
  });

  it('appends what still waits when it stops', async () => {
    await listen();
    await send(v9([dataSet(260, [10, 0, 0, 7])]));
    await until(() => listener.metrics.received === 1);
    await listener.stop();
    await until(() => context.values('netflow').length === 1);
    expect(listener.metrics.sent).toBe(1);
  });

  it('puts what is no NetFlow into the errors topic', async () => {
    await listen();
    await send(Buffer.from('<13>Oct 11 22:14:15 host app: syslog'));
    await until(() => context.values('errors').length === 1);
    expect(context.values('errors')).toEqual(['<13>Oct 11 22:14:15 host app: syslog']);
    expect(context.records('errors')[0]!.headers).toMatchObject({ 'error.reason': 'no_netflow' });
    expect(listener.metrics.errors).toBe(1);
  });

  it('says which port is taken', async () => {
    await listen();
    const other = new NetflowListener(
      {
        name: 'other',
        type: 'netflow',
        enabled: true,
        host: '127.0.0.1',
        port: portOf(listener.status().address),
        sensor: 'netflow',
        waitSeconds: 1,
        maxWaiting: 1,
      },
      context,
    );
    await expect(other.start()).rejects.toThrow(/cannot open UDP/);
    expect(other.status().state).toBe('failed');
  });
});

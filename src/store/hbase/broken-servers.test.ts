/** Servers that end, hang, or answer what they should not: what a caller of the store sees. */
import net from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { KeyValueStore } from '../key-value.ts';
import { ReferenceData } from '../reference-data.ts';
import { openHBaseKeyValueStore } from './open.ts';
import { RestGateway } from './rest-gateway.ts';
import type { HBaseSettings } from './settings.ts';
import { type as thriftType } from './thrift/protocol.ts';
import { ThriftGateway } from './thrift-gateway.ts';

type Answer = (call: Buffer, socket: net.Socket) => void;

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function serve(answer: Answer, port = 0): Promise<number> {
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', (call) => answer(call, socket));
  });
  closing.push(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return (server.address() as net.AddressInfo).port;
}

function open(ports: readonly number[], settings: Partial<HBaseSettings> = {}): KeyValueStore {
  const store = openHBaseKeyValueStore({
    servers: ports.map((port) => `127.0.0.1:${port}`),
    requestTimeoutMs: 300,
    connectTimeoutMs: 300,
    ...settings,
  });
  closing.push(() => store.close());
  return store;
}

/** The answer to a call: its own name and number, and fields. */
function reply(call: Buffer, fields: readonly number[]): Buffer {
  const head = Buffer.from(call.subarray(0, 12 + call.readInt32BE(4)));
  head[3] = 2;
  return Buffer.concat([head, Buffer.from([...fields, thriftType.stop])]);
}

/** A list of one empty row: nothing was found. */
const oneAbsent = [
  ...[thriftType.list, 0, 0, thriftType.struct, 0, 0, 0, 1],
  ...[thriftType.list, 0, 2, thriftType.struct, 0, 0, 0, 0, thriftType.stop],
];
const aTrue = [thriftType.bool, 0, 0, 1];
const asksForTable = (call: Buffer): boolean => call.includes('tableExists');
const absent: Answer = (call, socket) => socket.write(reply(call, asksForTable(call) ? aTrue : oneAbsent));

const broken: Record<string, Answer> = {
  'ends the connection': (_, socket) => socket.destroy(),
  'ends in mid-answer': (call, socket) => socket.end(reply(call, oneAbsent).subarray(0, 20)),
  'never answers': () => undefined,
  'speaks HTTP': (_, socket) => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'),
  'answers another call': (call, socket) => {
    const other = Buffer.from(call);
    const at = 8 + other.readInt32BE(4);
    other.writeInt32BE(other.readInt32BE(at) + 1, at);
    socket.write(reply(other, oneAbsent));
  },
  'answers twice': (call, socket) =>
    socket.write(Buffer.concat([reply(call, oneAbsent), reply(call, oneAbsent)])),
  'answers with fewer rows than were asked for': (call, socket) =>
    socket.write(reply(call, [thriftType.list, 0, 0, thriftType.struct, 0, 0, 0, 0])),
  'answers with another row than was asked for': (call, socket) => {
    const cell = [thriftType.string, 0, 2, 0, 0, 0, 1, 118, thriftType.string, 0, 3, 0, 0, 0, 2, 123, 125, 0];
    const row = [thriftType.string, 0, 1, 0, 0, 0, 1, 120];
    const cells = [thriftType.list, 0, 2, thriftType.struct, 0, 0, 0, 1, ...cell, thriftType.stop];
    socket.write(reply(call, [thriftType.list, 0, 0, thriftType.struct, 0, 0, 0, 1, ...row, ...cells]));
  },
  'answers without a result': (call, socket) => socket.write(reply(call, [])),
  'promises a list of two thousand million rows': (call, socket) =>
    socket.write(reply(call, [thriftType.list, 0, 0, thriftType.struct, 0x7f, 255, 255, 255])),
  'says that it fails': (call, socket) =>
    socket.write(
      reply(call, [thriftType.struct, 0, 1, thriftType.string, 0, 1, 0, 0, 0, 2, 110, 111, thriftType.stop]),
    ),
  'sends noise': (_, socket) =>
    socket.write(Buffer.from(Array.from({ length: 500 }, (_x, i) => (i * 37) & 255))),
};

describe('a server of HBase that', () => {
  for (const [what, answer] of Object.entries(broken)) {
    it(`${what} is told of, and another one used`, async () => {
      const port = await serve((call, socket) =>
        asksForTable(call) ? absent(call, socket) : answer(call, socket),
      );
      const data = new ReferenceData(open([port]));
      await expect(data.get('threatintel', 'a', 'b')).rejects.toMatchObject({
        code: 'SKP_STORE_UNAVAILABLE',
        message: expect.stringContaining(`127.0.0.1:${port}`),
      });
      const two = new ReferenceData(open([port, await serve(absent)], { connections: 1 }));
      const found = await vi.waitFor(() => two.get('threatintel', 'a', 'b'), { timeout: 5_000 });
      expect(found).toBeUndefined();
    });
  }

  it('is not there is told of at once after the first time, until it is back', async () => {
    const port = await serve(absent);
    await closing.pop()!();
    const store = open([port]);
    const data = new ReferenceData(store);
    await expect(data.get('threatintel', 'a', 'b')).rejects.toMatchObject({ code: 'SKP_STORE_UNAVAILABLE' });
    expect(store.remote?.status()).toMatchObject({ outages: 1, down: { message: expect.any(String) } });
    const started = performance.now();
    await expect(data.get('threatintel', 'a', 'c')).rejects.toMatchObject({ code: 'SKP_STORE_UNAVAILABLE' });
    expect(performance.now() - started).toBeLessThan(100);
    await serve(absent, port);
    await vi.waitFor(() => expect(store.remote?.status().down).toBeNull(), { timeout: 5_000 });
    expect(await data.get('threatintel', 'a', 'b')).toBeUndefined();
  });

  it('is not there is waited for by the pipeline, and waiting can be ended', async () => {
    const port = await serve(absent);
    await closing.pop()!();
    const store = open([port]);
    const changes: boolean[] = [];
    store.remote?.attend(() => changes.push(store.remote?.status().down === null));
    const data = new ReferenceData(store);
    const found = Promise.resolve(data.get('threatintel', 'a', 'b'));
    await vi.waitFor(() => expect(changes).toEqual([false]));
    await serve(absent, port);
    expect(await found).toBeUndefined();
    expect(changes).toEqual([false, true]);
    await closing.pop()!();
    const never = Promise.resolve(data.get('threatintel', 'a', 'other'));
    await vi.waitFor(() => expect(changes).toEqual([false, true, false]), { timeout: 5_000 });
    store.remote?.abandon();
    await expect(never).rejects.toMatchObject({ code: 'SKP_STORE_CLOSED' });
  });
});

describe('a gateway to HBase', () => {
  it('tells every call that waits for a connection when the server is gone', async () => {
    const server = net.createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => {
        server.close();
        socket.destroy();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as net.AddressInfo;
    const gateway = new ThriftGateway({
      host: '127.0.0.1',
      port,
      connections: 1,
      connectMs: 300,
      callMs: 300,
    });
    const told = await Promise.allSettled(Array.from({ length: 6 }, () => gateway.exists('t')));
    expect(told.map(({ status }) => status)).toEqual(Array.from({ length: 6 }, () => 'rejected'));
    gateway.close();
  });

  it('by REST gives up a connection that does not come about in the time for it', async () => {
    // TLS that is never answered: connected, and no connection yet.
    const port = await serve(() => undefined);
    const gateway = new RestGateway({
      host: '127.0.0.1',
      port,
      tls: {},
      connections: 1,
      connectMs: 50,
      callMs: 60_000,
    });
    await expect(gateway.exists('t')).rejects.toThrow('no connection within 50 ms');
    gateway.close();
  });
});

describe('the settings of HBase', () => {
  it('are refused without a server, or one that has no port', () => {
    for (const servers of [[], ['hbase'], ['hbase:99999'], [':1']])
      expect(() => openHBaseKeyValueStore({ servers })).toThrow(
        expect.objectContaining({ code: 'SKP_STORE_INPUT' }),
      );
  });
});

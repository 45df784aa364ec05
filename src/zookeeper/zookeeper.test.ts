import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { parseZookeeperAddress } from './address.ts';
import { openZookeeper } from './client.ts';
import { ZookeeperError } from './errors.ts';
import { JuteReader, JuteWriter } from './jute.ts';

const servers: Server[] = [];
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
});

/** A server that answers each frame (its body, counted from 0 in its connection) with bytes as they are; null: it says nothing. */
async function serving(
  answer: (body: Buffer, number: number, socket: Socket) => Buffer | null,
): Promise<string> {
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    let bytes = Buffer.alloc(0);
    let number = 0;
    socket.on('data', (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk]);
      while (bytes.length >= 4 && bytes.length >= 4 + bytes.readInt32BE()) {
        const length = bytes.readInt32BE();
        const said = answer(bytes.subarray(4, 4 + length), number++, socket);
        bytes = bytes.subarray(4 + length);
        if (said !== null && !socket.destroyed) socket.write(said);
      }
    });
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return `127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
}

const welcome = new JuteWriter().int(0).int(30_000).long(1n).buffer(Buffer.alloc(16)).boolean(false).frame();
const reply = (body: Buffer, error = 0): JuteWriter =>
  new JuteWriter().int(body.readInt32BE()).long(7n).int(error);
/** Welcomes, then answers requests. */
const polite =
  (answer: (body: Buffer, number: number, socket: Socket) => Buffer | null) =>
  (body: Buffer, number: number, socket: Socket): Buffer | null =>
    number === 0 ? welcome : answer(body, number, socket);
/** Only silence is waited for as long as that is allowed. */
const timeFor = (code: string) => (code === 'SKP_ZOOKEEPER_TIME' ? { timeoutMs: 300 } : {});

describe('the address of an ensemble', () => {
  it('is read with its servers and its path', () => {
    expect(parseZookeeperAddress('zk1, zk2:2182,[2001:db8::1]:2183/metron/prod/')).toEqual({
      servers: [
        { host: 'zk1', port: 2181 },
        { host: 'zk2', port: 2182 },
        { host: '2001:db8::1', port: 2183 },
      ],
      chroot: '/metron/prod',
    });
  });

  it.each([
    '',
    'zk1,,zk2',
    'zk1:0',
    'zk1:65536',
    'zk1:port',
    'http://zk1',
    'zk1/a/../b',
    'zk1/a//b',
    'user@zk1',
  ])('%j is refused', (text) => {
    expect(() => parseZookeeperAddress(text)).toThrow(ZookeeperError);
  });
});

describe('a reader of ZooKeeper', () => {
  it('asks below the path of the ensemble, and tells absent from empty', async () => {
    const asked: string[] = [];
    const address = await serving(
      polite((body) => {
        const request = new JuteReader(body);
        request.int();
        const type = request.int();
        if (type === -11) return reply(body).frame();
        const path = request.text();
        asked.push(path);
        if (path.endsWith('gone')) return reply(body, -101).frame();
        if (type === 12) return reply(body).int(2).text('b').text('a').frame();
        return path.endsWith('null')
          ? reply(body).int(-1).frame()
          : reply(body).buffer(Buffer.from('x')).frame();
      }),
    );
    const reader = await openZookeeper(`${address}/chroot`);
    expect(await reader.children('/m')).toEqual(['a', 'b']);
    expect(String(await reader.data('/m/a'))).toBe('x');
    expect(await reader.data('/m/null')).toHaveLength(0);
    expect(await reader.data('/m/gone')).toBeNull();
    expect(asked).toEqual(['/chroot/m', '/chroot/m/a', '/chroot/m/null', '/chroot/m/gone']);
    await reader.close();
    await expect(reader.data('/m')).rejects.toThrow(/closed/);
  });

  it('understands answers that come a byte at a time, with notices and pings in between', async () => {
    const address = await serving(
      polite((body, _, socket) => {
        const ping = new JuteWriter().int(-2).long(0n).int(0).frame();
        const notice = new JuteWriter().int(-1).long(0n).int(0).int(1).int(3).text('/x').frame();
        for (const byte of Buffer.concat([ping, notice, reply(body).buffer(Buffer.from('slow')).frame()]))
          socket.write(Buffer.from([byte]));
        return null;
      }),
    );
    const reader = await openZookeeper(address, { timeoutMs: 5_000 });
    expect(String(await reader.data('/x'))).toBe('slow');
  });

  it('goes to the next server when one breaks off, and tells it what it has seen', async () => {
    let seen = -1n;
    const first = await serving(
      polite((body, number, socket) => {
        if (number === 1) return reply(body).buffer(Buffer.from('1')).frame();
        socket.destroy();
        return null;
      }),
    );
    const second = await serving((body, number) => {
      if (number === 0) {
        seen = body.readBigInt64BE(4);
        return welcome;
      }
      return reply(body).buffer(Buffer.from('2')).frame();
    });
    const reader = await openZookeeper(`${first},${second}`);
    expect(String(await reader.data('/a'))).toBe('1');
    expect(String(await reader.data('/a'))).toBe('2');
    expect(seen).toBe(7n);
    expect(reader.server).toBe(second);
  });

  it('sends credentials before it asks, and never says them', async () => {
    let sent = '';
    const address = await serving(
      polite((body) => {
        sent = body.toString('latin1');
        return reply(body, -115).frame();
      }),
    );
    const error: unknown = await openZookeeper(address, { digest: 'me:hidden' }).catch((e: unknown) => e);
    expect(error).toMatchObject({ code: 'SKP_ZOOKEEPER_DENIED' });
    expect(String(error)).not.toContain('hidden');
    expect(sent).toContain('me:hidden');
  });

  it.each([
    ['a web server', () => Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'), 'SKP_ZOOKEEPER_PROTOCOL'],
    ['a server that wants TLS', () => Buffer.from([0x15, 3, 3, 0, 2, 2, 80]), 'SKP_ZOOKEEPER_PROTOCOL'],
    ['a negative length', () => Buffer.from([255, 255, 255, 255]), 'SKP_ZOOKEEPER_PROTOCOL'],
    ['a welcome that ends too early', () => new JuteWriter().int(0).frame(), 'SKP_ZOOKEEPER_PROTOCOL'],
    ['a refused session', () => new JuteWriter().int(0).int(0).frame(), 'SKP_ZOOKEEPER_REFUSED'],
    ['silence', () => null, 'SKP_ZOOKEEPER_TIME'],
    [
      'the end of the connection',
      (_: Buffer, __: number, socket: Socket) => {
        socket.destroy();
        return null;
      },
      'SKP_ZOOKEEPER_UNREACHABLE',
    ],
  ])('is told of %s at the start', async (_, answer, code) => {
    await expect(openZookeeper(await serving(answer), timeFor(code))).rejects.toMatchObject({ code });
  });

  it.each([
    [
      'more than is read',
      (body: Buffer) => reply(body).buffer(Buffer.alloc(5_000)).frame(),
      'SKP_ZOOKEEPER_PROTOCOL',
    ],
    [
      'an answer to something else',
      () => new JuteWriter().int(99).long(0n).int(0).frame(),
      'SKP_ZOOKEEPER_PROTOCOL',
    ],
    [
      'a list longer than its answer',
      (body: Buffer) => reply(body).int(9).text('a').frame(),
      'SKP_ZOOKEEPER_PROTOCOL',
    ],
    [
      'a list of too many',
      (body: Buffer) => reply(body).int(2_000_000_000).frame(),
      'SKP_ZOOKEEPER_PROTOCOL',
    ],
    [
      'names that are no text',
      (body: Buffer) =>
        reply(body)
          .int(1)
          .buffer(Buffer.from([0xff]))
          .frame(),
      'SKP_ZOOKEEPER_PROTOCOL',
    ],
    ['a refusal', (body: Buffer) => reply(body, -102).frame(), 'SKP_ZOOKEEPER_DENIED'],
    ['an unknown error', (body: Buffer) => reply(body, -8).frame(), 'SKP_ZOOKEEPER_REFUSED'],
    ['silence', () => null, 'SKP_ZOOKEEPER_TIME'],
  ])('is told of %s', async (_, answer, code) => {
    const reader = await openZookeeper(await serving(polite(answer)), {
      ...timeFor(code),
      maxAnswerBytes: 4_096,
    });
    await expect(reader.children('/a')).rejects.toMatchObject({ code });
    await reader.close();
  });

  it('reads no more children than it may', async () => {
    const address = await serving(polite((body) => reply(body).int(3).text('a').text('b').text('c').frame()));
    const most = async (maxChildren: number) => (await openZookeeper(address, { maxChildren })).children('/');
    expect(await most(3)).toHaveLength(3);
    await expect(most(2)).rejects.toMatchObject({ code: 'SKP_ZOOKEEPER_PROTOCOL' });
  });

  it('meets any bytes with an answer or an error of its own', async () => {
    let bytes: Buffer = Buffer.alloc(0);
    let stage = 0;
    const address = await serving((body, number, socket) => {
      if (number < stage) return number === 0 ? welcome : reply(body).frame();
      socket.end(bytes);
      return null;
    });
    await fc.assert(
      fc.asyncProperty(
        fc.nat(1),
        fc.boolean(),
        fc.uint8Array({ maxLength: 80 }),
        async (at, framed, random) => {
          stage = at;
          const raw = Buffer.from(random);
          bytes = framed ? new JuteWriter().buffer(raw).frame().subarray(4) : raw;
          try {
            const reader = await openZookeeper(address, { timeoutMs: 2_000 });
            await reader.children('/a');
            await reader.close();
          } catch (error) {
            if (!(error instanceof ZookeeperError)) throw error;
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});

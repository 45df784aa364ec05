import dgram from 'node:dgram';
import { once } from 'node:events';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { DemoEvent, Sensor } from './event.ts';
import { createSender, type Listening, wait } from './sender.ts';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

const event = (sensor: Sensor, line: string): DemoEvent => ({ at: 0, sensor, line, story: null });

function sender(url: string, listeners: readonly Listening[] = [], signal = new AbortController().signal) {
  const made = createSender({ url, token: 'secret', listeners, signal });
  closing.push(() => void made.close());
  return made;
}

interface Answer {
  readonly status: number;
  readonly body: object;
}

/** Answers each request with the next of the answers, the last one for ever. */
async function server(answers: readonly Answer[]) {
  const requests: { url: string; token: string; body: string }[] = [];
  const made = http.createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += part;
    const answer = answers[Math.min(requests.length, answers.length - 1)]!;
    requests.push({ url: request.url ?? '', token: request.headers.authorization ?? '', body });
    response.writeHead(answer.status, { 'retry-after': '0' }).end(JSON.stringify(answer.body));
  });
  made.listen(0, '127.0.0.1');
  await once(made, 'listening');
  closing.push(() => void made.close().closeAllConnections());
  return { url: `http://127.0.0.1:${(made.address() as AddressInfo).port}`, requests };
}

describe('the sender', () => {
  it('posts the lines of a sensor that has no syslog listener', async () => {
    const { url, requests } = await server([{ status: 202, body: { accepted: 2, rejected: 0 } }]);
    await sender(url).send([event('squid', 'one'), event('squid', 'two')]);
    expect(requests).toEqual([{ url: '/api/v1/ingest/squid', token: 'Bearer secret', body: 'one\ntwo' }]);
  });

  it('sends again what was not taken under pressure, and only that', async () => {
    const { url, requests } = await server([
      { status: 429, body: { code: 'SKP_INGEST_PRESSURE', accepted: 1, rejected: 0 } },
      { status: 202, body: { accepted: 2, rejected: 0 } },
    ]);
    await sender(url).send(['one', 'two', 'three'].map((line) => event('yaf', line)));
    expect(requests.map((request) => request.body)).toEqual(['one\ntwo\nthree', 'two\nthree']);
  });

  it('gives up, and says why, when the server refuses for good', async () => {
    const { url } = await server([{ status: 404, body: { code: 'SKP_INGEST_SENSOR' } }]);
    await expect(sender(url).send([event('yaf', 'one')])).rejects.toMatchObject({
      code: 'SKP_DEMO_REFUSED',
      hint: expect.stringContaining('examples/demo/config'),
    });
  });

  it('says so when nobody answers', async () => {
    await expect(sender('http://127.0.0.1:1').send([event('yaf', 'one')])).rejects.toMatchObject({
      code: 'SKP_DEMO_SEND',
    });
    const gone: Listening = { kind: 'syslog-tcp', sensor: 'syslog', address: '127.0.0.1:1' };
    await expect(sender('http://127.0.0.1:1', [gone]).send([event('syslog', 'one')])).rejects.toMatchObject({
      code: 'SKP_DEMO_SEND',
    });
  });

  it('writes lines to a TCP listener, over one connection', async () => {
    let received = '';
    let connections = 0;
    const listener = net.createServer((socket) => {
      connections++;
      socket.on('data', (part) => {
        received += part;
      });
    });
    listener.listen(0, '127.0.0.1');
    await once(listener, 'listening');
    closing.push(() => void listener.close());
    const address = `127.0.0.1:${(listener.address() as AddressInfo).port}`;
    const made = sender('http://127.0.0.1:1', [{ kind: 'syslog-tcp', sensor: 'syslog', address }]);
    await made.send([event('syslog', 'one')]);
    await made.send([event('syslog', 'two')]);
    await made.close();
    await vi.waitFor(() => expect(received).toBe('one\ntwo\n'));
    expect(connections).toBe(1);
  });

  it('sends a datagram a line to a UDP listener', async () => {
    const received: string[] = [];
    const listener = dgram.createSocket('udp6').on('message', (message) => received.push(message.toString()));
    listener.bind(0, '::1');
    await once(listener, 'listening');
    closing.push(() => void listener.close());
    const address = `[::1]:${listener.address().port}`;
    await sender('http://127.0.0.1:1', [{ kind: 'syslog-udp', sensor: 'asa', address }]).send([
      event('asa', 'one'),
      event('asa', 'two'),
    ]);
    await vi.waitFor(() => expect(received).toEqual(['one', 'two']));
  });

  it('stops waiting as soon as it is told to', async () => {
    const stopping = new AbortController();
    const waiting = wait(3_600_000, stopping.signal);
    stopping.abort();
    await waiting;
  });
});

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Batches } from './batches.ts';
import { Server } from './server.ts';
import { settingsOf } from './settings.ts';

/** What the server answers to the ids of a request. */
let answer: (ids: readonly string[]) => { status: number; body: string };
let requests: string[][];
let headers: (string | undefined)[];
const http = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    headers.push(request.headers.authorization);
    const ids = [
      ...Buffer.concat(chunks)
        .toString()
        .matchAll(/"id":"(\w+)"/g),
    ].map((match) => match[1]!);
    requests.push(ids);
    const { status, body } = answer(ids);
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  });
});

describe('update requests', () => {
  let server: Server;
  let url: string;
  beforeEach(async () => {
    requests = [];
    headers = [];
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(http.address() as AddressInfo).port}/solr`;
    server = new Server(settingsOf({ nodes: [url], username: 'u', password: 'p' }));
  });
  afterEach(async () => {
    server.close();
    await new Promise((resolve) => http.close(resolve));
  });
  const documents = ['a', 'b', 'c', 'd', 'e'].map((id) => JSON.stringify({ id }));
  const batches = (options = {}): Batches => new Batches(server, settingsOf({ nodes: [url], ...options }));

  it('are halved until the documents are found that are refused', async () => {
    answer = (ids) =>
      ids.includes('d') ? { status: 400, body: '{"error":{"msg":"bad d"}}' } : { status: 200, body: '{}' };
    expect([...(await batches().write('c', documents))]).toEqual([[3, 'bad d']]);
    const taken = requests.filter((ids) => !ids.includes('d')).flat();
    expect(taken.sort()).toEqual(['a', 'b', 'c', 'e']);
  });

  it('are sent again, smaller, while the server has no time', async () => {
    let refusals = 2;
    answer = () => (refusals-- > 0 ? { status: 503, body: '{}' } : { status: 200, body: '{}' });
    const some = batches();
    const before = some.bytes;
    expect((await some.write('c', documents)).size).toBe(0);
    expect(requests).toHaveLength(3);
    expect(some.bytes).toBeLessThan(before);
  });

  it('end with the reason when that goes on, or at once when the user is not known', async () => {
    answer = () => ({ status: 429, body: '{"error":{"msg":"busy"}}' });
    await expect(batches({ retryForMs: 0 }).write('c', documents)).rejects.toMatchObject({
      code: 'SKP_INDEX_BUSY',
    });
    requests = [];
    answer = () => ({ status: 401, body: '<html>who are you' });
    await expect(batches().write('c', documents)).rejects.toMatchObject({ code: 'SKP_INDEX_AUTH' });
    expect(requests).toHaveLength(1);
    expect(headers.at(-1)).toBe(`Basic ${Buffer.from('u:p').toString('base64')}`);
  });

  it('have versions with all their digits', async () => {
    answer = () => ({ status: 200, body: '{"doc":{"_version_":1876543210987439425,"n":5}}' });
    expect(await server.request('/c/get')).toEqual({ doc: { _version_: '1876543210987439425', n: 5 } });
  });

  it('name the nodes that do not answer', async () => {
    const away = new Server(settingsOf({ nodes: ['http://127.0.0.1:1/solr'] }));
    await expect(away.request('/x')).rejects.toMatchObject({
      code: 'SKP_INDEX_AWAY',
      message: expect.stringContaining('127.0.0.1:1'),
    });
    away.close();
  });

  it('go to the next node when one does not answer', async () => {
    answer = () => ({ status: 200, body: '{"ok":true}' });
    const two = new Server(settingsOf({ nodes: ['http://127.0.0.1:1/solr', url] }));
    expect(await two.request('/x')).toEqual({ ok: true });
    two.close();
  });
});

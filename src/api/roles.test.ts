import Fastify from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RequiredRole, TokenRole } from '../security/index.ts';
import { registerAuthentication } from './authentication.ts';
import { type TestServer, testServer } from './testing/server.ts';

/** Who may do what: every route of the server, by hand. A new route must be written here too. */
const expected: Readonly<Record<string, RequiredRole>> = {
  'POST /api/v1/session': 'public',
  'GET /api/v1/session': 'public',
  'DELETE /api/v1/session': 'public',
  'GET /api/v1/user': 'viewer',
  'POST /api/v1/search/search': 'viewer',
  'POST /api/v1/search/group': 'viewer',
  'POST /api/v1/search/histogram': 'viewer',
  'POST /api/v1/search/findOne': 'viewer',
  'POST /api/v1/search/column/metadata': 'viewer',
  'GET /api/v1/search/live': 'viewer',
  'PATCH /api/v1/update/patch': 'analyst',
  'GET /health/live': 'public',
  'GET /health/ready': 'public',
  'GET /metrics': 'public',
  'GET /api/v1/grok/list': 'viewer',
  'GET /api/v1/grok/get/statement': 'viewer',
  'POST /api/v1/grok/validate': 'viewer',
  'POST /api/v1/grok/explain': 'viewer',
  'POST /api/v1/grok/propose': 'viewer',
  'GET /api/v1/stellar/list': 'viewer',
  'GET /api/v1/stellar/list/functions': 'viewer',
  'GET /api/v1/stellar/list/simple/functions': 'viewer',
  'POST /api/v1/stellar/validate/rules': 'viewer',
  'POST /api/v1/stellar/lint': 'viewer',
  'POST /api/v1/stellar/explain': 'viewer',
  'POST /api/v1/stellar/apply/transformations': 'viewer',
  'GET /api/v1/ingest/help': 'viewer',
  'GET /api/v1/global/config': 'viewer',
  'GET /api/v1/config/problems': 'viewer',
  'GET /api/v1/sensor/parser/config': 'viewer',
  'GET /api/v1/sensor/parser/config/:name': 'viewer',
  'GET /api/v1/sensor/enrichment/config': 'viewer',
  'GET /api/v1/sensor/enrichment/config/:name': 'viewer',
  'GET /api/v1/sensor/indexing/config': 'viewer',
  'GET /api/v1/sensor/indexing/config/:name': 'viewer',
  'POST /api/v1/test/sender': 'sender',
  'POST /api/v1/test/administrator': 'administrator',
  'GET /assets/*': 'public',
  'GET /*': 'public',
};

const allows: Readonly<Record<TokenRole | 'nobody', readonly RequiredRole[]>> = {
  nobody: ['public'],
  sender: ['public', 'sender'],
  viewer: ['public', 'viewer'],
  analyst: ['public', 'viewer', 'analyst'],
  administrator: ['public', 'viewer', 'analyst', 'administrator', 'sender'],
};

let server: TestServer;
beforeAll(async () => {
  server = await testServer({
    extend: [
      async (app) => {
        app.post('/api/v1/test/sender', { config: { role: 'sender' } }, () => 'ok');
        app.post('/api/v1/test/administrator', { config: { role: 'administrator' } }, () => 'ok');
      },
    ],
  });
});
afterAll(() => server.close());

/** `METHOD /path` of every route that the server has, those of the documentation apart. */
function routes(): string[] {
  return server.app.declaredRoutes
    .map(({ method, url }) => `${method} ${url}`)
    .filter((one) => !one.includes('/api/docs'));
}

it('every route of the server is known here, with the role that it asks for', () => {
  expect(routes().sort()).toEqual(Object.keys(expected).sort());
  for (const { method, url, role } of server.app.declaredRoutes) {
    if (!url.startsWith('/api/docs'))
      expect(role, url).toBe(expected[`${method} ${url}` as keyof typeof expected]);
  }
});

describe.each(['nobody', 'sender', 'viewer', 'analyst', 'administrator'] as const)('%s', (who) => {
  it('may do what is for this role, and no more', async () => {
    // From another machine: what a program on this one may do without a token is tested below.
    const remoteAddress = '203.0.113.9';
    const headers = who === 'nobody' ? {} : await server.bearer(who);
    for (const [route, role] of Object.entries(expected)) {
      if (route === 'GET /api/v1/search/live') continue;
      const [method, url] = route.split(' ') as ['GET', string];
      const answer = await server.app.inject({
        method,
        url: url.replace(':name', 'squid'),
        headers,
        remoteAddress,
      });
      const refused = [401, 403].includes(answer.statusCode) && answer.json().code !== undefined;
      // Asking who is signed in is for everybody; that nobody is, is an answer.
      const may = allows[who].includes(role) && !(who === 'nobody' && route === 'GET /api/v1/session');
      expect([route, refused]).toEqual([route, !may]);
      if (refused) expect([route, answer.statusCode]).toEqual([route, who === 'nobody' ? 401 : 403]);
    }
  });

  it('gets the live feed only where it may search', async () => {
    if (who !== 'nobody' && who !== 'sender') return;
    const headers = who === 'nobody' ? {} : await server.bearer(who);
    const answer = await server.app.inject({ method: 'GET', url: '/api/v1/search/live', headers });
    expect(answer.statusCode).toBe(who === 'nobody' ? 401 : 403);
  });
});

describe('a route without a role', () => {
  it('keeps the server from being built', async () => {
    const app = Fastify();
    await registerAuthentication(app, server.accounts);
    expect(() => app.get('/forgotten', () => 'open')).toThrow(/declares no role/);
  });
});

describe('handing in events without a token', () => {
  const url = '/api/v1/test/sender';
  const local = { method: 'POST', url, remoteAddress: '127.0.0.1' } as const;

  it.each(['localhost', 'localhost:8787', '127.0.0.1:8787', '[::1]:8787'])(
    'is for programs on this machine (%s)',
    async (host) => {
      expect((await server.app.inject({ ...local, headers: { host } })).statusCode).toBe(200);
    },
  );

  it.each([
    ['from another machine', { host: 'localhost' }, '203.0.113.9'],
    ['under another name, as after DNS rebinding', { host: 'evil.example.com' }, '127.0.0.1'],
    ['from a page of another site', { host: 'localhost', origin: 'https://evil.example.com' }, '127.0.0.1'],
    ['from a page of any site', { host: 'localhost', 'sec-fetch-site': 'cross-site' }, '127.0.0.1'],
    ['from a page that hides its origin', { host: 'localhost', origin: 'null' }, '127.0.0.1'],
  ])('is refused %s', async (_name, headers, remoteAddress) => {
    expect((await server.app.inject({ ...local, headers, remoteAddress })).statusCode).toBe(401);
  });

  it('believes no header that says where the request came from', async () => {
    const headers = { host: 'localhost', 'x-forwarded-for': '127.0.0.1', 'x-real-ip': '127.0.0.1' };
    expect((await server.app.inject({ ...local, headers, remoteAddress: '203.0.113.9' })).statusCode).toBe(
      401,
    );
  });
});

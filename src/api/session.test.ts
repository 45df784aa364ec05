import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { password, type TestServer, testServer } from './testing/server.ts';

let server: TestServer;
beforeEach(async () => {
  server = await testServer();
});
afterEach(() => server.close());

const signIn = (payload: unknown, headers: Record<string, string> = {}, remoteAddress = '127.0.0.1') =>
  server.app.inject({
    method: 'POST',
    url: '/api/v1/session',
    payload: payload as object,
    headers,
    remoteAddress,
  });

describe('signing in', () => {
  it('sets a cookie that scripts and other sites do not get, and tells the roles', async () => {
    const answer = await signIn({ username: 'ann', password });
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toEqual({ username: 'ann', roles: ['analyst'] });
    const cookie = String(answer.headers['set-cookie']);
    expect(cookie).toMatch(/^skopos_session=[\w-]{43}; /);
    expect(cookie).toContain('HttpOnly');
    expect(cookie).toContain('SameSite=Strict');
    expect(cookie).toContain('Path=/');
  });

  it('is refused with a wrong password, and sets nothing', async () => {
    const answer = await signIn({ username: 'ann', password: 'wrong horse' });
    expect(answer.statusCode).toBe(401);
    expect(answer.json()).toMatchObject({ code: 'SKP_SECURITY_SIGN_IN', hint: expect.any(String) });
    expect(answer.headers['set-cookie']).toBeUndefined();
  });

  it.each([
    {},
    { username: 'ann' },
    { username: 1, password: 2 },
    [],
    'text',
    { username: 'a'.repeat(101), password },
  ])('needs a name and a password (%j)', async (payload) => {
    const answer = await signIn(payload, { 'content-type': 'application/json' });
    expect(answer.statusCode).toBe(400);
    expect(answer.json().code).toEqual(expect.any(String));
  });

  it('may be tried ten times a minute, then 429 says to wait', async () => {
    for (let attempt = 0; attempt < 10; attempt++) {
      expect((await signIn({ username: 'none', password: 'wrong horse' })).statusCode).toBe(401);
    }
    const answer = await signIn({ username: 'ann', password });
    expect(answer.statusCode).toBe(429);
    expect(answer.json()).toMatchObject({ code: expect.any(String), message: expect.any(String) });
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    expect((await signIn({ username: 'ann', password }, {}, '203.0.113.9')).statusCode).toBe(200);
  });

  it('from a page of another site is refused', async () => {
    const answer = await signIn(
      { username: 'ann', password },
      { origin: 'https://evil.example.com', host: 'localhost' },
    );
    expect(answer.statusCode).toBe(403);
    expect(answer.json().code).toBe('SKP_SECURITY_ORIGIN');
  });
});

describe('a session', () => {
  const who = (headers: Record<string, string>) =>
    server.app.inject({ method: 'GET', url: '/api/v1/session', headers });

  it('tells who is signed in', async () => {
    const headers = await server.session('ann');
    expect((await who(headers)).json()).toEqual({ username: 'ann', roles: ['analyst'] });
    const user = await server.app.inject({ method: 'GET', url: '/api/v1/user', headers });
    expect([user.body, user.headers['content-type']]).toEqual(['ann', expect.stringContaining('text/plain')]);
  });

  it('ends after twelve hours without use', async () => {
    const headers = await server.session('ann');
    server.now += 11 * 3_600_000;
    expect((await who(headers)).statusCode).toBe(200);
    server.now += 13 * 3_600_000;
    expect((await who(headers)).statusCode).toBe(401);
  });

  it('ends when it is signed out, for whoever kept the cookie too', async () => {
    const headers = await server.session('ann');
    const answer = await server.app.inject({ method: 'DELETE', url: '/api/v1/session', headers });
    expect(answer.statusCode).toBe(204);
    expect(String(answer.headers['set-cookie'])).toMatch(
      /skopos_session=;.*(Expires=Thu, 01 Jan 1970|Max-Age=0)/,
    );
    expect((await who(headers)).statusCode).toBe(401);
  });

  it.each(['skopos_session=', 'skopos_session=wrong', 'skopos_session=../../etc', 'other=1', ';;;'])(
    'is none with the cookie %j',
    async (cookie) => {
      expect((await who({ cookie })).statusCode).toBe(401);
    },
  );

  it.each(['Bearer', 'Bearer ', 'Bearer skp_wrong', 'Basic YTpi', ''])(
    'is none with %j',
    async (authorization) => {
      expect((await who({ authorization })).statusCode).toBe(401);
    },
  );
});

describe('changes in the name of a session', () => {
  const change = async (more: Record<string, string>) =>
    server.app.inject({
      method: 'PATCH',
      url: '/api/v1/update/patch',
      headers: { ...(await server.session('ann')), host: 'skopos.example.com', ...more },
      payload: { guid: 'a', patch: [{ op: 'add', path: '/x', value: 1 }] },
    });

  it('come from the own page', async () => {
    await server.write('zeek', [{ guid: 'a', timestamp: 1 }]);
    expect((await change({ origin: 'https://skopos.example.com' })).statusCode).toBe(200);
    expect((await change({})).statusCode).toBe(200);
  });

  it.each([
    'https://evil.example.com',
    'null',
    'https://skopos.example.com.evil.com',
    'https://skopos.example.com:444',
    'x',
  ])('from a page of %s are refused, and nothing changes', async (origin) => {
    await server.write('zeek', [{ guid: 'a', timestamp: 1 }]);
    const answer = await change({ origin });
    expect(answer.statusCode).toBe(403);
    expect(answer.json().code).toBe('SKP_SECURITY_ORIGIN');
    expect((await server.index.find('a'))?.version).toBe(0);
  });
});

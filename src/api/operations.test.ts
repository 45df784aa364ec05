import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type TestServer, testServer, writePage } from './testing/server.ts';

let server: TestServer;
let headers: Record<string, string>;
beforeAll(async () => {
  server = await testServer({
    extend: [
      async (app) => {
        app.get('/api/v1/test/fails', { config: { role: 'public' } }, () => {
          throw new Error('secret path /etc/skopos');
        });
      },
    ],
  });
  headers = await server.bearer('viewer');
});
afterAll(() => server.close());

const get = (url: string, more: Record<string, string> = headers) =>
  server.app.inject({ method: 'GET', url, headers: more });

describe('health', () => {
  it('is live as soon as it answers', async () => {
    expect((await get('/health/live', {})).json()).toEqual({ status: 'live' });
  });

  it('is ready when nothing is the matter, and says what is', async () => {
    expect((await get('/health/ready', {})).statusCode).toBe(200);
    server.problems = ['The index does not take events: no room'];
    const answer = await get('/health/ready', {});
    expect(answer.statusCode).toBe(503);
    expect(answer.json()).toEqual({
      status: 'not ready',
      problems: ['The index does not take events: no room'],
      warnings: [],
    });
    server.problems = [];
  });

  it('has metrics for Prometheus', async () => {
    const answer = await get('/metrics', {});
    expect(answer.headers['content-type']).toContain('text/plain');
    expect(answer.body).toContain('# TYPE skopos_received_events_total counter');
  });
});

describe('the configuration', () => {
  it('is shown by area and sensor', async () => {
    expect((await get('/api/v1/sensor/parser/config')).json()).toEqual({ squid: { area: 'parsers' } });
    expect((await get('/api/v1/sensor/enrichment/config/squid')).json()).toEqual({ area: 'enrichments' });
    expect((await get('/api/v1/global/config')).json()).toEqual({ 'es.date.format': 'yyyy' });
    expect((await get('/api/v1/ingest/help')).json().listeners).toHaveLength(1);
  });

  it.each(['none', '__proto__', '..%2f..%2fetc', 'x'.repeat(450)])('of %s is 404', async (name) => {
    const answer = await get(`/api/v1/sensor/parser/config/${name}`);
    expect(answer.statusCode).toBe(404);
    expect(answer.json().code).toBe('SKP_API_NOT_FOUND');
  });
});

describe('errors', () => {
  it('say nothing of the inside of the server', async () => {
    const answer = await get('/api/v1/test/fails');
    expect(answer.statusCode).toBe(500);
    expect(answer.json()).toMatchObject({ code: 'SKP_API_INTERNAL' });
    expect(answer.body).not.toContain('secret');
  });

  it.each(['/api/v1/nothing', '/api/', '/api/v1/search/search'])(
    'GET %s is a problem in JSON, not the page',
    async (url) => {
      const answer = await get(url);
      expect(answer.statusCode).toBe(404);
      expect(answer.json()).toMatchObject({ code: 'SKP_API_NOT_FOUND', message: expect.any(String) });
    },
  );

  it.each([
    ['POST', '/api/v1/nothing'],
    ['PUT', '/api/v1/search/search'],
    ['DELETE', '/'],
  ] as const)('%s %s is a problem in JSON', async (method, url) => {
    const answer = await server.app.inject({ method, url, headers });
    expect(answer.statusCode).toBe(404);
    expect(answer.json()).toMatchObject({ code: 'SKP_API_NOT_FOUND', message: expect.any(String) });
  });

  it.each([
    ['{"query":', 'application/json', 400],
    ['<a/>', 'application/xml', 415],
    [`{"query":"${'x'.repeat(3 * 1024 * 1024)}"}`, 'application/json', 413],
    ['{"__proto__":{"x":1},"query":"*","size":1}', 'application/json', 400],
  ])('a body that begins %.20s is answered with a problem', async (payload, type, status) => {
    const answer = await server.app.inject({
      method: 'POST',
      url: '/api/v1/search/search',
      headers: { ...headers, 'content-type': type },
      payload,
    });
    expect(answer.statusCode).toBe(status);
    expect(answer.json()).toMatchObject({ code: expect.any(String), message: expect.any(String) });
  });
});

describe('the description of the API', () => {
  it('is valid OpenAPI', async () => {
    const result = await new Validator().validate(
      JSON.parse(JSON.stringify(server.app.swagger())) as Record<string, unknown>,
    );
    expect(result.errors ?? []).toEqual([]);
    expect(result.valid).toBe(true);
  });

  it('names every route with a summary, and the version of the program', () => {
    const document = JSON.parse(JSON.stringify(server.app.swagger())) as {
      info: { version: string };
      paths: Record<string, Record<string, { summary?: string }>>;
    };
    expect(document.info.version).toBe('1.2.3');
    const missing = Object.entries(document.paths)
      .filter(([path]) => !path.startsWith('/api/v1/test/'))
      .flatMap(([path, methods]) =>
        Object.entries(methods)
          .filter(([, operation]) => operation.summary === undefined)
          .map(([method]) => `${method} ${path}`),
      );
    expect(missing).toEqual([]);
    expect(Object.keys(document.paths)).toContain('/api/v1/search/search');
    expect(Object.keys(document.paths)).not.toContain('/*');
  });

  it('is shown as a page', async () => {
    expect((await get('/api/docs/', {})).statusCode).toBe(200);
    expect((await get('/api/docs/json', {})).json().info.title).toBe('Skopos');
  });
});

describe('the page', () => {
  it('says that it is being built, and comes back by itself', async () => {
    server.building = 'The page is being built <1 of 2>';
    const answer = await get('/', {});
    expect(answer.statusCode).toBe(503);
    expect(answer.headers['refresh']).toBe('2');
    expect(answer.body).toContain('being built &lt;1 of 2>');
    expect(answer.headers['content-security-policy']).toContain("default-src 'none'");
  });

  it('is the same for every address of the application, and never kept', async () => {
    await writePage(server.pageFolder);
    for (const url of ['/', '/alerts', '/alerts/abc?x=1', '/deep/er/path']) {
      const answer = await get(url, {});
      expect([url, answer.statusCode, answer.headers['content-type']]).toEqual([
        url,
        200,
        expect.stringContaining('text/html'),
      ]);
      expect(answer.headers['cache-control']).toContain('no-cache');
    }
  });

  it('may load scripts from nowhere else, and be framed by nobody', async () => {
    await writePage(server.pageFolder);
    const answer = await get('/', {});
    const policy = String(answer.headers['content-security-policy']);
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe-inline|unsafe-eval|\*/);
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
  });

  it('has files that never change, kept for long', async () => {
    await writePage(server.pageFolder);
    const answer = await get('/assets/app-1a2b.js', {});
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['cache-control']).toContain('immutable');
  });

  it.each([
    '/assets/none.js',
    '/assets/../.source',
    '/assets/..%2f.source',
    '/assets/%2e%2e/.source',
    '/assets/..%5c.source',
  ])('has no file at %s', async (url) => {
    await writePage(server.pageFolder);
    const answer = await get(url, {});
    expect(answer.body).not.toContain('stamp');
  });
});

describe('the live feed', () => {
  it('tells of commits as they come, gathers a burst, and forgets who went away', async () => {
    const url = await server.app.listen({ port: 0, host: '127.0.0.1' });
    const away = new AbortController();
    const answer = await fetch(`${url}/api/v1/search/live`, { headers, signal: away.signal });
    expect(answer.headers.get('content-type')).toContain('text/event-stream');
    await vi.waitFor(() => expect(server.listeners).toBe(1));
    for (let at = 1; at <= 5; at++) server.commit({ events: 10, alerts: 1, at });
    const reader = answer.body!.getReader();
    const decoder = new TextDecoder();
    let text = '';
    while ((text.match(/event: commit/g) ?? []).length < 2) {
      const { value, done } = await reader.read();
      if (done) break;
      text += decoder.decode(value);
    }
    const commits = [...text.matchAll(/data: (.*)\n/g)].map(
      (match) => JSON.parse(match[1]!) as { events: number; at: number },
    );
    expect(commits).toEqual([
      { events: 10, alerts: 1, at: 1 },
      { events: 40, alerts: 4, at: 5 },
    ]);
    away.abort();
    await vi.waitFor(() => expect(server.listeners).toBe(0));
  });
});

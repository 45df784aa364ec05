import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { base, type TestServer, testServer } from './testing/server.ts';

let server: TestServer;
let headers: Record<string, string>;

beforeAll(async () => {
  server = await testServer();
  headers = await server.bearer('analyst');
  await server.write('zeek', [
    {
      guid: 'z1',
      'source.type': 'zeek',
      timestamp: base,
      ip_src_addr: '10.0.0.1',
      bytes: 10,
      protocol: 'tcp',
    },
    {
      guid: 'z2',
      'source.type': 'zeek',
      timestamp: base + 1000,
      ip_src_addr: '10.0.0.2',
      bytes: 20,
      protocol: 'udp',
    },
    {
      guid: 'z3',
      'source.type': 'zeek',
      timestamp: base + 2000,
      ip_src_addr: '192.168.0.3',
      bytes: 30,
      protocol: 'tcp',
      is_alert: 'true',
      'threat.triage.score': 80,
    },
  ]);
  await server.write('squid', [
    { guid: 's1', 'source.type': 'squid', timestamp: base + 3000, uri: 'http://x/passwd' },
  ]);
  await server.write('error', [
    { guid: 'e1', 'source.type': 'error', timestamp: base + 4000, message: 'bad' },
  ]);
});
afterAll(() => server.close());

const post = (url: string, payload: unknown) =>
  server.app.inject({ method: 'POST', url: `/api/v1/search/${url}`, headers, payload: payload as object });
const search = (more: Record<string, unknown>) => post('search', { query: '*', size: 10, ...more });
const ids = async (more: Record<string, unknown>): Promise<string[]> =>
  (await search(more)).json().results.map((one: { id: string }) => one.id);

describe('searching', () => {
  it('finds everything but errors, the newest first', async () => {
    const answer = (await search({})).json();
    expect(answer).toMatchObject({ total: 4, tookMs: expect.any(Number) });
    expect(answer.results.map((one: { id: string }) => one.id)).toEqual(['s1', 'z3', 'z2', 'z1']);
    expect(answer.results[1]).toMatchObject({
      id: 'z3',
      index: 'zeek',
      version: 0,
      score: 80,
      source: { guid: 'z3', bytes: 30, 'threat.triage.score': 80 },
    });
    expect(answer.facetCounts).toBeUndefined();
  });

  it.each([
    [{ query: 'ip_src_addr:10.0.0.0/8' }, ['z2', 'z1']],
    [{ query: 'bytes:>15 AND NOT protocol:udp' }, ['z3']],
    [{ query: 'uri:*passwd*' }, ['s1']],
    [{ query: '  *:*  ' }, ['s1', 'z3', 'z2', 'z1']],
    [{ query: '' }, ['s1', 'z3', 'z2', 'z1']],
    [{ indices: ['error'] }, ['e1']],
    [{ indices: ['zeek'], size: 1 }, ['z3']],
    [{ indices: ['zeek'], from: 1, size: 1 }, ['z2']],
    [{ indices: ['none'] }, []],
    [{ alertsOnly: true }, ['z3']],
    [{ timeRange: { from: base + 1000, to: base + 3000 } }, ['z3', 'z2']],
    [{ timeRange: { from: null, to: base + 1000 } }, ['z1']],
    [{ indices: ['zeek'], sort: [{ field: 'bytes', sortOrder: 'asc' }] }, ['z1', 'z2', 'z3']],
    [{ indices: ['zeek'], sort: [{ field: 'bytes', sortOrder: 'DESC' }] }, ['z3', 'z2', 'z1']],
  ])('%j finds %j', async (request, expected) => {
    expect(await ids(request)).toEqual(expected);
  });

  it('answers with the fields that are asked for', async () => {
    const { results } = (
      await search({ indices: ['zeek'], fields: ['bytes', 'source:type'], size: 1 })
    ).json();
    expect(Object.keys(results[0].source)).not.toContain('ip_src_addr');
    expect(results[0].source.bytes).toBe(30);
  });

  it('counts facets', async () => {
    const { facetCounts } = (await search({ facetFields: ['protocol'] })).json();
    expect(facetCounts).toEqual({ protocol: { tcp: 2, udp: 1 } });
    expect(Object.keys((await search({ facetFields: [] })).json().facetCounts)).toContain('source.type');
  });

  it.each([
    ['a:(b', 4],
    ['"open', expect.any(Number)],
    ['bytes:[1 TO', expect.any(Number)],
    ['AND', expect.any(Number)],
    ['a:b)', 3],
  ])('says where %j cannot be read', async (query, position) => {
    for (const [url, more] of [
      ['search', { size: 1 }],
      ['group', { groups: [{ field: 'protocol' }] }],
      ['histogram', { timeRange: { from: 0, to: 10 }, interval: 1 }],
    ] as const) {
      const answer = await post(url, { query, ...more });
      expect([url, answer.statusCode]).toEqual([url, 400]);
      expect(answer.json()).toMatchObject({
        code: expect.stringMatching(/^SKP_QUERY/),
        message: expect.any(String),
        position,
      });
    }
  });

  it.each([
    [{ size: 1001 }, /size must be less than 1000/],
    [{ size: -1 }, /size/],
    [{ size: 'ten' }, /size/],
    [{ size: 10, from: -1 }, /from/],
    [{ query: null }, /query/i],
    [{ sort: [{ field: '', sortOrder: 'asc' }] }, /sort/],
    [{ sort: [{ field: 'a', sortOrder: 'sideways' }] }, /sort/],
    [{ indices: 'zeek' }, /indices/],
  ])('refuses %j and says why', async (more, message) => {
    const answer = await search(more);
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ code: 'SKP_API_INVALID', message: expect.stringMatching(message) });
  });

  it('says that a query is too long, and not that it is missing', async () => {
    const answer = await post('search', { query: 'a'.repeat(200_000), size: 1 });
    expect(answer.statusCode).toBe(400);
    expect(answer.json().message).not.toMatch(/null/);
  });

  it('refuses times beyond all dates', async () => {
    const answer = await post('search', { query: '*', size: 1, timeRange: { from: 1e300, to: null } });
    expect(answer.statusCode).toBe(400);
  });

  it('takes names from the data as names, whatever they are', async () => {
    for (const field of ['__proto__', 'constructor', "x'; DROP TABLE events; --", '"', 'a"b']) {
      const escaped = field.replaceAll(/[\\"';:() ]/g, '\\$&');
      expect([field, (await search({ query: `${escaped}:1` })).statusCode]).toEqual([field, 200]);
      const answer = await search({
        sort: [{ field, sortOrder: 'asc' }],
        fields: [field],
        facetFields: [field],
      });
      expect([field, answer.statusCode]).toEqual([field, 200]);
    }
  });

  it('bounds what a query may cost', async () => {
    const deep = await search({ query: `${'('.repeat(10_000)}a${')'.repeat(10_000)}` });
    expect(deep.statusCode).toBe(400);
    const regex = await search({ query: 'uri:/(a+)+$/' });
    expect([200, 400]).toContain(regex.statusCode);
  });
});

describe('grouping', () => {
  it('counts and sums by the values of fields, nested', async () => {
    const answer = await post('group', {
      query: '*',
      indices: ['zeek'],
      groups: [{ field: 'protocol' }, { field: 'ip_src_addr' }],
      scoreField: 'threat.triage.score',
    });
    const body = answer.json();
    expect(body.groupedBy).toBe('protocol');
    expect(body.groupResults.map((one: { key: string; total: number }) => [one.key, one.total])).toEqual([
      ['udp', 1],
      ['tcp', 2],
    ]);
    expect(body.groupResults[1]).toMatchObject({ score: 80, groupedBy: 'ip_src_addr' });
    expect(body.groupResults[1].groupResults).toHaveLength(2);
    expect(body.groupResults[1].groupResults[0].groupResults).toBeNull();
  });

  it('orders as it is told', async () => {
    const order = { groupOrderType: 'TERM', sortOrder: 'desc' };
    const { groupResults } = (
      await post('group', { query: '*', groups: [{ field: 'protocol', order }] })
    ).json();
    expect(groupResults.map((one: { key: string }) => one.key).slice(0, 2)).toEqual(['udp', 'tcp']);
  });

  it.each([
    { query: '*' },
    { query: '*', groups: [] },
    { query: '*', groups: Array(9).fill({ field: 'a' }) },
  ])('refuses %j', async (body) => {
    expect((await post('group', body)).statusCode).toBe(400);
  });
});

describe('the histogram', () => {
  const timeRange = { from: base, to: base + 4000 };

  it('counts over time, split by severity', async () => {
    const answer = await post('histogram', { query: '*', timeRange, interval: 2000 });
    expect(answer.json()).toEqual({
      interval: 2000,
      buckets: [
        { time: base, none: 2, low: 0, medium: 0, high: 0, critical: 0 },
        { time: base + 2000, none: 1, low: 0, medium: 0, high: 0, critical: 1 },
      ],
    });
  });

  it.each([
    { timeRange: { from: 0, to: 100_000_000 }, interval: 1 },
    { timeRange: { from: 10, to: 10 }, interval: 1 },
    { timeRange: { from: 10, to: 0 }, interval: 1 },
    { timeRange: { from: 0, to: 10 }, interval: 0 },
  ])('refuses %j', async (body) => {
    const answer = await post('histogram', { query: '*', ...body });
    expect(answer.statusCode).toBe(400);
    expect(answer.json().code).toBe('SKP_API_INVALID');
  });
});

describe('one event', () => {
  it('is found by its guid, with its version', async () => {
    const answer = await post('findOne', { guid: 'z1', sensorType: 'zeek' });
    expect(answer.json()).toMatchObject({ guid: 'z1', bytes: 10 });
    expect(answer.headers['etag']).toBe('"0"');
    expect((await post('findOne', { guid: 'z1' })).json()).toMatchObject({ guid: 'z1' });
  });

  it.each([
    { guid: 'none' },
    { guid: 'z1', sensorType: 'squid' },
    { guid: '__proto__' },
    { guid: "' OR 1=1 --" },
  ])('that is not there is 404 (%j)', async (body) => {
    const answer = await post('findOne', body);
    expect(answer.statusCode).toBe(404);
    expect(answer.json().code).toBe('SKP_API_NOT_FOUND');
  });
});

it('fields and their types are known, of all sensors and of some', async () => {
  expect((await post('column/metadata', [])).json()).toMatchObject({
    bytes: expect.any(String),
    uri: expect.any(String),
  });
  expect((await post('column/metadata', ['squid'])).json()).not.toHaveProperty('bytes');
});

describe('patching an alert', () => {
  const patch = (payload: unknown) =>
    server.app.inject({ method: 'PATCH', url: '/api/v1/update/patch', headers, payload: payload as object });

  it('changes it for all who search, and counts its version up', async () => {
    const answer = await patch({
      guid: 'z3',
      sensorType: 'zeek',
      patch: [{ op: 'ADD', path: '/alert_status', value: 'OPEN' }],
    });
    expect(answer.json()).toMatchObject({
      id: 'z3',
      index: 'zeek',
      version: 1,
      source: { alert_status: 'OPEN', bytes: 30 },
    });
    expect(await ids({ query: 'alert_status:OPEN' })).toEqual(['z3']);
    expect((await post('findOne', { guid: 'z3' })).headers['etag']).toBe('"1"');
  });

  it('is refused with 409 when somebody was faster', async () => {
    const change = { guid: 'z2', version: 0, patch: [{ op: 'add', path: '/note', value: 'mine' }] };
    expect((await patch(change)).statusCode).toBe(200);
    const answer = await patch(change);
    expect(answer.statusCode).toBe(409);
    expect(answer.json().code).toBe('SKP_INDEX_CONFLICT');
  });

  it('of two at once with the same version lets one through', async () => {
    const change = { guid: 'z1', version: 0, patch: [{ op: 'add', path: '/note', value: 'mine' }] };
    const answers = await Promise.all([patch(change), patch(change), patch(change)]);
    expect(answers.map((answer) => answer.statusCode).sort()).toEqual([200, 409, 409]);
  });

  it.each([
    [{ guid: 'z1', patch: [{ op: 'explode', path: '/a' }] }, 400],
    [{ guid: 'z1', patch: [] }, 400],
    [{ guid: 'z1', patch: [{ op: 'test', path: '/bytes', value: 999 }] }, 400],
    [{ guid: '', patch: [{ op: 'add', path: '/a', value: 1 }] }, 400],
    [{ guid: 'none', patch: [{ op: 'add', path: '/a', value: 1 }] }, 404],
  ])('%j is answered with %i', async (body, status) => {
    const answer = await patch(body);
    expect(answer.statusCode).toBe(status);
    expect(answer.json()).toMatchObject({
      code: expect.stringMatching(/^SKP_/),
      message: expect.any(String),
    });
  });

  it('lets no path reach a prototype', async () => {
    await patch({ guid: 'z1', patch: [{ op: 'add', path: '/__proto__/polluted', value: 1 }] });
    await patch({ guid: 'z1', patch: [{ op: 'add', path: '/constructor', value: 1 }] });
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect((await post('findOne', { guid: 'z1' })).statusCode).toBe(200);
  });
});

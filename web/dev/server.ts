/**
 * A server in memory for developing the pages: `node web/dev/server.ts` beside `vite web`. Answers the wire contract with
 * seeded events, takes any password but "wrong", and adds events while it runs. Never part of the built pages.
 *
 * Environment: PORT (4801), COUNT (events, 30000), RATE (new events a second, 2), DIST (a folder of built pages to serve).
 */
import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import path from 'node:path';
import type {
  WireGroupRequest,
  WireHistogramRequest,
  WirePatchRequest,
  WireSearchRequest,
  WireTimeRange,
} from '../../src/api/contract.ts';
import { liveRandom, makeEvent, type StoredEvent, seedEvents } from './events.ts';
import { compile, QueryError } from './lucene.ts';

const env = (name: string, fallback: number) => Number(process.env[name] ?? fallback);
const base = process.env['BASE'] ?? '/';
const events: StoredEvent[] = seedEvents(env('COUNT', 30_000), Date.now(), 26 * 3_600_000);
const streams = new Set<ServerResponse>();
let failing = false;

const rate = env('RATE', 2);
if (rate > 0)
  setInterval(() => {
    const burst = Math.max(1, Math.round(rate));
    let alerts = 0;
    for (let i = 0; i < burst; i++) {
      const event = makeEvent(liveRandom, Date.now(), 0.3);
      if (event.source['is_alert']) alerts++;
      events.push(event);
    }
    const data = JSON.stringify({ events: burst, alerts, at: Date.now() });
    for (const stream of streams) stream.write(`event: commit\ndata: ${data}\n\n`);
  }, 1000);

interface Scope {
  query: string;
  timeRange?: WireTimeRange;
  alertsOnly?: boolean;
  indices?: string[];
}

function select(scope: Scope): StoredEvent[] {
  const test = compile(scope.query);
  const { from = null, to = null } = scope.timeRange ?? {};
  return events.filter((e) => {
    const t = e.source['timestamp'] as number;
    return (
      (from === null || t >= from) &&
      (to === null || t < to) &&
      (!scope.alertsOnly || e.source['is_alert'] === 'true') &&
      test(e.source)
    );
  });
}

const count = (list: StoredEvent[], field: string) => {
  const counts = new Map<string, number>();
  for (const e of list)
    if (e.source[field] !== undefined)
      counts.set(String(e.source[field]), (counts.get(String(e.source[field])) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]);
};

type Handler = (body: never, request: IncomingMessage, response: ServerResponse) => unknown;
const routes: Record<string, Handler> = {
  'POST session': (body: { username: string; password: string }, _request, response) => {
    if (body.password === 'wrong')
      throw problem(401, 'SKP_API_SIGN_IN', 'The user name or the password is not right.');
    response.setHeader('set-cookie', 'skopos=dev; Path=/; HttpOnly; SameSite=Strict');
    return { username: body.username, roles: ['analyst'] };
  },
  'GET session': (_body, request) => {
    if (!request.headers.cookie?.includes('skopos=dev'))
      throw problem(401, 'SKP_API_NOBODY', 'Nobody is signed in.');
    return { username: 'analyst', roles: ['analyst'] };
  },
  'DELETE session': (_body, _request, response) => {
    response.setHeader('set-cookie', 'skopos=; Path=/; Max-Age=0');
    return {};
  },
  'POST search/search': (body: WireSearchRequest) => {
    const started = performance.now();
    const found = select(body);
    const sort = body.sort?.[0] ?? { field: 'timestamp', sortOrder: 'desc' as const };
    const sign = sort.sortOrder === 'asc' ? 1 : -1;
    const key = (e: StoredEvent) => e.source[sort.field];
    const sorted = found.toSorted((a, b) => {
      const [x, y] = [key(a), key(b)];
      if (x === undefined || y === undefined) return x === y ? 0 : (x === undefined ? -1 : 1) * sign;
      return (
        (typeof x === 'number' && typeof y === 'number' ? x - y : String(x).localeCompare(String(y))) * sign
      );
    });
    const facets = Object.fromEntries(
      (body.facetFields ?? []).map((f) => [f, Object.fromEntries(count(found, f).slice(0, 10))]),
    );
    return {
      total: found.length,
      tookMs: Math.round(performance.now() - started),
      ...(body.facetFields && { facetCounts: facets }),
      results: sorted.slice(body.from ?? 0, (body.from ?? 0) + body.size).map((e) => ({
        id: e.guid,
        source: e.source,
        score: e.source['threat.triage.score'] ?? 0,
        index: e.sensor,
        version: e.version,
      })),
    };
  },
  'POST search/group': (body: WireGroupRequest) => {
    const field = body.groups[0]?.field ?? 'source.type';
    return {
      groupedBy: field,
      groupResults: count(select(body), field).map(([key, total]) => ({
        key,
        total,
        groupedBy: null,
        groupResults: null,
      })),
    };
  },
  'POST search/histogram': (body: WireHistogramRequest) => {
    const { interval } = body;
    const start = Math.floor(body.timeRange.from / interval) * interval;
    const buckets = Array.from({ length: Math.ceil((body.timeRange.to - start) / interval) }, (_, i) => ({
      time: start + i * interval,
      none: 0,
      low: 0,
      medium: 0,
      high: 0,
      critical: 0,
    }));
    for (const e of select(body)) {
      const s = e.source['threat.triage.score'] as number | undefined;
      const bucket = buckets[Math.floor(((e.source['timestamp'] as number) - start) / interval)];
      if (bucket)
        bucket[
          s === undefined ? 'none' : s < 25 ? 'low' : s < 50 ? 'medium' : s < 75 ? 'high' : 'critical'
        ]++;
    }
    return { interval, buckets };
  },
  'POST search/column/metadata': () => {
    const columns: Record<string, string> = {};
    for (const e of events.slice(-3000))
      for (const [f, v] of Object.entries(e.source))
        columns[f] ??=
          f === 'timestamp'
            ? 'date'
            : /^ip_..._addr$/.test(f)
              ? 'ip'
              : typeof v === 'number'
                ? 'long'
                : 'keyword';
    return columns;
  },
  'POST search/findOne': (body: { guid: string }) => {
    const found = events.find((e) => e.guid === body.guid);
    if (!found) throw problem(404, 'SKP_INDEX_NOT_FOUND', 'No event has this guid.');
    return found.source;
  },
  'PATCH update/patch': (body: WirePatchRequest) => {
    const found = events.find((e) => e.guid === body.guid);
    if (!found) throw problem(404, 'SKP_INDEX_NOT_FOUND', 'No event has this guid.');
    if (body.version !== undefined && body.version !== found.version)
      throw problem(409, 'SKP_INDEX_CONFLICT', 'The alert was changed by somebody else meanwhile.');
    for (const op of body.patch) {
      const field = op.path.slice(1);
      if (op.op === 'remove') delete found.source[field];
      else found.source[field] = op.value;
    }
    found.version++;
    return { id: found.guid, source: found.source, index: found.sensor, version: found.version };
  },
  'GET ingest/help': () => ({
    listeners: [
      {
        kind: 'Syslog over TCP',
        sensor: 'syslog',
        address: '192.0.2.10:5514',
        example: "logger --server 192.0.2.10 --tcp --port 5514 'Hello from this machine'",
      },
      {
        kind: 'HTTP',
        sensor: 'json',
        address: 'http://192.0.2.10:8080/api/v1/ingest/json',
        example: `curl -d '{"ip_src_addr":"10.0.0.5"}' http://192.0.2.10:8080/api/v1/ingest/json`,
      },
    ],
  }),
  'GET dev/fail': () => ({ failing: (failing = !failing) }),
  'GET dev/clear': () => {
    events.length = 0;
    return {};
  },
};

function problem(status: number, code: string, message: string, position?: number): Error {
  return Object.assign(new Error(message), {
    status,
    body: {
      code,
      message,
      ...(position !== undefined && { position, hint: 'Quote values that hold spaces.' }),
    },
  });
}

function serveFile(url: URL, response: ServerResponse): void {
  const dist = process.env['DIST'] ?? path.join(import.meta.dirname, '../dist');
  const asked = path.join(dist, path.normalize(url.pathname.slice(base.length - 1)));
  const file = existsSync(asked) && statSync(asked).isFile() ? asked : path.join(dist, 'index.html');
  const type = {
    '.js': 'text/javascript',
    '.css': 'text/css',
    '.html': 'text/html',
    '.svg': 'image/svg+xml',
  }[path.extname(file)];
  response.setHeader('content-type', type ?? 'application/octet-stream');
  response.setHeader(
    'content-security-policy',
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'".replace(
      "; require-trusted-types-for 'script'",
      '',
    ),
  );
  createReadStream(file).pipe(response);
}

createServer(async (request, response) => {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const prefix = `${base}api/v1/`;
  if (!url.pathname.startsWith(prefix)) return serveFile(url, response);
  const name = url.pathname.slice(prefix.length);
  if (name === 'search/live') {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
    response.write(': hello\n\n');
    streams.add(response);
    request.on('close', () => streams.delete(response));
    return;
  }
  try {
    const handler = routes[`${request.method} ${name}`];
    if (!handler) throw problem(404, 'SKP_API_NOT_FOUND', `There is no ${name}.`);
    if (failing && name.startsWith('search/'))
      throw problem(503, 'SKP_INDEX_BUSY', 'The index did not answer within 10 s.');
    let text = '';
    for await (const chunk of request) text += chunk;
    const answer = await handler((text ? JSON.parse(text) : undefined) as never, request, response);
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(answer));
  } catch (error) {
    const known = error as { status?: number; body?: unknown };
    const failure =
      error instanceof QueryError
        ? {
            status: 400,
            body: { code: 'SKP_QUERY_SYNTAX', message: error.message, position: error.position },
          }
        : known;
    response.writeHead(failure.status ?? 500, { 'content-type': 'application/json' });
    response.end(JSON.stringify(failure.body ?? { code: 'SKP_DEV', message: String(error) }));
  }
}).listen(env('PORT', 4801), '127.0.0.1', () =>
  console.log(`pages and API at http://127.0.0.1:${env('PORT', 4801)}${base}`),
);

/**
 * Requests made at random: each construct of a query, ordered, paged, counted, grouped, over time. What engines are known not to
 * answer alike (docs/opensearch.md) is left out here, and nothing else.
 */
import type { GroupRequest, HistogramRequest, Query, SearchRequest } from '../../../src/index/index.ts';
import { address, hosts, ports, SPAN, START, sensors, users, words } from './events.ts';
import type { Random } from './random.ts';

export type Asked =
  | { readonly kind: 'search'; readonly request: SearchRequest }
  | { readonly kind: 'group'; readonly request: GroupRequest }
  | { readonly kind: 'histogram'; readonly request: HistogramRequest };

export function makeRequest(random: Random): Asked {
  const scope = {
    query: makeQuery(random, random.whole(0, 3)),
    ...(random.chance(0.3) ? { sensors: [...new Set([random.of(sensors), random.of(sensors)])] } : {}),
    ...(random.chance(0.3) ? { timeRange: timeRange(random) } : {}),
    ...(random.chance(0.1) ? { alertsOnly: true } : {}),
  };
  const kind = random.whole(0, 9);
  if (kind === 0) {
    const range = timeRange(random);
    const interval = random.of([60_000, 300_000, 3_600_000]);
    return { kind: 'histogram', request: { ...scope, timeRange: range, interval } };
  }
  if (kind <= 2) {
    const groupable = [
      'ip_src_addr',
      'ip_dst_port',
      'protocol',
      'user',
      'host',
      'status',
      'source:type',
      'code',
    ];
    const fields = [
      ...new Set([random.of(groupable), ...(random.chance(0.4) ? [random.of(groupable)] : [])]),
    ];
    return {
      kind: 'group',
      request: {
        ...scope,
        groups: fields.map((field) => ({
          field,
          ...(random.chance(0.5)
            ? {
                order: {
                  groupOrderType: random.of(['count', 'term'] as const),
                  sortOrder: random.of(['asc', 'desc'] as const),
                },
              }
            : {}),
        })),
        ...(random.chance(0.5) ? { scoreField: 'threat.triage.score' } : {}),
      },
    };
  }
  return {
    kind: 'search',
    request: {
      ...scope,
      from: random.chance(0.6) ? 0 : random.whole(0, 300),
      size: random.of([0, 1, 10, 25, 100]),
      ...(random.chance(0.6)
        ? {
            sort: Array.from({ length: random.whole(1, 2) }, () => ({
              field: random.of([
                'timestamp',
                'bytes',
                'duration',
                'ip_dst_port',
                'user',
                'host',
                'status',
                'code',
                'nowhere',
              ]),
              order: random.of(['asc', 'desc'] as const),
            })),
          }
        : {}),
      ...(random.chance(0.3)
        ? {
            facetFields: [
              random.of(['ip_src_addr', 'ip_dst_port', 'user', 'answers', 'status', 'code', 'source:type']),
            ],
          }
        : {}),
      ...(random.chance(0.2) ? { fields: ['guid', 'bytes', 'code', 'source:type'] } : {}),
    },
  };
}

function timeRange(random: Random): { from: number; to: number } {
  const from = START + random.whole(0, SPAN / 400);
  return { from, to: from + random.whole(1, 600_000) };
}

function makeQuery(random: Random, depth: number): Query {
  if (depth > 0 && random.chance(0.8)) {
    if (random.chance(0.25)) return { type: 'not', clause: makeQuery(random, depth - 1) };
    const clauses = Array.from({ length: random.whole(2, 3) }, () => makeQuery(random, depth - 1));
    return { type: random.of(['and', 'or'] as const), clauses };
  }
  return random.of(leaves)(random);
}

const term = (field: string | null, value: string): Query => ({ type: 'term', field, value, quoted: false });
const wildcard = (field: string | null, pattern: string): Query => ({ type: 'wildcard', field, pattern });

function bounds(random: Random, field: string, low: string | null, high: string | null): Query {
  return {
    type: 'range',
    field,
    from: low,
    to: high,
    includeFrom: random.chance(0.5),
    includeTo: random.chance(0.5),
  };
}

function anyCase(random: Random, text: string): string {
  return random.of([text, text.toLowerCase(), text.toUpperCase()]);
}

const leaves: readonly ((random: Random) => Query)[] = [
  () => ({ type: 'all' }),
  () => ({ type: 'none' }),
  (random) => term('host', anyCase(random, random.of(hosts))),
  (random) => term('user', anyCase(random, random.of(users))),
  (random) => term('ip_dst_port', random.of([...ports.map(String), '80.0', 'http'])),
  (random) => term('status', random.of(['200', '404', 'noerror', 'true'])),
  (random) => term('code', random.of(['1', '2', 'X', 'true', '2.0'])),
  (random) => term('answers', random.of(['a', 'B', 'c', 'd', 'e'])),
  (random) => term('duration', String(random.whole(0, 400))),
  (random) => term('ip_src_addr', address(random)),
  (random) => term('original_string', anyCase(random, random.of(words))),
  (random) => term(null, random.of([...words, ...hosts, '443', 'alice', 'NXDOMAIN'])),
  (random) => term('nowhere', random.of(words)),
  (random) =>
    wildcard('host', random.of(['*.example.*', 'DB*', '?ail*', 'a_b%*', 'x\\*y\\?*', '*ost-?', '*'])),
  (random) => wildcard('ip_dst_port', random.of(['4*', '?0', '*3', '80*'])),
  (random) => wildcard('ip_src_addr', random.of(['10.1.*', '10.2.3*', '*.7', '10.?.1.1*'])),
  (random) => wildcard('original_string', random.of(['pass*', '*key*', 'sess?on', '*ccept*'])),
  (random) => wildcard('code', random.of(['*', '?', 't*'])),
  (random) => wildcard(null, random.of(['*example.org', 'publick*', 'carol*'])),
  (random) => ({
    type: 'regex',
    field: random.of(['host', 'user']),
    pattern: random.of([
      '[a-z]+\\.example\\.(com|org)',
      '.*o.*',
      'D[aB].*',
      '\\w+',
      'host-\\d',
      '(alice|bob)',
      'x\\*y.*',
    ]),
  }),
  (random) =>
    bounds(
      random,
      'bytes',
      String(random.whole(0, 1_000_000_000)),
      random.chance(0.5) ? null : String(random.whole(1_000_000_000, 2_000_000_000)),
    ),
  (random) =>
    bounds(
      random,
      'duration',
      random.chance(0.3) ? null : `${random.whole(0, 200)}.5`,
      String(random.whole(200, 400)),
    ),
  (random) =>
    random.chance(0.1)
      ? bounds(random, 'ip_src_addr', '2001:db8::1:0', `2001:db8::${random.whole(1, 4)}:80`)
      : bounds(random, 'ip_src_addr', '10.1.0.0', `10.${random.whole(1, 3)}.128.0`),
  (random) =>
    bounds(
      random,
      'timestamp',
      String(START + random.whole(0, 100_000)),
      String(START + random.whole(100_000, 900_000)),
    ),
  (random) =>
    bounds(random, 'threat:triage:score', String(random.whole(0, 50)), random.chance(0.5) ? null : '90'),
  (random) => ({
    type: 'exists',
    field: random.of([
      'user',
      'host',
      'code',
      'answers',
      'note',
      'status',
      'is_alert',
      'nowhere',
      'ip_dst_addr',
    ]),
  }),
  (random) => ({
    type: 'cidr',
    field: random.of(['ip_src_addr', 'ip_dst_addr', null]),
    network: `10.${random.whole(0, 3)}.${random.of([0, 64, 128])}.0`,
    prefix: random.of([8, 15, 16, 18, 20, 24, 32]),
  }),
  (random) => ({
    type: 'cidr',
    field: 'ip_dst_addr',
    network: '2001:db8::1:0',
    prefix: random.of([0, 32, 112, 120]),
  }),
  () => term('is_alert', 'true'),
  (random) => term('source:type', anyCase(random, random.of(sensors))),
  (random) => bounds(random, 'lower', random.of(['a', 'd']), random.of(['e', 'z'])),
];

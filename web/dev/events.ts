/** Events for developing the pages without a server: the shapes of Zeek, Squid, ASA and Windows sensors, from a seed. */
export type Event = Record<string, unknown>;

export interface StoredEvent {
  guid: string;
  sensor: string;
  version: number;
  source: Event;
}

function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const HOSTS = ['fin-ws-014', 'fin-ws-022', 'hr-ws-003', 'dc01', 'build-07', 'vpn-gw', 'mail01', 'dev-ws-119'];
const USERS = ['m.okafor', 'svc-backup', 'j.lindqvist', 'a.tanaka', 'r.costa', 'administrator'];
const COUNTRIES: [string, string, string][] = [
  ['NL', 'Amsterdam', 'AS60781 LeaseWeb'],
  ['US', 'Ashburn', 'AS14618 Amazon'],
  ['DE', 'Frankfurt am Main', 'AS24940 Hetzner'],
  ['RU', 'Saint Petersburg', 'AS49505 Selectel'],
  ['SG', 'Singapore', 'AS16509 Amazon'],
  ['BR', 'São Paulo', 'AS28573 Claro'],
];
const DOMAINS = [
  'cdn.updates-mirror.net',
  'api.github.com',
  'x7f3k2q9.top',
  'login.microsoftonline.com',
  'paste.rs',
  'a1.beacon-sync.xyz',
];
const RULES = [
  {
    name: 'Beacon to a listed address',
    score: 80,
    comment: 'Periodic connections to an address of the threat feed',
    reason: (e: Event) => `${e['ip_dst_addr']} is listed by feodo-tracker; 61 connections at 60 s ± 2 s`,
  },
  {
    name: 'Lateral movement over SMB',
    score: 60,
    comment: 'Admin share opened from a workstation',
    reason: (e: Event) => `${e['ip_src_addr']} opened ADMIN$ on ${e['ip_dst_addr']}`,
  },
  {
    name: 'Rare country for this host',
    score: 30,
    comment: 'Profile country_count, 30 days',
    reason: (e: Event) => `First connection to ${e['enrichments.geo.ip_dst_addr.country']} in 30 days`,
  },
  {
    name: 'Data volume over three MADs',
    score: 45,
    comment: 'Profile bytes_out, hourly',
    reason: (e: Event) => `${e['bytes_out'] ?? 812044991} bytes out, median 1,204,118`,
  },
  {
    name: 'Domain looks generated',
    score: 20,
    comment: 'Model dga 1.2.0',
    reason: (e: Event) => `${e['domain'] ?? 'x7f3k2q9.top'} scored 0.97`,
  },
  {
    name: 'Denied by the firewall, repeated',
    score: 10,
    comment: 'More than 50 denials in 5 minutes',
    reason: () => '73 denials in 5 minutes',
  },
];

export function makeEvent(rand: () => number, time: number, alertRate = 0.08): StoredEvent {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(rand() * rand() * list.length)] as T;
  const sensor = ['bro', 'squid', 'asa', 'windows', 'suricata'][Math.floor(rand() * 5)] as string;
  const src = `10.${Math.floor(rand() * 3)}.${Math.floor(rand() * 4)}.${10 + Math.floor(rand() * 30)}`;
  const dst =
    rand() < 0.3
      ? `10.1.0.${5 + Math.floor(rand() * 9)}`
      : `${[185, 52, 104, 91, 203][Math.floor(rand() * 5)]}.${Math.floor(rand() * 9)}.${Math.floor(rand() * 60)}.${Math.floor(rand() * 250)}`;
  const [country, city, as] = pick(COUNTRIES);
  const guid = [8, 4, 4, 4, 12]
    .map((n) => Array.from({ length: n }, () => Math.floor(rand() * 16).toString(16)).join(''))
    .join('-');
  const port = pick([443, 80, 53, 445, 22, 3389, 8443]);
  const source: Event = {
    guid,
    'source.type': sensor,
    timestamp: time,
    ip_src_addr: src,
    ip_src_port: 49152 + Math.floor(rand() * 9999),
    ip_dst_addr: dst,
    ip_dst_port: port,
    protocol: port === 53 ? 'udp' : 'tcp',
    user: pick(USERS),
    hostname: pick(HOSTS),
    bytes_out: Math.floor(rand() ** 6 * 1e9),
    bytes_in: Math.floor(rand() ** 4 * 1e7),
    'enrichments.geo.ip_dst_addr.country': country,
    'enrichments.geo.ip_dst_addr.city': city,
    'enrichments.asn.ip_dst_addr.organization': as,
    'enrichments.host.ip_src_addr.asset_value': pick(['low', 'high', 'crown-jewel']),
    'enrichments.host.ip_src_addr.owner': pick(['finance', 'people', 'engineering']),
    'parallelenricher.splitter.begin.ts': time + 3,
    'parallelenricher.enrich.end.ts': time + 4,
  };
  if (sensor === 'squid')
    Object.assign(source, {
      method: pick(['GET', 'POST', 'CONNECT']),
      url: `https://${pick(DOMAINS)}/v1/sync?id=${Math.floor(rand() * 1e6)}`,
      domain: pick(DOMAINS),
      code: pick([200, 304, 403, 502]),
    });
  if (sensor === 'windows')
    Object.assign(source, {
      event_id: pick([4624, 4625, 4688, 7045]),
      process_name: 'C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe',
      command_line: 'powershell -nop -w hidden -enc SQBFAFgAIAAoAE4AZQB3AC0ATwBiAGoA',
    });
  const when = new Date(time).toISOString();
  source['original_string'] =
    sensor === 'asa'
      ? `<166>${when} ${source['hostname']} %ASA-6-302013: Built outbound TCP connection 741852 for outside:${dst}/${port} (${dst}/${port}) to inside:${src}/${source['ip_src_port']}`
      : sensor === 'bro'
        ? JSON.stringify({
            ts: time / 1000,
            'id.orig_h': src,
            'id.resp_h': dst,
            'id.resp_p': port,
            proto: source['protocol'],
            conn_state: 'SF',
          })
        : `${(time / 1000).toFixed(3)} 161 ${src} TCP_MISS/200 103701 GET ${source['url'] ?? `http://${dst}/`} - DIRECT/${dst} text/html`;
  if (rand() < alertRate) {
    source['is_alert'] = 'true';
    const count = 1 + Math.floor(rand() * rand() * 4);
    const start = Math.floor(rand() * RULES.length);
    let score = 0;
    for (let i = 0; i < count; i++) {
      const rule = RULES[(start + i * 2) % RULES.length] as (typeof RULES)[number];
      score = Math.max(score, rule.score);
      source[`threat.triage.rules.${i}.name`] = rule.name;
      source[`threat.triage.rules.${i}.comment`] = rule.comment;
      source[`threat.triage.rules.${i}.score`] = String(rule.score);
      source[`threat.triage.rules.${i}.reason`] = rule.reason(source);
    }
    source['threat.triage.score'] = score;
    if (score >= 80) source['threatintels.hostfilter.ip_dst_addr.feodo_tracker'] = 'alert';
    if (rand() < 0.2) source['alert_status'] = pick(['OPEN', 'ESCALATE', 'DISMISS', 'RESOLVE']);
  }
  return { guid, sensor, version: 0, source };
}

/** `count` events over the last `span` milliseconds, oldest first, with a busy hour in them. */
export function seedEvents(count: number, now: number, span: number): StoredEvent[] {
  const rand = random(42);
  const times = Array.from({ length: count }, () => {
    const at = rand() < 0.2 ? 0.7 + rand() * 0.04 : rand();
    return Math.floor(now - span + at * span);
  }).sort((a, b) => a - b);
  return times.map((time) => makeEvent(rand, time));
}

export const liveRandom = random(7);

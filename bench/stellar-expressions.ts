/** What the benchmarks of Stellar evaluate, and over which messages. */

/** As rules and enrichments have them; the reference's and a peer's speed on each is known. */
export const sixteen: readonly string[] = [
  '1 + 2 * 3',
  'ip_src_port > 1024 and ip_dst_port == 443',
  'exists(is_alert) and is_alert',
  "IN_SUBNET(ip_dst_addr, '192.168.0.0/16', '10.0.0.0/8')",
  "not(IN_SUBNET(ip_dst_addr, '192.168.0.0/24'))",
  'TO_UPPER(user)',
  "if bytes_out > 10 * bytes_in then 'exfil' else 'normal'",
  "protocol in ['tcp', 'udp', 'icmp']",
  'DOMAIN_TO_TLD(URL_TO_HOST(url))',
  "STARTS_WITH(url, 'http://') and ENDS_WITH(url, 'd')",
  "REGEXP_MATCH(url, '.*example.*')",
  "MAP(['foo', 'bar'], (x) -> TO_UPPER(x))",
  "match { ip_dst_port == 443 => 'https', ip_dst_port == 80 => 'http', default => 'other' }",
  "FORMAT('%s -> %s:%d', ip_src_addr, ip_dst_addr, ip_dst_port)",
  "LENGTH(SPLIT(url, '/')) > 3 and status != '500'",
  "user in ['Alice','Bob'] and (ip_dst_port == 443 or ip_dst_port == 8443) and bytes_out > 50000",
];

/** The sixteen and as many more as to make sixty: each operator, each kind of literal, the functions that configurations call most. */
export const sixty: readonly string[] = [
  ...sixteen,
  'bytes_in + bytes_out > 100000',
  'bytes_out / 1024',
  '(bytes_in + bytes_out) / (duration + 1)',
  'bytes_in * 8 / 1000.0 > 100.5',
  'ip_dst_port % 2 == 0',
  '-bytes_in + bytes_out',
  "user + '@' + domain",
  "user ?? 'nobody'",
  "_['source.type'] == 'proxy'",
  "source.type in ['asa', 'snort', 'proxy', 'dns', 'flow', 'auth', 'dhcp', 'web', 'yaf', 'bro', 'squid', 'jsonmap']",
  'ip_dst_port in [20, 21, 22, 23, 25, 53, 80, 110, 143, 443, 445, 993, 995, 1433, 3306, 3389, 5432, 8080, 8443]',
  "source.type == 'asa' and action == 'deny'",
  "source.type == 'auth' and result != 'success' and exists(user)",
  "source.type == 'dns' and LENGTH(query) > 40",
  "source.type == 'flow' and duration < 1 and bytes_out > 1000000",
  "'admin' in user",
  "user not in ['root', 'administrator', 'system']",
  'exists(ip_src_addr) and exists(ip_dst_addr)',
  'not(exists(geo))',
  "is_alert == 'true' or threat == 'high' or score >= 50",
  'score >= 10 and score < 50',
  'timestamp > 1452013350100L and timestamp <= 1452013350200L',
  "if exists(user) then TO_LOWER(user) else 'unknown'",
  "status == '200' ? 'ok' : status == '404' ? 'missing' : 'other'",
  "match { score > 80 => 'critical', score > 50 => 'high', score > 20 => 'medium', default => 'low' }",
  "IN_SUBNET(ip_src_addr, '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16')",
  "IN_SUBNET(ip_src_addr, '10.0.0.0/8') and not(IN_SUBNET(ip_dst_addr, '10.0.0.0/8', '192.168.0.0/16'))",
  "ENDS_WITH(query, '.ru') or ENDS_WITH(query, '.cn')",
  "STARTS_WITH(TO_LOWER(user), 'svc_')",
  "REGEXP_MATCH(user, '[a-z]+\\\\d{1,3}')",
  "REGEXP_MATCH(url, '(?i).*\\\\.(exe|scr|js|vbs)(\\\\?.*)?')",
  "TRIM(user) != ''",
  'TO_INTEGER(status) >= 400',
  'TO_DOUBLE(duration) > 0.5',
  'LENGTH(user) == 0 or IS_EMPTY(user)',
  "JOIN([ip_src_addr, ip_dst_addr], ':')",
  "GET_FIRST(SPLIT(user, '.'))",
  "MAP_GET('city', geo) == 'Delft'",
  "geo['country'] ?? 'XX'",
  'MAX([bytes_in, bytes_out, 0])',
  'ABS(bytes_in - bytes_out) > 10000',
  "URL_TO_PROTOCOL(url) == 'https'",
  'PROTOCOL_TO_NAME(protocol_number)',
  "user in ['Alice','Bob'] or threat in ['high', 'critical'] and not(is_alert == 'false')",
];

/** Messages of one sensor, as the sixteen are measured. */
export function proxyMessages(count: number): Record<string, unknown>[] {
  return Array.from({ length: count }, (_, i) => parsed(proxy(i)));
}

/** Messages of eight sensors in turn, each with fields of its own. */
export function mixedMessages(count: number): Record<string, unknown>[] {
  return Array.from({ length: count }, (_, i) => parsed(sensors[i % sensors.length]!(i)));
}

/** Parsed anew, so that no two share a string. */
function parsed(message: Record<string, unknown>): Record<string, unknown> {
  return JSON.parse(JSON.stringify(message)) as Record<string, unknown>;
}

function proxy(i: number): Record<string, unknown> {
  return {
    ip_src_addr: `10.1.${i % 200}.7`,
    ip_src_port: 40000 + i,
    ip_dst_addr: '93.184.216.34',
    ip_dst_port: i % 4 === 0 ? 80 : 443,
    protocol: i % 3 === 0 ? 'udp' : 'tcp',
    user: i % 2 === 0 ? 'Alice' : 'carol',
    is_alert: i % 2 === 0 ? 'true' : 'false',
    url: 'http://www.example.com/a/b?c=d',
    bytes_in: 1234,
    bytes_out: 98765,
    status: '200',
    'source.type': 'proxy',
    timestamp: 1452013350000 + i,
  };
}

function flow(sensor: string, i: number): Record<string, unknown> {
  return {
    'source.type': sensor,
    timestamp: 1452013350000 + i,
    ip_src_addr: i % 3 === 0 ? `192.168.7.${i % 250}` : `198.51.100.${i % 250}`,
    ip_dst_addr: `10.20.${i % 250}.9`,
    ip_src_port: 1025 + (i % 60000),
    ip_dst_port: [22, 53, 80, 443, 8443][i % 5],
  };
}

const sensors: readonly ((i: number) => Record<string, unknown>)[] = [
  proxy,
  (i) => ({ ...flow('asa', i), action: i % 3 === 0 ? 'deny' : 'permit', protocol: 'tcp', severity: i % 8 }),
  (i) => ({
    ...flow('dns', i),
    query: `host${i}.example.${i % 2 === 0 ? 'ru' : 'com'}`,
    type: 'A',
    protocol: 'udp',
  }),
  (i) => ({
    ...flow('flow', i),
    bytes_in: i * 17,
    bytes_out: i * 4001,
    duration: (i % 40) / 8,
    protocol_number: 6,
  }),
  (i) => ({
    ...flow('auth', i),
    user: `svc_${i % 40}`,
    domain: 'CORP',
    result: i % 5 === 0 ? 'failure' : 'success',
  }),
  (i) => ({
    ...flow('snort', i),
    msg: 'ET POLICY something',
    sig_id: 2000000 + (i % 50),
    is_alert: 'true',
    score: i % 100,
  }),
  (i) => ({
    ...flow('dhcp', i),
    mac: '00:11:22:33:44:55',
    user: 'Bob',
    geo: { country: 'NL', city: 'Delft' },
  }),
  (i) => ({
    ...proxy(i),
    'source.type': 'web',
    status: '404',
    threat: i % 9 === 0 ? 'high' : 'low',
    score: i % 60,
  }),
];

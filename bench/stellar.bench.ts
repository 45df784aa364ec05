import { cpuUsage } from 'node:process';
import { compile, standardRegistry } from '../src/stellar/index.ts';

/**
 * Stellar: evaluations per CPU second of sixteen expressions as rules and enrichments have them, each alone and all in
 * turn, over messages that were parsed from JSON; and expressions compiled per CPU second.
 */
export const expressions: readonly string[] = [
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

const messageCount = 256;

/** Messages that differ in a few fields; each is parsed anew, so that no two share a string. */
function messages(): Record<string, unknown>[] {
  return Array.from({ length: messageCount }, (_, i) =>
    JSON.parse(
      JSON.stringify({
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
      }),
    ),
  );
}

/** Runs `work` for about `milliseconds` of CPU and gives units done per CPU second. */
function perCpuSecond(milliseconds: number, work: () => number): number {
  let units = 0;
  const start = cpuUsage();
  for (;;) {
    units += work();
    const { user, system } = cpuUsage(start);
    const used = (user + system) / 1000;
    if (used >= milliseconds) return (units / used) * 1000;
  }
}

export async function run(milliseconds = 400): Promise<Record<string, number>> {
  const scopes = messages().map((message) => [message]);
  const capabilities = { timeZone: 'UTC' };
  const compiled = expressions.map((source) => compile(source, standardRegistry));
  const results: Record<string, number> = {};
  let sink = 0;
  for (const expression of compiled) {
    const { evaluate } = expression;
    const once = () => {
      for (let round = 0; round < 16; round += 1) {
        for (const scope of scopes) if (evaluate(scope, capabilities) === null) sink += 1;
      }
      return scopes.length * 16;
    };
    perCpuSecond(milliseconds / 4, once);
    results[expression.source] = Math.round(perCpuSecond(milliseconds, once));
  }
  const inTurn = () => {
    for (const scope of scopes) {
      for (const { evaluate } of compiled) if (evaluate(scope, capabilities) === null) sink += 1;
    }
    return scopes.length * compiled.length;
  };
  perCpuSecond(milliseconds / 4, inTurn);
  results['the sixteen in turn'] = Math.round(perCpuSecond(milliseconds * 2, inTurn));
  let serial = 0;
  const compileAll = () => {
    serial += 1;
    for (const source of expressions) compile(`${source} // ${serial}`, standardRegistry);
    return expressions.length;
  };
  results['compiled'] = Math.round(perCpuSecond(milliseconds, compileAll));
  if (sink < 0) throw new Error('unreachable: keeps the results in use');
  return results;
}

if (import.meta.main) {
  for (const [name, rate] of Object.entries(await run())) {
    process.stdout.write(`${String(Math.round(rate / 1000)).padStart(8)} thousand/s  ${name}\n`);
  }
}

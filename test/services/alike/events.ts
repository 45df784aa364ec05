/** Events as three sensors would give them: many of one value, few of another, fields that are missing, types that change. */
import type { Random } from './random.ts';

export const START = Date.UTC(2026, 0, 1);
export const SPAN = 86_400_000;

export const hosts = [
  'www.example.com',
  'DB.Example.com',
  'mail.example.org',
  'a_b%c.test',
  'x*y?z.test',
  'Host-7',
];
export const users = ['alice', 'Bob', 'CAROL', 'dave_2', 'eve', 'root', ''];
export const words = [
  'failed',
  'Accepted',
  'password',
  'publickey',
  'session',
  'opened',
  'root',
  'timeout',
  'denied',
];
export const ports = [22, 53, 80, 443, 445, 3389, 8080];
export const sensors = ['conn', 'http', 'dns'] as const;

export function makeEvent(
  random: Random,
  number: number,
): { sensor: string; event: Record<string, unknown> } {
  const sensor = random.of(sensors);
  const event: Record<string, unknown> = {
    guid: `g-${String(number).padStart(7, '0')}`,
    // Several of one time, so that ties are broken.
    timestamp: START + (Math.floor((number / 3) * 7) % SPAN),
    'source.type': sensor,
    ip_src_addr: address(random),
    ip_dst_port: random.of(ports),
    protocol: random.of(['tcp', 'udp', 'TCP']),
    bytes: random.chance(0.1) ? 0 : random.whole(1, 2_000_000_000),
    original_string: `${random.of(words)} ${random.of(words)} for ${random.of(users)} port ${random.of(ports)} number ${number}`,
  };
  if (random.chance(0.8)) event['ip_dst_addr'] = address(random);
  if (random.chance(0.6)) event['user'] = random.of(users);
  if (random.chance(0.5)) event['lower'] = random.of(['abc', 'def', 'e', 'x y', 'z']);
  if (random.chance(0.7)) event['duration'] = random.whole(0, 400_000) / 1000;
  if (sensor !== 'conn') event['host'] = random.of(hosts);
  // A number in one sensor, text in another.
  if (sensor === 'http') event['status'] = random.of([200, 301, 404, 500]);
  if (sensor === 'dns') event['status'] = random.of(['NOERROR', 'NXDOMAIN', '404']);
  // And within one.
  if (random.chance(0.2)) event['code'] = random.of<unknown>([1, 2, '2', 'x', true]);
  if (sensor === 'dns') event['answers'] = random.of([['a', 'b'], ['b', 'C'], ['d'], 'a']);
  if (random.chance(0.1)) event['note'] = null;
  if (random.chance(0.05)) {
    event['is_alert'] = random.chance(0.5) ? 'true' : true;
    event['threat.triage.score'] = random.whole(0, 1000) / 10;
  }
  return { sensor, event };
}

export function address(random: Random): string {
  return random.chance(0.1)
    ? `2001:db8::${random.whole(1, 4)}:${random.whole(1, 16).toString(16)}`
    : `10.${random.whole(0, 3)}.${random.of([0, 1, 63, 64, 127, 128, 200, 255])}.${random.whole(1, 9)}`;
}

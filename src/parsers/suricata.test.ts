import { describe, expect, test } from 'vitest';
import type { Message } from './parser.ts';
import { suricata } from './suricata.ts';

const environment = { now: () => 0, timeZone: 'UTC', readFile: () => '' };

function run(text: string): { messages: Message[]; errors: Error[] } {
  const out = { messages: [] as Message[], errors: [] as Error[] };
  suricata.configure({}, environment).parse(text, {
    emit: (message) => void out.messages.push(message),
    reject: (_line, error) => void out.errors.push(error),
    fail: (error) => void out.errors.push(error),
    skip: () => {},
  });
  return out;
}

const alert =
  '{"timestamp":"2026-03-10T13:00:00.123456+0100","flow_id":2177158497186317,"event_type":"alert","src_ip":"10.0.0.1","src_port":5555,' +
  '"dest_ip":"fe80::1","dest_port":80,"proto":"TCP","alert":{"signature":"ET TEST","severity":2,"metadata":{"tag":["a","b"]}},"vlan":[1],"x":null}';

describe('Suricata EVE', () => {
  test('alerts are flattened, named as Metron names them and marked', () => {
    expect(run(alert).messages).toEqual([
      {
        timestamp: Date.UTC(2026, 2, 10, 12, 0, 0, 123),
        event_timestamp: '2026-03-10T13:00:00.123456+0100',
        flow_id: 2177158497186317,
        event_type: 'alert',
        ip_src_addr: '10.0.0.1',
        ip_src_port: 5555,
        ip_dst_addr: 'fe80::1',
        ip_dst_port: 80,
        proto: 'TCP',
        protocol: 'tcp',
        'alert.signature': 'ET TEST',
        'alert.severity': 2,
        'alert.metadata.tag': ['a', 'b'],
        vlan: [1],
        is_alert: 'true',
        original_string: alert,
      },
    ]);
  });

  test('other events are not marked, and need no addresses', () => {
    const [message] = run(
      '{"timestamp":"2026-03-10T13:00:00Z","event_type":"stats","stats":{"uptime":5}}',
    ).messages;
    expect(message).toMatchObject({ event_type: 'stats', 'stats.uptime': 5 });
    expect(Object.keys(message ?? {})).not.toContain('is_alert');
  });

  test('an event cannot mark itself, nor say where it came from', () => {
    const [message] = run(
      '{"timestamp":"2026-03-10T13:00:00Z","event_type":"dns","is_alert":"true","original_string":"x"}',
    ).messages;
    expect(message?.['is_alert']).toBeUndefined();
    expect(message?.['original_string']).not.toBe('x');
  });

  test('several lines are several messages', () => {
    const { messages, errors } = run(`${alert}\n{"broken"}\n${alert}\n`);
    expect([messages.length, errors.length]).toEqual([2, 1]);
  });

  test('blank text is skipped, a broken record refused as a whole', () => {
    expect(run('')).toMatchObject({ messages: [], errors: [] });
    expect(run('{"a":')).toMatchObject({ messages: [], errors: [expect.any(Error)] });
  });

  test.each([
    '[]',
    '{}',
    '{"event_type":"dns"}',
    '{"event_type":"dns","timestamp":"2026-03-10T13:00:00"}',
    '{"event_type":"dns","timestamp":5}',
  ])('refuses %j', (text) => {
    expect(run(text)).toMatchObject({ messages: [], errors: [expect.any(Error)] });
  });
});

import { describe, expect, test } from 'vitest';
import { ParserConfigError } from './errors.ts';
import { runParser } from './parser-harness.ts';

const built =
  '<166>Jan 05 2016 09:52:35 fw1 : %ASA-6-302013: Built inbound TCP connection 76 for outside:192.0.2.3/54209 (192.0.2.3/54209) to inside:2001:db8::8/443 (2001:db8::8/443) (joe)';

const asa = (text: string, config: Record<string, unknown> = {}) => runParser('asa', config, text);

describe('the Cisco ASA parser', () => {
  test('reads the envelope and the addresses of a message', () => {
    expect(asa(built, { details: false }).messages).toEqual([
      {
        original_string: built,
        timestamp: Date.UTC(2016, 0, 5, 9, 52, 35),
        ciscotag: 'ASA-6-302013',
        syslog_severity: 'info',
        syslog_facility: 'local4',
        syslog_host: 'fw1',
        ip_src_addr: '192.0.2.3',
        ip_src_port: 54209,
        ip_dst_addr: '2001:db8::8',
        ip_dst_port: 443,
        protocol: 'tcp',
        action: 'built',
      },
    ]);
  });

  test('keeps what else a message names', () => {
    expect(asa(built).messages[0]).toMatchObject({
      direction: 'inbound',
      connection_id: 76,
      src_interface: 'outside',
      dst_interface: 'inside',
      dst_mapped_ip: '2001:db8::8',
      user: 'joe',
    });
  });

  test('reads local-host messages unless told to keep to the fields of Metron', () => {
    const line =
      '<167>Jan  5 08:52:35 fw1 %ASA-7-609002: Teardown local-host inside:10.0.0.5 duration 30:00:01';
    expect(asa(line, { details: false }).messages[0]).not.toHaveProperty('ip_src_addr');
    expect(asa(line).messages[0]).toMatchObject({
      ip_src_addr: '10.0.0.5',
      duration: '30:00:01',
    });
  });

  test.each([
    ['an unknown tag', '<166>Jan 05 2016 09:52:35: %ASA-6-999999: what'],
    ['a text of another shape', '<166>Jan 05 2016 09:52:35: %ASA-6-302014: what'],
  ])('keeps the envelope of %s', (_what, line) => {
    const [message] = asa(line).messages;
    expect(message).toMatchObject({ syslog_facility: 'local4', original_string: line });
    expect(message).not.toHaveProperty('ip_src_addr');
  });

  test.each(['-- MARK --', '', '%ASA-6-302014: no priority', '<0>Jan 05 2016 09:52:35: %ASA-6-302014: x'])(
    'fails the record %j',
    (line) => {
      expect(asa(line).failures).toHaveLength(1);
    },
  );

  test('reads the time in the zone of the device, and without a year as the last one past', () => {
    const line = '<166>Dec 24 09:00:00 fw1 %ASA-6-302014: x';
    expect(asa(line, { deviceTimeZone: 'America/New_York' }).messages[0]?.['timestamp']).toBe(
      Date.UTC(2025, 11, 24, 14),
    );
  });

  test('is not configured with an unknown zone', () => {
    expect(() => asa('', { deviceTimeZone: 'nope' })).toThrow(ParserConfigError);
  });
});

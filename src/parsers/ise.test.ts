import { describe, expect, test } from 'vitest';
import { runParser, testClock } from './parser-harness.ts';

const ise = (text: string, config: Record<string, unknown> = {}) =>
  runParser('ise', config, text).messages[0];
const header =
  'Aug  6 17:26:31 192.0.2.145 Aug  7 00:45:43 pdp01 CISE_Profiler 0000024855 1 0 2014-08-07 00:45:43.741 -07:00 0000288542 80002 INFO  Profiler: an event';

describe('the Cisco ISE parser', () => {
  test('copies addresses to the names that all parsers use, and reads the time of the message', () => {
    expect(
      ise(`${header}, Device IP Address=192.0.2.1, Device Port=99, DestinationIPAddress=198.51.100.1,`),
    ).toMatchObject({
      header,
      'Device IP Address': '192.0.2.1',
      ip_src_addr: '192.0.2.1',
      ip_src_port: '99',
      ip_dst_addr: '198.51.100.1',
      ise_category: 'CISE_Profiler',
      ise_message_code: '80002',
      syslog_host: 'pdp01',
      timestamp: Date.UTC(2014, 7, 7, 7, 45, 43, 741),
    });
  });

  test('keeps all values of a key that comes again, the last under its name', () => {
    expect(ise('h, Step=1, Step=2, a=b=c, Step=3')).toMatchObject({ Step: '3', 'Step.all': ['1', '2', '3'] });
    expect(ise('h, a=b=1, a=c=2')).toMatchObject({ a: { c: '2' }, 'a.all': ['b=1', 'c=2'] });
  });

  test('reads values that hold pairs as objects, or as text when told to', () => {
    expect(ise('h, a=x=1\\,y=2, b=')).toMatchObject({ a: { x: { '1\\,y': '2' } }, b: null });
    expect(ise('h, a=x=1\\,y=2', { nestedValues: 'text' })).toMatchObject({ a: 'x=1\\,y=2' });
  });

  test('keeps braces with their commas, and text behind a comma that was not escaped', () => {
    expect(ise('h, a={x, y}, b=one, two, c=3')).toMatchObject({ a: '{x, y}', b: 'one, two', c: '3' });
  });

  test('gives the present time to a message without one, and lets it pass', () => {
    expect(ise('only a header')).toEqual({ header: 'only a header', timestamp: testClock });
  });

  test('nests no deeper than data may', () => {
    const message = ise(`h, a=${'b='.repeat(10_000)}c`);
    expect(JSON.stringify(message).length).toBeGreaterThan(20_000);
  });
});

import { describe, expect, test } from 'vitest';
import { paloAlto } from './paloalto.ts';
import { runParser, testClock } from './parser-harness.ts';

const pan = (text: string, config: Record<string, unknown> = {}) => runParser('paloalto', config, text);
const [traffic = ''] = paloAlto.samples ?? [];

describe('the Palo Alto parser', () => {
  test('names the columns of a traffic log and tells its version by their number', () => {
    expect(pan(traffic).messages[0]).toMatchObject({
      type: 'TRAFFIC',
      ip_src_addr: '192.0.2.53',
      ip_dst_port: '1433',
      app: 'mssql-db',
      bytes: '3783',
      session_end_reason: 'tcp-fin',
      parser_version: 61,
    });
  });

  test('takes the time of the log in the zone of the device, or that of parsing when told to', () => {
    const time = (config: Record<string, unknown>) => pan(traffic, config).messages[0]?.['timestamp'];
    expect(time({})).toBe(Date.UTC(2026, 0, 5, 5, 38, 57));
    expect(time({ timeZone: 'America/New_York' })).toBe(Date.UTC(2026, 0, 5, 10, 38, 57));
    expect(time({ eventTime: 'processing' })).toBe(testClock);
  });

  test('keeps commas inside of quotes, and columns that no version has, by their number', () => {
    const line = `${traffic.replace('allow-db', '"allow, db"')},further`;
    expect(pan(line).messages[0]).toMatchObject({
      rule: 'allow, db',
      parser_version: 0,
      tokens_seen: 48,
      column_47: 'further',
    });
  });

  test('keeps logs of types that have no list, and the host of a syslog header', () => {
    const line =
      '<14>Jan  5 05:38:59 PA-1 1,2026/01/05 05:42:00,0006,GLOBALPROTECT,0,1,2026/01/05 05:42:00,vsys1,x';
    expect(pan(line).messages[0]).toMatchObject({
      type: 'GLOBALPROTECT',
      syslog_host: 'PA-1',
      column_7: 'vsys1',
      column_8: 'x',
    });
  });

  test.each(['garbage', 'a,b', 'a,b,c,,e,f,g,h', '"'])('refuses %j', (line) => {
    expect(pan(line).failures).toHaveLength(1);
  });
});

import { describe, expect, test } from 'vitest';
import { runParser } from './parser-harness.ts';

const leef = (text: string) => runParser('leef', {}, text);

describe('the LEEF parser', () => {
  test.each([
    ['a tab, in version 1', 'LEEF:1.0|V|P|1|e|src=192.0.2.1\tdstPort=80\turl=http://h/?a=b|c'],
    ['a tab, where version 2 names none', 'LEEF:2.0|V|P|1|e|src=192.0.2.1\tdstPort=80\turl=http://h/?a=b|c'],
    ['a character', 'LEEF:2.0|V|P|1|e|^|src=192.0.2.1^dstPort=80^url=http://h/?a=b|c'],
    ['a character by its code', 'LEEF:2.0|V|P|1|e|0x5E|src=192.0.2.1^dstPort=80^url=http://h/?a=b|c'],
    ['a character by its short code', 'LEEF:2.0|V|P|1|e|x5e|src=192.0.2.1^dstPort=80^url=http://h/?a=b|c'],
  ])('cuts attributes at %s', (_what, line) => {
    expect(leef(line).messages[0]).toMatchObject({
      DeviceEvent: 'e',
      ip_src_addr: '192.0.2.1',
      ip_dst_port: 80,
      url: 'http://h/?a=b|c',
    });
  });

  test('reads devTime by the pattern that stands beside it, without a year as the last one past', () => {
    const line = (time: string, format: string) =>
      leef(`LEEF:1.0|V|P|1|e|devTime=${time}\tdevTimeFormat=${format}`).messages[0]?.['timestamp'];
    expect(line('2026-01-02 03:04:05.678 UTC', 'yyyy-MM-dd HH:mm:ss.SSS zzz')).toBe(
      Date.UTC(2026, 0, 2, 3, 4, 5, 678),
    );
    expect(line('Nov 28 02:00:31.956', 'MMM dd HH:mm:ss.SSS')).toBe(Date.UTC(2025, 10, 28, 2, 0, 31, 956));
  });

  test('refuses a line by its time or its shape alone, not the lines beside it', () => {
    const good = 'LEEF:1.0|V|P|1|e|src=192.0.2.1';
    const outcome = leef(`${good}\nLEEF:1.0|V|P|1|e|devTime=bad\nLEEF:1.0|V|P|1|e|no pair\n${good}`);
    expect(outcome.messages).toHaveLength(2);
    expect(outcome.rejected).toEqual(['LEEF:1.0|V|P|1|e|devTime=bad', 'LEEF:1.0|V|P|1|e|no pair']);
  });

  test.each([
    'LEEF:3.0|V|P|1|e|a=b',
    'LEEF:|V|P|1|e|a=b',
    'not leef',
    'LEEF:1.0|V',
    'LEEF:1.0|V|P|1|e|srcPort=x',
  ])('refuses %j', (line) => {
    expect(leef(line).failures).toHaveLength(1);
  });

  test('reads version 0 as CEF writes its extensions, with labels', () => {
    const line = 'LEEF:0|V|P|1|e| cs1=a b cs1Label=Rule dst=192.0.2.2';
    expect(leef(line).messages[0]).toMatchObject({ Rule: 'a b', ip_dst_addr: '192.0.2.2' });
  });
});

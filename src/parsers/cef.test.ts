import { describe, expect, test } from 'vitest';
import { runParser } from './parser-harness.ts';

const cef = (text: string, config: Record<string, unknown> = {}) => runParser('cef', config, text);
const header = 'CEF:0|Vendor|Product|1.0|id|Name|5|';

describe('the CEF parser', () => {
  test('gives keys the names of Metron, numbers to ports, and labels to their values', () => {
    const [message] = cef(
      `${header}src=192.0.2.1 spt=51514 cs1Label=Rule name cs1=block all act=deny`,
    ).messages;
    expect(message).toMatchObject({
      DeviceVendor: 'Vendor',
      Severity: 5,
      ip_src_addr: '192.0.2.1',
      ip_src_port: 51514,
      'Rule name': 'block all',
      deviceAction: 'deny',
    });
    expect(message).not.toHaveProperty('cs1Label');
  });

  test('keeps equals signs that belong to a value, and does not let an empty key swallow the next', () => {
    const [message] = cef(`${header}request=http://host/?a=b&c=d suser= duser=ann`).messages;
    expect(message).toMatchObject({ request: 'http://host/?a=b&c=d', duser: 'ann' });
    expect(message).not.toHaveProperty('suser');
  });

  test('takes its time from rt, else from the syslog header, else from the clock', () => {
    const times = [
      `<13>Jan  1 09:00:00 host ${header}rt=1767258061123`,
      `<13>Jan  1 09:00:00 host ${header}a=b`,
      `${header}rt=Apr 25 2016 09:26:22.123 EST`,
      `${header}a=b`,
    ].map((line) => cef(line).messages[0]?.['timestamp']);
    expect(times).toEqual([1767258061123, Date.UTC(2026, 0, 1, 9), 1461594382123, 1781524800000]);
  });

  test('lets no label of the data take the name of a field that the parser sets', () => {
    const line = `${header}cs1=spoofed cs1Label=original_string cs2=1 cs2Label=source.type src=192.0.2.1`;
    expect(cef(line).messages[0]).toMatchObject({ original_string: line, cs1: 'spoofed', cs2: '1' });
  });

  test('reads a bar behind a backslash as part of its cell, and a header inside a value as text', () => {
    const [message] = cef('CEF:0|a\\|b|P|1|2|N|3|msg=said CEF:0|x|y|z|1|2|3| to me').messages;
    expect(message).toMatchObject({ DeviceVendor: 'a|b', msg: 'said CEF:0|x|y|z|1|2|3| to me' });
  });

  test('decodes escapes only when told to', () => {
    const line = `${header}msg=a\\=b\\nc path=C:\\\\temp`;
    expect(cef(line).messages[0]).toMatchObject({ msg: 'a\\=b\\nc', path: 'C:\\\\temp' });
    expect(cef(line, { decodeEscapes: true }).messages[0]).toMatchObject({ msg: 'a=b\nc', path: 'C:\\temp' });
  });

  test('reads each line, refuses those that are none, and says that blank ones were skipped', () => {
    const outcome = cef(`${header}a=1\n\nnonsense\n${header}a=2\r\n`);
    expect(outcome.messages.map((message) => message['a'])).toEqual(['1', '2']);
    expect(outcome.rejected).toEqual(['nonsense']);
    expect(outcome.skipped).toEqual(['1 blank lines']);
  });

  test.each([
    'nonsense',
    'CEF:0|too|few',
    `${header}spt=many`,
    `${header}rt=yesterday`,
    `${header}only text`,
  ])('refuses %j', (line) => {
    expect(cef(line).failures).toHaveLength(1);
  });

  test('lets no key reach a prototype', () => {
    const [message] = cef(`${header}__proto__=x constructor=y`).messages;
    expect(Object.getPrototypeOf(message)).toBe(Object.prototype);
    expect(Object.keys(message ?? {})).toContain('__proto__');
  });
});

import { isIP } from 'node:net';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { builtInPatterns } from '../patterns/index.ts';
import { autoValue } from './capture-value.ts';
import { readDictionary } from './dictionary.ts';
import { compileGrok } from './grok.ts';
import { guardedMatch, matchTimeLimit } from './guarded-match.ts';

const common = readDictionary(...builtInPatterns.values());
const match = (pattern: string, text: string) => compileGrok(pattern, common).match(text);

describe('captures', () => {
  test('a reference without a name gives a field named after the pattern', () => {
    expect(match('%{HOUR}:%{MINUTE}', '12:34')).toEqual({ HOUR: 12, MINUTE: 34 });
  });

  test('the same reference twice is read at its first place, two references to one field at the last', () => {
    expect(match('%{WORD:a} %{WORD:a}', 'x y')).toEqual({ a: 'x' });
    expect(match('%{WORD:a} %{INT:a}', 'x 5')).toEqual({ a: 5 });
    expect(match('%{WORD:a}(?: %{INT:a})?', 'x')).toEqual({ a: null });
  });

  test('UNWANTED is matched and not kept, groups named by hand are kept', () => {
    expect(match('%{WORD:UNWANTED} (?<rest>.*)', 'x y z')).toEqual({ rest: 'y z' });
  });

  test('a pattern may be defined where it is used', () => {
    expect(match('%{ID:id=[A-F]+}-%{ID:other}', 'AB-CD')).toEqual({ id: 'AB', other: 'CD' });
  });

  test.each([
    ['007', 7],
    ['-8', -8],
    ['-0', 0],
    ['+9', 9],
    ['2147483647', 2147483647],
    ['2147483648', '2147483648'],
    ['99999999999999999999', '99999999999999999999'],
    ['1.5', '1.5'],
    ['-', '-'],
    ['"a"', 'a'],
    ["'a'", 'a'],
    ['"a\'', '"a\''],
    ['"', '"'],
    ['""', ''],
    ['', ''],
    [undefined, null],
  ])('%j has the value %j', (text, value) => {
    expect(autoValue(text)).toBe(value);
  });
});

describe('the built-in patterns', () => {
  const whole = (name: string, text: string): boolean => match(`^%{${name}:v}$`, text) !== null;

  test.each([
    ['IP', '192.0.2.255', true],
    ['IP', '192.0.2.256', false],
    ['IP', '::', true],
    ['IP', '::1', true],
    ['IP', '2001:db8::8a2e:370:7334', true],
    ['IP', '2001:0db8:85a3:0000:0000:8a2e:0370:7334', true],
    ['IP', '1:2:3:4:5:6:7::', true],
    ['IP', '1::8', true],
    ['IP', '::ffff:192.0.2.1', true],
    ['IP', '64:ff9b::192.0.2.33', true],
    ['IP', 'fe80::1%eth0', true],
    ['IP', '1:2:3:4:5:6:7:8:9', false],
    ['IP', '1:2', false],
    ['MAC', '52:54:00:12:35:02', true],
    ['MAC', '5254.0012.3502', true],
    ['HOSTNAME', 'www.example-1.com', true],
    ['NUMBER', '-12.50', true],
    ['NUMBER', '12.', false],
    ['TIMESTAMP_ISO8601', '2018-08-30T21:02:32.047266Z', true],
    ['TIMESTAMP_ISO8601', '2018-08-30 21:02', true],
    ['SYSLOGTIMESTAMP', 'Oct  9 13:42:11', true],
    ['HTTPDATE', '10/Oct/2000:13:55:36 -0700', true],
    ['URI', 'https://user:pw@www.example.com:8443/a/b?c=d&e[]=1', true],
    ['QS', '"a \\"b\\" c"', true],
    ['UUID', '123e4567-e89b-12d3-a456-426614174000', true],
    ['LOGLEVEL', 'WARNING', true],
    ['EMAILADDRESS', 'a.b+c@example.com', true],
  ])('%s: %s (%s)', (name, text, expected) => {
    expect(whole(name, text)).toBe(expected);
  });

  // Octets with leading zeros are left out: log lines have them, and the network library refuses them.
  test('an IP is what the network library takes for one', () => {
    const ip = compileGrok('^%{IP:v}$', common);
    const part = fc.constantFrom(
      ':',
      '::',
      'a1',
      'ffff',
      '12345',
      '1.2.3.4',
      '1.2.3',
      '255.255.255.255',
      '256.1.1.1',
      'g',
    );
    const joined = fc
      .array(fc.constantFrom('1', 'ab', 'ffff'), { maxLength: 9 })
      .map((groups) => groups.join(':'));
    const text = fc.oneof(
      fc.array(part, { maxLength: 16 }).map((parts) => parts.join('')),
      fc
        .tuple(joined, fc.constantFrom('::', ':', ''), joined, fc.constantFrom('', ':1.2.3.4', '1.2.3.4'))
        .map((parts) => parts.join('')),
      fc.ipV6(),
      fc.ipV4(),
    );
    fc.assert(
      fc.property(text, (address) => {
        expect([address, ip.match(address) !== null]).toEqual([address, isIP(address) !== 0]);
      }),
      { numRuns: 3_000 },
    );
  });

  test('an address is taken in full where text may follow', () => {
    for (const ip of ['::ffff:192.0.2.1', '2001:db8::1:2:3', '1:2:3:4:5:6:7:8', 'fe80::1', '192.0.2.12']) {
      expect(match('%{IP:ip}', `x ${ip} y`)).toEqual({ ip });
    }
  });

  test('a number is taken whole or not at all', () => {
    expect(match('%{NUMBER:a}%{INT:b}', '12.5')).toBeNull();
  });

  test('the combined log format of web servers is read', () => {
    const line =
      '192.0.2.1 - joe [10/Oct/2000:13:55:36 -0700] "GET /a.gif HTTP/1.0" 200 2326 "http://e.com/" "Agent 1"';
    expect(match('%{COMBINEDAPACHELOG}', line)).toMatchObject({
      clientip: '192.0.2.1',
      auth: 'joe',
      verb: 'GET',
      request: '/a.gif',
      response: 200,
      bytes: 2326,
      referrer: 'http://e.com/',
      agent: 'Agent 1',
    });
  });

  test('one-line Snort alerts are read', () => {
    const line =
      '01/27-16:01:04.877970  [**] [1:2003:8] MS-SQL Worm [**] [Classification: Misc Attack] [Priority: 2] {UDP} 192.0.2.2:5664 -> 10.0.2.15:1434';
    expect(match('%{SNORT_FAST}', line)).toMatchObject({
      sig_id: 2003,
      priority: 2,
      protocol: 'UDP',
      ip_dst_port: 1434,
    });
  });

  test('nearly all of them run on the linear engine by themselves, and all of the messages of Cisco ASA', () => {
    const others = [...common.keys()].filter((name) => !compileGrok(`%{${name}}`, common).linear);
    expect(others.sort()).toEqual(['CISCOTIMESTAMP', 'DATESTAMP', 'SYSLOGTIMESTAMP', 'TIME']);
  });
});

describe('matching in bounded time', () => {
  test('an expression that runs away is stopped', () => {
    const before = process.cpuUsage();
    expect(() => guardedMatch(/^(?=a)(?:a+)+$/, false, `${'a'.repeat(40)}b`)).toThrow(/took longer than/);
    expect(process.cpuUsage(before).user / 1000).toBeLessThan(matchTimeLimit * 6);
  });

  test('long text is matched all the same', () => {
    expect(guardedMatch(/x(y)z/, true, `${'a'.repeat(100_000)}xyz`)?.[1]).toBe('y');
    expect(guardedMatch(/x(y)z/, true, 'a'.repeat(100_000))).toBeNull();
  });
});

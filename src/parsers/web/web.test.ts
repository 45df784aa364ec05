import { describe, expect, test } from 'vitest';
import { runParser } from '../parser-harness.ts';

function access(line: string) {
  return runParser('web-access', {}, line);
}

describe('access logs', () => {
  test('of a user whose name has blanks', () => {
    expect(
      access('10.0.0.1 - Jo Ann [09/Mar/2026:08:12:44 +0000] "GET / HTTP/1.1" 200 1').messages,
    ).toMatchObject([{ 'user.name': 'Jo Ann', ip_src_addr: '10.0.0.1' }]);
  });

  test('decode escapes in what clients say, and leave the URL as it was sent', () => {
    const line = '10.0.0.1 - - [09/Mar/2026:08:12:44 +0000] "GET /\\"x\\" HTTP/1.1" 200 1 "-" "a\\x41\\\\"';
    expect(access(line).messages).toMatchObject([
      { 'url.original': '/\\"x\\"', 'user_agent.original': 'aA\\' },
    ]);
  });

  test('of virtual hosts by name or address', () => {
    expect(
      access('shop.example 10.0.0.1 - - [09/Mar/2026:08:12:44 +0000] "GET / HTTP/1.1" 200 1').messages,
    ).toMatchObject([{ 'url.domain': 'shop.example', ip_src_addr: '10.0.0.1' }]);
    expect(
      access('10.0.0.9:8080 10.0.0.1 - - [09/Mar/2026:08:12:44 +0000] "GET / HTTP/1.1" 200 1').messages,
    ).toMatchObject([{ 'url.domain': '10.0.0.9', ip_dst_port: 8080 }]);
  });

  test.each([
    '',
    '10.0.0.1 - - [09/Mar/2026:08:12:44 +0000] GET /',
    '10.0.0.1 - - [31/Feb/2026:08:12:44 +0000] "GET / HTTP/1.1" 200 1',
    '10.0.0.1 - - [09/Mar/2026:08:12:44 +0000] "GET',
  ])('refuse %j', (line) => {
    const { messages, rejected, skipped } = access(line);
    expect([messages.length, rejected.length + skipped.length]).toEqual([0, 1]);
  });
});

describe('error logs', () => {
  test.each([
    ['192.0.2.1:80', '192.0.2.1', 80],
    ['2001:db8::1', '2001:db8::1', undefined],
    ['2001:db8::1:51234', '2001:db8::1', 51234],
    ['[2001:db8::1]:80', '2001:db8::1', 80],
  ])('of the client %s', (client, address, port) => {
    const [message] = runParser(
      'apache-error',
      {},
      `[Mon Mar 09 08:12:44 2026] [error] [client ${client}] x`,
    ).messages;
    expect([message!['ip_src_addr'], message!['ip_src_port'], message!['message']]).toEqual([
      address,
      port,
      'x',
    ]);
  });

  test('are in the zone of the device', () => {
    const config = { deviceTimeZone: 'Europe/Berlin' };
    const expected = [{ timestamp: Date.UTC(2026, 2, 9, 7, 12, 44) }];
    expect(runParser('nginx-error', config, '2026/03/09 08:12:44 [error] 1#2: x').messages).toMatchObject(
      expected,
    );
    expect(runParser('apache-error', config, '[Mon Mar 09 08:12:44 2026] [error] x').messages).toMatchObject(
      expected,
    );
  });

  test('take a bracketed word of the text for no part of their header', () => {
    expect(
      runParser('apache-error', {}, '[Mon Mar 09 08:12:44 2026] [error] [client 10.0.0.1] [x] y').messages,
    ).toMatchObject([{ message: '[x] y', ip_src_addr: '10.0.0.1' }]);
  });

  test('tell an address with a port from one without', () => {
    const client = (text: string) =>
      runParser('apache-error', {}, `[Mon Mar 09 08:12:44 2026] [error] [client ${text}] x`).messages[0];
    expect(client('[2001:db8::1]:80')).toMatchObject({ ip_src_addr: '2001:db8::1', ip_src_port: 80 });
    expect(client('2001:db8::1')).toMatchObject({ ip_src_addr: '2001:db8::1' });
    expect(client('2001:db8::1')).not.toHaveProperty('ip_src_port');
  });
});

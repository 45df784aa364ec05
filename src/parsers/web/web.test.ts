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

  test('decode characters of several bytes, and leave what is no UTF-8 byte by byte', () => {
    const line =
      '10.0.0.1 - "" [09/Mar/2026:08:12:44 +0000] "GET / HTTP/1.1" 200 1 "-" "b\\xC3\\xB6se \\xFF\\x22"';
    const { messages } = access(line);
    expect(messages).toMatchObject([{ 'user_agent.original': 'böse \u00ff"' }]);
    expect(messages[0]).not.toHaveProperty('user.name');
  });

  test.each([
    ['009', 9, 'success'],
    ['000', 0, 'success'],
    ['499', 499, 'failure'],
  ])('read the status %s as nginx writes it', (status, code, outcome) => {
    expect(
      access(`10.0.0.1 - - [09/Mar/2026:08:12:44 +0000] "GET /" ${status} 0 "-" "-"`).messages,
    ).toMatchObject([{ 'http.response.status_code': code, 'event.outcome': outcome }]);
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

  // httpd, ErrorLogFormat: "[%{u}t] [%-m:%l] [pid %P:tid %T] %7F: %E: [client %a] %M".
  test.each<[string, string, Record<string, unknown>]>([
    [
      'the system’s error before the client',
      '[Mon Mar 09 08:12:44.902022 2026] [core:error] [pid 1:tid 2] (13)Permission denied: [client 192.0.2.1:80] AH00035: access to /a denied',
      {
        'error.code': '13',
        'error.message': 'Permission denied',
        ip_src_addr: '192.0.2.1',
        ip_src_port: 80,
        'event.code': 'AH00035',
        message: 'access to /a denied',
      },
    ],
    [
      'a place in the source',
      '[Mon Mar 09 08:12:44.902022 2026] [ssl:trace4] [pid 1:tid 2] ssl_engine_io.c(2212): (70014)End of file found: [remote 192.0.2.1:443] OpenSSL: read',
      {
        'log.origin.file.name': 'ssl_engine_io.c',
        'log.origin.file.line': 2212,
        'error.code': '70014',
        ip_src_addr: '192.0.2.1',
        message: 'OpenSSL: read',
      },
    ],
    [
      'a failed look-up of a name',
      '[Mon Mar 09 08:12:44 2026] [warn] (EAI 2)Name or service not known: AH00557: httpd: failed',
      { 'error.code': 'EAI 2', 'error.message': 'Name or service not known', 'event.code': 'AH00557' },
    ],
    [
      'compact times',
      '[2026-03-09 08:12:44.902022] [core:notice] [pid 1] AH00094: Command line',
      { timestamp: Date.UTC(2026, 2, 9, 8, 12, 44, 902), 'event.code': 'AH00094' },
    ],
    [
      'text in parentheses that is no error',
      '[Mon Mar 09 08:12:44 2026] [error] [client 192.0.2.1] (x) y: z',
      { message: '(x) y: z' },
    ],
  ])('of Apache, with %s', (_what, text, expected) => {
    expect(runParser('apache-error', {}, text).messages).toMatchObject([expected]);
  });

  // nginx: ngx_stream_log_error, ngx_stream_proxy_log_error, ngx_mail_log_error.
  test.each<[string, string, Record<string, unknown>]>([
    [
      'datagrams',
      'no live upstreams while connecting to upstream, udp client: 192.0.2.1, server: 0.0.0.0:53, upstream: "dns", bytes from/to client:40/0, bytes from/to upstream:0/40',
      {
        ip_src_addr: '192.0.2.1',
        protocol: 'udp',
        'nginx.error.server': '0.0.0.0:53',
        'nginx.error.upstream': 'dns',
        'nginx.error.client_bytes': '40/0',
        'nginx.error.upstream_bytes': '0/40',
      },
    ],
    [
      'mail',
      'auth http server timed out, client: 192.0.2.1, server: 0.0.0.0:143, login: "maria"',
      { ip_src_addr: '192.0.2.1', 'user.name': 'maria', 'nginx.error.server': '0.0.0.0:143' },
    ],
  ])('of nginx, of %s', (_what, text, expected) => {
    const { messages } = runParser('nginx-error', {}, `2026/03/09 08:12:44 [error] 1#2: *3 ${text}`);
    expect(messages).toMatchObject([expected]);
    expect(messages[0]).not.toHaveProperty('nginx.error.extra');
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

import { expect, test } from 'vitest';
import { runParser } from './parser-harness.ts';

const squid = (text: string) => runParser('squid', {}, text);

test('an access log line becomes a message with its parts', () => {
  const line =
    '1461576382.642    161 192.0.2.1 TCP_MISS/200 103701 GET http://www.example.com/ - DIRECT/198.51.100.7 text/html';
  expect(squid(line).messages).toEqual([
    {
      timestamp: 1461576382642,
      elapsed: 161,
      ip_src_addr: '192.0.2.1',
      action: 'TCP_MISS',
      code: 200,
      bytes: 103701,
      method: 'GET',
      url: 'http://www.example.com/',
      ip_dst_addr: '198.51.100.7',
      original_string: line,
    },
  ]);
});

test('without a peer address the destination is null, whatever digits the user name has', () => {
  const line =
    '1461576382.642 0 2001:db8::1 TCP_DENIED/403 3617 CONNECT example.com:443 user42 NONE/- text/html';
  expect(squid(line).messages[0]).toMatchObject({ ip_src_addr: '2001:db8::1', ip_dst_addr: null });
});

test('a line without the elapsed time is refused, not read from the digits of the time', () => {
  const line =
    '1461576382.642 192.0.2.1 TCP_MISS/200 103701 GET http://www.example.com/ - DIRECT/198.51.100.7 text/html';
  expect(squid(line)).toMatchObject({ messages: [], rejected: [line] });
});

test('the sensor may name its own pattern', () => {
  const config = { grokStatement: 'MINE %{NUMBER:timestamp} %{GREEDYDATA:rest}', patternLabel: 'MINE' };
  expect(runParser('squid', config, '1.5 x y').messages[0]).toMatchObject({ timestamp: 15, rest: 'x y' });
});

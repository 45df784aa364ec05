import { expect, test } from 'vitest';
import { runParser } from './parser-harness.ts';

const flow = (start: string): string =>
  `${start}|2016-01-28 15:29:48.612|   0.100|   0.000|  6|  192.0.2.221|   80|  10.0.2.15|39468|   AS|    0|    0|    0|22efa001|00000000|000|000|    1|   44|    0|    0|    0|idle `;

test('a flow becomes a message with numbers and times', () => {
  const line = flow('2016-01-28 15:29:48.512');
  expect(runParser('yaf', {}, line).messages).toEqual([
    {
      start_time: 1453994988512,
      end_time: 1453994988612,
      duration: '0.100',
      rtt: '0.000',
      protocol: 6,
      ip_src_addr: '192.0.2.221',
      ip_src_port: 80,
      ip_dst_addr: '10.0.2.15',
      ip_dst_port: 39468,
      iflags: 'AS',
      uflags: 0,
      riflags: 0,
      ruflags: 0,
      isn: '22efa001',
      risn: 0,
      tag: 0,
      rtag: 0,
      pkt: 1,
      oct: 44,
      rpkt: 0,
      roct: 0,
      app: 0,
      end_reason: 'idle ',
      timestamp: 1453994988512,
      original_string: line,
    },
  ]);
});

test('a time without a fraction fails the record, since the format asks for one', () => {
  expect(runParser('yaf', {}, flow('2016-01-28 15:29:48')).failures).toHaveLength(1);
});

import { describe, expect, test } from 'vitest';
import { runParser, testClock } from '../parser-harness.ts';

function logfmt(line: string, config: Record<string, unknown> = {}) {
  return runParser('logfmt', config, line);
}

describe('logfmt', () => {
  test('takes the clock for a line without a time', () => {
    expect(logfmt('a=b').messages).toMatchObject([{ timestamp: testClock, a: 'b' }]);
  });

  test('takes the time from the key that it is told, and leaves others alone', () => {
    const [message] = logfmt('time=7 at=2026-03-09T08:12:44Z', { timeField: 'at' }).messages;
    expect(message).toMatchObject({ timestamp: Date.UTC(2026, 2, 9, 8, 12, 44), time: 7 });
  });

  test('keeps the kinds of values, or takes all for text when told to', () => {
    expect(logfmt('a=1 b=1.5 c=true d="1" e=01').messages).toMatchObject([
      { a: 1, b: 1.5, c: true, d: '1', e: '01' },
    ]);
    expect(logfmt('a=1 c=true', { numbers: false }).messages).toMatchObject([{ a: '1', c: 'true' }]);
  });

  test('has names of usual meaning as texts, digits or not', () => {
    expect(runParser('logfmt', {}, 'host=12 level=30 trace_id=99 user=7 spt=80 n=5').messages).toMatchObject([
      { 'host.name': '12', 'log.level': '30', 'trace.id': '99', 'user.name': '7', ip_src_port: 80, n: 5 },
    ]);
  });

  test('reads other separators, quotes and names when told to', () => {
    const config = {
      pairSeparator: ';',
      singleQuotes: true,
      fieldNames: { from: 'ip_src_addr' },
      standardNames: false,
    };
    expect(logfmt("from=10.0.0.1;msg='a;b';x=", config).messages).toMatchObject([
      { ip_src_addr: '10.0.0.1', msg: 'a;b', x: '' },
    ]);
  });

  test('does not let a line set what the parser sets, nor reach a prototype', () => {
    const [message] = logfmt(
      'original_string=x timestamp=soon is_alert=true __proto__=y constructor=z',
    ).messages;
    expect(message).toMatchObject({
      timestamp: testClock,
      'logfmt.original_string': 'x',
      'logfmt.timestamp': 'soon',
      'logfmt.is_alert': true,
      constructor: 'z',
    });
    expect(Object.hasOwn(message!, '__proto__')).toBe(true);
  });

  test('keeps a quote that never closes', () => {
    expect(logfmt('a=1 b="open c=2').messages).toMatchObject([{ a: 1, b: '"open c=2' }]);
  });

  test('refuses a line without pairs, and settings that cannot be', () => {
    expect(logfmt('hello world').rejected).toEqual(['hello world']);
    expect(() => logfmt('', { pairSeparator: ', ' })).toThrow(/pairSeparator/);
    expect(() => logfmt('', { fieldNames: { a: 1 } })).toThrow(/fieldNames/);
  });
});

describe('OTLP logs', () => {
  const request = (record: unknown) =>
    JSON.stringify({ resourceLogs: [{ resource: {}, scopeLogs: [{ logRecords: [record] }] }] });

  test('keep attributes whose names are taken, under other names', () => {
    const attribute = (key: string, text: string) => ({ key, value: { stringValue: text } });
    const { messages } = runParser(
      'otlp-logs',
      {},
      request({
        timeUnixNano: '1773043964000000000',
        body: { stringValue: 'b' },
        attributes: [
          attribute('message', 'm'),
          attribute('original_string', 'o'),
          attribute('a', '1'),
          attribute('a', '2'),
        ],
      }),
    );
    expect(messages).toMatchObject([
      { message: 'b', 'otel.message': 'm', 'otel.original_string': 'o', a: '1', 'otel.attributes.a': '2' },
    ]);
  });

  test('have the ends of a connection under the names of Metron, those of today before those that were', () => {
    const attributes = [
      { key: 'net.peer.ip', value: { stringValue: '192.0.2.1' } },
      { key: 'network.peer.address', value: { stringValue: '192.0.2.2' } },
      { key: 'network.peer.port', value: { intValue: '40000' } },
      { key: 'network.local.address', value: { stringValue: '2001:db8::1' } },
      { key: 'network.transport', value: { stringValue: 'TCP' } },
    ];
    expect(runParser('otlp-logs', {}, request({ attributes })).messages).toMatchObject([
      { ip_src_addr: '192.0.2.2', ip_src_port: 40_000, ip_dst_addr: '2001:db8::1', protocol: 'tcp' },
    ]);
  });

  test('take the time of observation, else the clock', () => {
    expect(
      runParser('otlp-logs', {}, request({ observedTimeUnixNano: '1773043964000000000' })).messages,
    ).toMatchObject([{ timestamp: 1_773_043_964_000 }]);
    expect(runParser('otlp-logs', {}, request({})).messages).toMatchObject([{ timestamp: testClock }]);
  });

  test('refuse what is none, and count a request without records', () => {
    expect(runParser('otlp-logs', {}, '{"a":1}').rejected).toHaveLength(1);
    expect(runParser('otlp-logs', {}, 'x').failures).toHaveLength(1);
    expect(runParser('otlp-logs', {}, request(7)).rejected).toEqual(['7']);
    expect(runParser('otlp-logs', {}, '{"resourceLogs":[]}').skipped).toEqual(['no-log-records']);
  });

  test('are given up after a thousand refused ones, over all lists of a request, and the rest kept in one piece', () => {
    const lists = [0, 900, 1_800].map((from) => ({
      scopeLogs: [{ logRecords: Array.from({ length: 900 }, (_, i) => from + i) }],
    }));
    const { rejected } = runParser('otlp-logs', {}, JSON.stringify({ resourceLogs: lists }));
    expect(rejected).toHaveLength(1001);
    expect(rejected.flatMap((text) => JSON.parse(text) as number)).toEqual(
      Array.from({ length: 2_700 }, (_, i) => i),
    );
  });
});

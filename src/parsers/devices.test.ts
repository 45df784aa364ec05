/** FireEye, Sourcefire, Lancope, Logstash and WebSphere: what they keep that Metron loses, and what they refuse. */
import { describe, expect, test } from 'vitest';
import { runParser, testClock } from './parser-harness.ts';

const read = (name: string, text: string) => runParser(name, {}, text);

describe('the FireEye parser', () => {
  const line =
    'relay: <164>Mar 19 05:24:39 192.0.2.15 fenotify-851983.alert: CEF:0|FireEye|CMS|7.2|DM|domain-match|1|rt=x dvc=192.0.2.57 dvc=192.0.2.58 cn3=53 spt=54527 dst=198.51.100.1 link=http://h/?id\\=1 cs1=Trojan';

  test('gives keys the names of Metron, joins repeated ones, and keeps the last pair and the destination port', () => {
    expect(read('fireeye', line).messages[0]).toMatchObject({
      dvc: '192.0.2.57 ,192.0.2.58',
      ip_src_addr: '192.0.2.57 ,192.0.2.58',
      ip_src_port: '54527',
      ip_dst_addr: '198.51.100.1',
      ip_dst_port: '53',
      malware: 'Trojan',
      link: 'http://h/?id\\=1',
      DeviceProduct: 'CMS',
      original_string: line.slice('relay: '.length),
      timestamp: Date.UTC(2026, 2, 19, 5, 24, 39),
    });
  });

  test('keeps parts of a longer alert as they are, at the present time where they have none', () => {
    const part = '<164>fenotify-3483808.2.alert: 1 User-Agent: x Host: y';
    expect(read('fireeye', part).messages).toEqual([{ original_string: part, timestamp: testClock }]);
  });
});

describe('the Sourcefire parser', () => {
  test('reads addresses of both families, and what stands before them', () => {
    const line =
      'snort: [1:3192:12] A message [Classification: Bad] [Priority: 1] {TCP} 2001:db8::1 -> [2001:db8::2]:80';
    expect(read('sourcefire', line).messages[0]).toMatchObject({
      ip_src_addr: '2001:db8::1',
      ip_dst_addr: '2001:db8::2',
      ip_dst_port: '80',
      signature_id: '[1:3192:12]',
      msg: 'A message',
      classification: 'Bad',
      priority: '1',
      protocol: 'tcp',
      original_string: line,
    });
  });

  test('refuses what has no protocol and no arrow', () => {
    expect(read('sourcefire', 'nothing').failures).toHaveLength(1);
    expect(read('sourcefire', '{TCP} 1.2.3.4 to 5.6.7.8').failures).toHaveLength(1);
  });
});

describe('the Lancope parser', () => {
  const alarm = (text: string) => JSON.stringify({ message: text, host: 'h', '@timestamp': 'x' });

  test('reads an alarm with a padded day', () => {
    const text =
      '<131>Jul  7 15:59:01 smc StealthWatch[1]: 2014-07-17T15:58:30Z 192.0.2.1 198.51.100.1 Minor x';
    expect(read('lancope', alarm(text)).messages).toEqual([
      {
        host: 'h',
        ip_src_addr: '192.0.2.1',
        ip_dst_addr: '198.51.100.1',
        alarm_severity: 'Minor',
        original_string: text,
        timestamp: Date.UTC(2014, 6, 17, 15, 58, 30),
      },
    ]);
  });

  test.each(['{"a":1}', 'junk', alarm('too short'), '[]'])('refuses %j', (text) => {
    expect(read('lancope', text).failures).toHaveLength(1);
  });
});

describe('the Logstash parser', () => {
  test('keeps host, type and tags, and the text of an event without a message', () => {
    const text =
      '{"@timestamp":"2014-07-17T15:56:05Z","type":"t","host":"h","tags":["a"],"src_ip":"192.0.2.1"}';
    expect(read('logstash', text).messages).toEqual([
      {
        type: 't',
        host: 'h',
        tags: ['a'],
        ip_src_addr: '192.0.2.1',
        timestamp: Date.UTC(2014, 6, 17, 15, 56, 5),
        original_string: text,
      },
    ]);
  });

  test.each(['{"message":"m"}', '{"@timestamp":1}', 'junk'])('refuses %j', (text) => {
    expect(read('logstash', text).failures).toHaveLength(1);
  });
});

describe('the WebSphere parser', () => {
  test('reads logins, logouts and processes out of the message', () => {
    const line = (text: string) =>
      read('websphere', `<133>Apr 15 17:47:28 dp1 [dom][0x81][auth][notice] ${text}`).messages[0];
    expect(line("user(ann): [192.0.2.6]: User logged into 'dom'.")).toMatchObject({
      event_subtype: 'login',
      username: 'ann',
      ip_src_addr: '192.0.2.6',
    });
    expect(line("[192.0.2.7]: User 'bob' logged out from 'default'.")).toMatchObject({
      event_subtype: 'logout',
      username: 'bob',
      security_domain: 'default',
    });
    expect(line('rbm(x): denied')).toMatchObject({ process: 'rbm', message: 'denied' });
  });

  test('reads a December line in January as of the year before', () => {
    const december = '<133>Dec 31 23:59:59 dp1 [0x81][auth][notice] x';
    const now = () => Date.UTC(2026, 0, 1);
    expect(runParser('websphere', {}, december, { now }).messages[0]?.['timestamp']).toBe(
      Date.UTC(2025, 11, 31, 23, 59, 59),
    );
  });
});

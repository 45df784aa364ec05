import { describe, expect, test } from 'vitest';
import { ParserConfigError } from './errors.ts';
import type { Message, ParserType } from './parser.ts';
import { syslog3164 } from './syslog3164.ts';
import { syslog5424 } from './syslog5424.ts';

const environment = { now: () => Date.UTC(2026, 5, 15, 12), timeZone: 'UTC', readFile: () => '' };

function run(
  type: ParserType,
  text: string,
  config: Record<string, unknown> = {},
): { messages: Message[]; lines: string[] } {
  const out = { messages: [] as Message[], lines: [] as string[] };
  type.configure(config, environment).parse(text, {
    emit: (message) => void out.messages.push(message),
    reject: (line) => void out.lines.push(line),
    skip: () => {},
    fail: (error) => {
      throw error;
    },
  });
  return out;
}

describe('RFC 3164', () => {
  test('is taken apart', () => {
    expect(run(syslog3164, '<34>Oct 11 22:14:15 mymachine su: failed').messages).toEqual([
      {
        'syslog.header.pri': '34',
        'syslog.header.severity': '2',
        'syslog.header.facility': '4',
        'syslog.header.timestamp': 'Oct 11 22:14:15',
        'syslog.header.hostName': 'mymachine',
        'syslog.message': 'su: failed',
        timestamp: Date.UTC(2025, 9, 11, 22, 14, 15),
        original_string: '<34>Oct 11 22:14:15 mymachine su: failed',
      },
    ]);
  });

  test('gives tag and process id fields of their own when told to', () => {
    const read = (text: string): Message =>
      run(syslog3164, `<34>Oct 11 22:14:15 h ${text}`, { splitTag: true }).messages[0] ?? {};
    expect(read('sshd[42]: Failed password')).toMatchObject({
      'syslog.header.appName': 'sshd',
      'syslog.header.procId': '42',
      'syslog.message': 'Failed password',
    });
    expect(read('su: x')).toMatchObject({ 'syslog.header.appName': 'su', 'syslog.message': 'x' });
    expect(Object.hasOwn(read('su: x'), 'syslog.header.procId')).toBe(false);
    expect(read('no tag here')).toMatchObject({ 'syslog.message': 'no tag here' });
  });

  test('reads times in the zone of the device', () => {
    const [message] = run(syslog3164, '<34>Oct 11 22:14:15 h x', { deviceTimeZone: 'Asia/Tokyo' }).messages;
    expect(message?.['timestamp']).toBe(Date.UTC(2025, 9, 11, 13, 14, 15));
    const ahead = run(syslog3164, '<34>Oct 11 22:14:15 h x', { deviceTimeZone: 'GMT+9' }).messages;
    expect(ahead).toEqual([message]);
    expect(() => run(syslog3164, '', { deviceTimeZone: 'Nowhere' })).toThrow(ParserConfigError);
  });

  test('joins lines without a priority to the message before when told to', () => {
    const text = '<34>Oct 11 22:14:15 h Exception\n\tat a\n\tat b\n<34>Oct 11 22:14:16 h next\n';
    const { messages, lines } = run(syslog3164, text, { joinLines: true });
    expect(messages.map((message) => message['syslog.message'])).toEqual([
      'Exception\n\tat a\n\tat b',
      'next',
    ]);
    expect(messages[0]?.['original_string']).toBe('<34>Oct 11 22:14:15 h Exception\n\tat a\n\tat b');
    expect(lines).toEqual([]);
    expect(run(syslog3164, text).lines).toEqual(['\tat a', '\tat b']);
  });

  test.each([
    '<34>',
    '<34>Oct 11 22:14:15',
    '<34>Oct 11 22:14:15 ',
    '<3456>Oct 11 22:14:15 h x',
    '<>Oct 11 22:14:15 h x',
  ])('refuses %j', (line) => {
    expect(run(syslog3164, line).lines).toEqual([line]);
  });

  test('gives up on a record of bad lines after a thousand, and keeps the rest in one piece', () => {
    const { lines } = run(syslog3164, 'bad\n'.repeat(3000));
    expect(lines).toHaveLength(1001);
    expect(lines[1000]?.split('\n')).toHaveLength(2000);
  });
});

describe('RFC 5424', () => {
  const head = '<165>1 2003-10-11T22:14:15.003Z host app 42 ID47';

  test('is taken apart, structured data included', () => {
    const [message] = run(syslog5424, `${head} [a@1 k="v" l="x\\"]y"][b z=""] text`).messages;
    expect(message).toMatchObject({
      'syslog.header.version': '1',
      'syslog.header.hostName': 'host',
      'syslog.header.appName': 'app',
      'syslog.header.procId': '42',
      'syslog.header.msgId': 'ID47',
      'syslog.structuredData.a@1.k': 'v',
      'syslog.structuredData.a@1.l': 'x\\"]y',
      'syslog.structuredData.b.z': '',
      'syslog.message': 'text',
      timestamp: Date.UTC(2003, 9, 11, 22, 14, 15, 3),
    });
  });

  test('passes over the byte order mark before the message', () => {
    expect(run(syslog5424, `${head} - \ufeffélan`).messages[0]?.['syslog.message']).toBe('élan');
  });

  test.each([
    ...[
      '<165>1',
      '<165>1 ',
      `${head}`,
      `${head} `,
      `${head} x`,
      `${head} [`,
      `${head} []`,
      `${head} [a k]`,
      `${head} [a k=v]`,
      `${head} [a k="v]`,
    ],
    ...[
      `${head} [a k="v"`,
      `${head} -x`,
      `${head} [a k="v"]x`,
      '<165>1 soon h a p m - x',
      '<165>1 - h  p m - x',
    ],
  ])('refuses %j', (line) => {
    expect(run(syslog5424, line).lines).toEqual([line]);
  });

  test('keeps names of structured data away from prototypes', () => {
    const [message] = run(syslog5424, `${head} [__proto__ __proto__="x"] t`).messages;
    expect(Object.getPrototypeOf(message)).toBe(Object.prototype);
    expect(message?.['syslog.structuredData.__proto__.__proto__']).toBe('x');
  });
});

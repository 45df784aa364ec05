import { describe, expect, test } from 'vitest';
import { TimeZone } from '../time-zone.ts';
import { SyslogEnvelope } from './syslog-envelope.ts';

const now = Date.UTC(2026, 5, 15, 12);
const utc = new TimeZone('UTC');

function read(line: string, zone = utc) {
  const envelope = new SyslogEnvelope();
  envelope.read(line, zone, now);
  const { priority, timestamp, host, program, pid } = envelope;
  return {
    priority,
    time: Number.isNaN(timestamp) ? null : new Date(timestamp).toISOString(),
    host,
    program,
    pid,
    text: line.slice(envelope.textAt),
  };
}

describe('the syslog header before a line', () => {
  test.each([
    [
      '<86>Mar  9 08:12:44 host sshd[20]: text',
      { priority: 86, host: 'host', program: 'sshd', pid: '20', text: 'text' },
    ],
    [
      'Mar  9 08:12:44 host sudo: text',
      { priority: -1, host: 'host', program: 'sudo', pid: undefined, text: 'text' },
    ],
    ['Mar  9 08:12:44 filterlog[7]: a,b', { host: undefined, program: 'filterlog', pid: '7', text: 'a,b' }],
    ['Mar  9 2026 08:12:44: host app: x', { host: 'host', program: 'app', text: 'x' }],
    ['2026-03-09T09:12:44+01:00 host su[1]: x', { host: 'host', program: 'su', text: 'x' }],
    [
      '<13>1 2026-03-09T08:12:44Z host app 42 ID7 - x',
      { priority: 13, host: 'host', program: 'app', pid: '42', text: 'x' },
    ],
    [
      '<13>1 2026-03-09T08:12:44Z host app - - [a b="]"][c] x',
      { host: 'host', program: 'app', pid: undefined, text: 'x' },
    ],
  ])('is read in %j', (line, expected) => {
    expect(read(line)).toMatchObject({ time: '2026-03-09T08:12:44.000Z', ...expected });
  });

  test('takes the year before for a month that lies ahead, and the zone that is given', () => {
    expect(read('Dec 24 08:00:00 h a: x').time).toBe('2025-12-24T08:00:00.000Z');
    expect(read('Mar  9 08:12:44 h a: x', new TimeZone('America/New_York')).time).toBe(
      '2026-03-09T12:12:44.000Z',
    );
  });

  test.each(['', 'no header', '<34>', 'Feb 30 00:00:00 h a: x', '<34>1 nonsense'])(
    'has no time in %j',
    (line) => {
      expect(read(line).time).toBeNull();
    },
  );

  test('takes no word of the text for a program', () => {
    expect(read('Mar  9 08:12:44 host a long sentence: with a colon')).toMatchObject({
      program: undefined,
      text: 'a long sentence: with a colon',
    });
    expect(read('Mar  9 08:12:44 host http://x')).toMatchObject({ program: undefined, text: 'http://x' });
  });
});

import { describe, expect, it } from 'vitest';
import { runParser } from '../parser-harness.ts';
import { AuditFraming, type AuditFramingOptions } from './audit-framing.ts';

const line = (type: string, serial: number, rest = '') =>
  `type=${type} msg=audit(1773043981.604:${serial}): ${rest}`;

function framed(lines: readonly string[], options: AuditFramingOptions = {}) {
  const records: { text: string; lines: number }[] = [];
  const framing = new AuditFraming((text, count) => void records.push({ text, lines: count }), options);
  for (const one of lines) framing.push(one);
  return { records, framing };
}

describe('framing of Linux audit', () => {
  it('makes a record of the lines of an event, and one of a line that stands alone', () => {
    const event = [line('SYSCALL', 1), line('EXECVE', 1), line('CWD', 1), line('PROCTITLE', 1)];
    const { records, framing } = framed([line('USER_AUTH', 0), ...event, line('CRED_ACQ', 2)]);
    expect(records.map(({ text }) => text)).toEqual([
      line('USER_AUTH', 0),
      event.join('\n'),
      line('CRED_ACQ', 2),
    ]);
    expect(records.map((record) => record.lines)).toEqual([1, 4, 1]);
    expect(framing.holds).toBe(false);
  });

  it('keeps events whose lines come between one another in one record, which becomes two messages', () => {
    const lines = [
      line('SYSCALL', 1, 'arch=c000003e syscall=59 success=yes'),
      line('SYSCALL', 2, 'arch=c000003e syscall=257 success=no'),
      line('CWD', 1, 'cwd="/a"'),
      line('USER_CMD', 3, "pid=1 msg='cmd=6C73 res=success'"),
      line('CWD', 2, 'cwd="/b"'),
      line('EOE', 1),
      line('PROCTITLE', 2, 'proctitle="cat"'),
    ];
    const { records } = framed(lines);
    expect(records).toEqual([{ text: lines.join('\n'), lines: 7 }]);
    const { messages } = runParser('auditd', {}, records[0]!.text);
    expect(messages).toMatchObject([
      {
        'auditd.sequence': 1,
        'process.working_directory': '/a',
        'event.action': 'execve',
        'event.outcome': 'success',
      },
      {
        'auditd.sequence': 2,
        'process.working_directory': '/b',
        'event.action': 'openat',
        'event.outcome': 'failure',
      },
      { 'auditd.sequence': 3, 'process.command_line': 'ls' },
    ]);
    expect(messages[0]!['original_string']).toBe([lines[0], lines[2], lines[5]].join('\n'));
  });

  it.each(['LANDLOCK_ACCESS', 'IPE_ACCESS', 'AVC', 'ANOM_ABEND'])(
    'waits for the rest of an event of %s',
    (type) => {
      expect(framed([line(type, 1)]).framing.holds).toBe(true);
    },
  );

  it('holds the lines of an event that is not whole until it is flushed', () => {
    const { records, framing } = framed([line('SYSCALL', 1), line('CWD', 1)]);
    expect(records).toEqual([]);
    expect(framing.holds).toBe(true);
    framing.flush();
    expect(records).toHaveLength(1);
  });

  it('does not wait for an event whose end never comes while others begin', () => {
    const lines = [line('SYSCALL', 1), ...Array.from({ length: 5 }, (_, i) => line('SYSCALL', 10 + i))];
    const { records } = framed([...lines, ...Array.from({ length: 5 }, (_, i) => line('EOE', 10 + i))], {
      maxOpen: 5,
    });
    expect(records).toHaveLength(1);
  });

  it('bounds a record by lines and by bytes', () => {
    const lines = Array.from({ length: 100 }, () => line('PATH', 1));
    expect(framed(lines, { maxLines: 10 }).records).toHaveLength(10);
    const { records } = framed(lines, { maxBytes: 1000 });
    expect(Math.max(...records.map(({ text }) => text.length))).toBeLessThanOrEqual(1000);
  });

  it('passes on lines that are none of audit', () => {
    expect(framed(['hello', '', line('USER_AUTH', 1)]).records.map(({ text }) => text)).toEqual([
      'hello',
      line('USER_AUTH', 1),
    ]);
  });

  it('counts every line that was pushed, blank ones too', () => {
    const { records } = framed(['', line('SYSCALL', 1), '', line('EOE', 1), line('LOGIN', 2)]);
    expect(records.map((record) => record.lines)).toEqual([4, 1]);
  });
});

import { describe, expect, it } from 'vitest';
import { FileFramer, type FileFraming } from './file-framer.ts';

const line = (type: string, serial: number) => `type=${type} msg=audit(1773043981.604:${serial}): a=1`;

function frame(framing: FileFraming, offset = 0) {
  const records: { text: string; end: number }[] = [];
  const framer = new FileFramer(
    { framing, maxMessageBytes: 1024, offset },
    {
      record: (bytes, end) => void records.push({ text: bytes.toString(), end }),
      oversize: (_prefix, total, end) => void records.push({ text: `oversize ${total}`, end }),
    },
  );
  return { records, framer, write: (text: string) => framer.write(Buffer.from(text)) };
}

describe('files of Linux audit', () => {
  it.each<FileFraming>(['auto', 'auditd'])('are cut into whole events with framing %s', (framing) => {
    const { records, framer, write } = frame(framing);
    const event = `${line('SYSCALL', 1)}\n${line('CWD', 1)}\n${line('PROCTITLE', 1)}`;
    write(`${event}\n${line('LOGIN', 2)}\n`);
    framer.end();
    expect(records).toEqual([
      { text: event, end: event.length + 1 },
      { text: line('LOGIN', 2), end: event.length + 2 + line('LOGIN', 2).length },
    ]);
  });

  it('are done only up to the event that is still open, so that a crash loses nothing of it', () => {
    const { records, framer, write } = frame('auto');
    const first = `${line('LOGIN', 1)}\n`;
    write(`${first}${line('SYSCALL', 2)}\n`);
    framer.flush();
    expect(framer.holds).toBe(true);
    expect(framer.done).toBe(first.length);
    write(`${line('EOE', 2)}\n`);
    framer.flush();
    expect(framer.holds).toBe(false);
    expect(records.at(-1)!.text).toBe(`${line('SYSCALL', 2)}\n${line('EOE', 2)}`);
  });

  it('give what is open at their end', () => {
    const { records, framer, write } = frame('auto');
    write(`${line('SYSCALL', 2)}\n${line('CWD', 2)}`);
    framer.end();
    expect(records.map(({ text }) => text)).toEqual([`${line('SYSCALL', 2)}\n${line('CWD', 2)}`]);
  });

  it('are known in their middle too', () => {
    const { records, framer, write } = frame('auto', 5000);
    write(`${line('SYSCALL', 2)}\n${line('EOE', 2)}\n`);
    framer.flush();
    expect(records).toHaveLength(1);
    expect(records[0]!.end).toBe(5000 + line('SYSCALL', 2).length + line('EOE', 2).length + 2);
  });

  it('do not make a Zeek log of a line in the middle of another file', () => {
    const { records, framer, write } = frame('auto', 10);
    write('#separator \\x09\nx\n');
    framer.end();
    expect(records.map(({ text }) => text)).toEqual(['#separator \\x09', 'x']);
  });
});

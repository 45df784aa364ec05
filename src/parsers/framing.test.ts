import { describe, expect, test } from 'vitest';
import { ZeekTsvFraming, zeekTsvFraming } from './framing.ts';

const header = ['#separator \\x09', '#path\tconn', '#fields\tts\tuid', '#types\ttime\tstring'];

describe('framing of tab-separated Zeek logs', () => {
  test('puts the header before every group of lines', () => {
    const records = zeekTsvFraming([...header, '1\ta', '2\tb', '3\tc'], { maxLines: 2 });
    expect(records).toEqual([[...header, '1\ta', '2\tb'].join('\n'), [...header, '3\tc'].join('\n')]);
  });

  test('ends a record before it grows over its bytes', () => {
    const bytes = Buffer.byteLength(`${header.join('\n')}\n`) + 2 * 4;
    const records = zeekTsvFraming([...header, '1\ta', '2\tb', '3\tc'], { maxBytes: bytes });
    expect(records.map((record) => record.split('\n').length)).toEqual([6, 5]);
    expect(zeekTsvFraming([...header, `1\t${'x'.repeat(1000)}`, '2\tb'], { maxBytes: 100 })).toHaveLength(2);
  });

  test('begins anew with a new header, and forgets when the file was opened or closed', () => {
    const other = ['#fields\tts\tname', '#types\ttime\tstring'];
    const records = zeekTsvFraming([...header, '#open\t2024', '1\ta', '#close\t2024', ...other, '2\tb']);
    expect(records).toEqual([[...header, '1\ta'].join('\n'), [...other, '2\tb'].join('\n')]);
  });

  test('passes lines of JSON through one by one', () => {
    expect(zeekTsvFraming(['{"a":1}', '', '{"b":2}'])).toEqual(['{"a":1}', '{"b":2}']);
  });

  test('counts the lines that each record settles, so that a reader knows how far it came', () => {
    const counts: number[] = [];
    const framing = new ZeekTsvFraming((_text, lines) => void counts.push(lines), { maxLines: 2 });
    for (const line of [...header, '1\ta', '2\tb', '3\tc', '#close\tx', '']) framing.push(line);
    expect(counts).toEqual([6, 1]);
  });

  test('goes on in the middle of a file once the header was pushed again', () => {
    const records: string[] = [];
    const framing = new ZeekTsvFraming((text) => void records.push(text));
    for (const line of header) framing.push(line);
    framing.flush();
    expect(records).toEqual([]);
    framing.push('9\tz');
    framing.flush();
    expect(records).toEqual([[...header, '9\tz'].join('\n')]);
  });
});

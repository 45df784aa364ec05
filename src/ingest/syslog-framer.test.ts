import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SyslogFramer, type SyslogFramerOptions } from './syslog-framer.ts';

interface Found {
  messages: string[];
  oversize: { prefix: string; totalBytes: number }[];
  broken: { bytes: string; reason: string }[];
}

function frame(
  chunks: readonly (string | Buffer)[],
  options: Partial<SyslogFramerOptions> = {},
  orderly = true,
): Found {
  const found: Found = { messages: [], oversize: [], broken: [] };
  const framer = new SyslogFramer(
    { framing: 'auto', maxMessageBytes: 1000, ...options },
    {
      message: (bytes) => found.messages.push(bytes.toString('latin1')),
      oversize: (prefix, totalBytes) =>
        found.oversize.push({ prefix: prefix.toString('latin1'), totalBytes }),
      broken: (bytes, reason) => found.broken.push({ bytes: bytes.toString('latin1'), reason }),
    },
  );
  for (const chunk of chunks) framer.write(typeof chunk === 'string' ? Buffer.from(chunk, 'latin1') : chunk);
  framer.end(orderly);
  return found;
}

const chopped = (text: string, cuts: readonly number[]): string[] => {
  const places = [...new Set(cuts.map((cut) => cut % (text.length + 1)))].sort((a, b) => a - b);
  return [0, ...places].map((from, i) => text.slice(from, places[i] ?? text.length));
};
const counted = (message: string) => `${message.length} ${message}`;
const cuts = fc.array(fc.nat(), { maxLength: 30 });
const binary = fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes).toString('latin1'));

describe('framing of syslog streams', () => {
  it('finds lines, whether they end with LF or CRLF, and skips empty ones', () => {
    expect(frame(['<1>a\n<2>b\r\n\r\n\n<3>c\n']).messages).toEqual(['<1>a', '<2>b', '<3>c']);
  });

  it('finds counted messages that hold newlines and NULs', () => {
    expect(frame(['6 <1>a\nb5 <2>\0c']).messages).toEqual(['<1>a\nb', '<2>\0c']);
  });

  it('accepts a newline after a counted message', () => {
    expect(frame(['4 <1>a\n4 <2>b\n'])).toEqual({ messages: ['<1>a', '<2>b'], oversize: [], broken: [] });
  });

  it('finds messages that end with NUL', () => {
    expect(frame(['<1>a\0<2>b\nc\0<3>d\0']).messages).toEqual(['<1>a', '<2>b\nc', '<3>d']);
  });

  it('keeps NULs inside lines', () => {
    expect(frame(['<1>a\0b\n<2>c\0<d\n']).messages).toEqual(['<1>a\0b', '<2>c\0<d']);
  });

  it('hands over the first NUL-terminated message when the stream pauses', () => {
    const messages: string[] = [];
    const framer = new SyslogFramer(
      { framing: 'auto', maxMessageBytes: 100 },
      { message: (bytes) => messages.push(bytes.toString()), oversize: () => {}, broken: () => {} },
    );
    framer.write(Buffer.from('<1>a\0'));
    expect(messages).toEqual([]);
    framer.settle();
    framer.write(Buffer.from('<2>b\0'));
    expect(messages).toEqual(['<1>a', '<2>b']);
  });

  it('takes a line that begins with digits for a line', () => {
    expect(frame(['12 monkeys\n007 <x\n']).messages).toEqual(['12 monkeys', '007 <x']);
  });

  it('keeps an unterminated last line after an orderly end, and calls it broken after a torn one', () => {
    expect(frame(['<1>a\n<2>b']).messages).toEqual(['<1>a', '<2>b']);
    const torn = frame(['<1>a\n<2>b'], {}, false);
    expect(torn.messages).toEqual(['<1>a']);
    expect(torn.broken).toEqual([{ bytes: '<2>b', reason: 'incomplete' }]);
  });

  it('calls a counted message broken when the stream ends inside it', () => {
    expect(frame(['9 <1>a']).broken).toEqual([{ bytes: '<1>a', reason: 'incomplete' }]);
    expect(frame(['4 <1>a17 ']).broken).toEqual([{ bytes: '17 ', reason: 'incomplete' }]);
  });

  it('hands over a longer message whole, with its length, and goes on after it', () => {
    const long = `<1>${'x'.repeat(20)}`;
    for (const stream of [`${long}\n<2>b\n`, `${counted(long)}4 <2>b`]) {
      const found = frame([stream], { maxMessageBytes: 10, oversizeBytes: 100 });
      expect(found).toEqual({ messages: ['<2>b'], oversize: [{ prefix: long, totalBytes: 23 }], broken: [] });
    }
  });

  it('keeps the beginning of a message that is too long even for that, and counts the rest', () => {
    const long = `<1>${'x'.repeat(200)}`;
    const stream = `${counted(long)}4 <2>b`;
    const found = frame(chopped(stream, [3, 30, 60, 90, 150]), { maxMessageBytes: 10, oversizeBytes: 50 });
    expect(found).toEqual({
      messages: ['<2>b'],
      oversize: [{ prefix: long.slice(0, 50), totalBytes: 203 }],
      broken: [],
    });
  });

  it('does not believe a count that no message has', () => {
    const found = frame(['4 <1>a99999999999 <2>b\n4 <3>c']);
    expect(found.messages).toEqual(['<1>a', '<3>c']);
    expect(found.broken).toEqual([{ bytes: '99999999999 <2>b', reason: 'framing' }]);
    expect(frame(['99999999999 <2>b\n<3>c\n']).messages).toEqual(['99999999999 <2>b', '<3>c']);
  });

  it('finds the next message after a sender that counted characters instead of bytes', () => {
    const found = frame(['4 <1>abc7 <34>xyz4 <2>b']);
    expect(found.messages).toEqual(['<1>a', '<34>xyz', '<2>b']);
    expect(found.broken).toEqual([{ bytes: 'bc', reason: 'framing' }]);
  });

  it('takes an uncounted message between counted ones for a message', () => {
    expect(frame(['4 <1>a<34>plain\n4 <2>b']).messages).toEqual(['<1>a', '<34>plain', '<2>b']);
  });

  it('does as it is told when the framing is stated', () => {
    expect(frame(['4 <1>a\n'], { framing: 'newline' }).messages).toEqual(['4 <1>a']);
    expect(frame(['x\n4 <1>a'], { framing: 'octet-counting' })).toEqual({
      messages: ['<1>a'],
      oversize: [],
      broken: [{ bytes: 'x', reason: 'framing' }],
    });
  });

  it('finds counted messages however the stream is cut', () => {
    const messages = fc.array(
      binary.map((text) => `<13>${text}`),
      { minLength: 1, maxLength: 20 },
    );
    fc.assert(
      fc.property(messages, cuts, (sent, places) => {
        const found = frame(chopped(sent.map(counted).join(''), places));
        expect(found).toEqual({ messages: sent, oversize: [], broken: [] });
      }),
    );
  });

  it('finds lines however the stream is cut', () => {
    const line = binary.map((text) => `<13>${text.replace(/[\n\r]/g, '.').replaceAll('\0<', '\0.')}`);
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 20 }), cuts, (sent, places) => {
        const found = frame(chopped(sent.map((text) => `${text}\n`).join(''), places));
        expect(found).toEqual({ messages: sent, oversize: [], broken: [] });
      }),
    );
  });

  it('finds NUL-terminated messages however the stream is cut', () => {
    const message = binary.map((text) => `<13>${text.replace(/[\0\n\r]/g, '.')}`);
    fc.assert(
      fc.property(fc.array(message, { minLength: 2, maxLength: 20 }), cuts, (sent, places) => {
        const found = frame(chopped(sent.map((text) => `${text}\0`).join(''), places));
        expect(found).toEqual({ messages: sent, oversize: [], broken: [] });
      }),
    );
  });

  it('sees a NUL end a message that is too long to be kept, also when the stream is cut behind it', () => {
    const options = { maxMessageBytes: 50, oversizeBytes: 100 };
    const stream = `<1>${' '.repeat(150)}\0<2>b\0`;
    const expected = {
      messages: ['<2>b'],
      oversize: [{ prefix: stream.slice(0, 100), totalBytes: 153 }],
      broken: [],
    };
    for (let cut = 0; cut <= stream.length; cut++) {
      expect(frame(chopped(stream, [cut]), options), `cut at ${cut}`).toEqual(expected);
    }
  });

  it('finds the same in hostile bytes however they are cut, and loses none', () => {
    const piece = fc.oneof(
      binary,
      fc.constantFrom(
        '<1>',
        '\n',
        '\0',
        '\r\n',
        ' <',
        '3 <',
        '5 <1>',
        '17 <34>abc',
        '99999999999 <1>',
        '0 <',
        '4 <1>a',
      ),
      fc.string({ minLength: 100, maxLength: 200 }),
    );
    const framings = fc.constantFrom('auto' as const, 'octet-counting' as const, 'newline' as const);
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 30 }),
        cuts,
        framings,
        fc.boolean(),
        (pieces, places, framing, orderly) => {
          const stream = pieces.join('').replace(/[^\0-\xff]/g, '?');
          const options = { framing, maxMessageBytes: 50, oversizeBytes: 100 };
          const whole = frame([stream], options, orderly);
          expect(frame(chopped(stream, places), options, orderly)).toEqual(whole);
          const bytes =
            whole.messages.join('').length +
            whole.oversize.reduce((sum, { totalBytes }) => sum + totalBytes, 0) +
            whole.broken.reduce((sum, { bytes }) => sum + bytes.length, 0);
          expect(bytes).toBeLessThanOrEqual(stream.length);
        },
      ),
      { numRuns: Number(process.env['FUZZ_RUNS'] ?? 2000) },
    );
  });
});

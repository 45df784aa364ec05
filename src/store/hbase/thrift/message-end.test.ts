import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MessageEnd } from './message-end.ts';
import { ThriftProtocolError, type } from './protocol.ts';
import { ThriftReader } from './reader.ts';
import { ThriftWriter } from './writer.ts';

/** A message with every kind of value, a map and a list of each in it. */
function message(): Buffer {
  const writer = new ThriftWriter().call('getMultiple', 7);
  writer.binary(1, Buffer.from('table')).structs(2, 3);
  for (let row = 0; row < 3; row++) {
    writer.binary(1, Buffer.alloc(row * 10, row)).structs(2, 1);
    writer
      .binary(1, Buffer.from('t'))
      .i64(3, 2 ** 40)
      .stop();
    writer.i32(5, row).bool(11, true).struct(8).stop().stop();
  }
  const written = writer.take(false);
  // A map of i16 to lists of doubles, and a set of bytes, by hand.
  const map = [type.map, 0, 9, type.i16, type.list, 0, 0, 0, 2];
  const entry = (key: number) => [0, key, type.double, 0, 0, 0, 1, 1, 2, 3, 4, 5, 6, 7, 8];
  const set = [type.set, 0, 10, type.byte, 0, 0, 0, 3, 1, 2, 3];
  return Buffer.concat([written, Buffer.from([...map, ...entry(1), ...entry(2), ...set, type.stop])]);
}

/** Reads all of it, so that every length is believed or refused. */
function readAll(bytes: Buffer): void {
  const reader = new ThriftReader(bytes);
  reader.i32();
  reader.binary();
  reader.i32();
  while (reader.field()) reader.skip();
}

describe('the end of a message', () => {
  it('is found in whatever pieces it comes', () => {
    const bytes = message();
    readAll(bytes);
    for (let step = 1; step <= bytes.length; step++) {
      const end = new MessageEnd();
      let found = -1;
      for (let length = step; found < 0; length += step) {
        const there = Math.min(length, bytes.length);
        found = end.find(bytes.subarray(0, there));
        expect(found).toBe(there === bytes.length ? bytes.length : -1);
      }
    }
  });

  it('is found where the next message begins', () => {
    const bytes = message();
    expect(new MessageEnd().find(Buffer.concat([bytes, bytes]))).toBe(bytes.length);
  });

  it('is told, missed or refused for damaged bytes, without reading behind them', () => {
    const whole = message();
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 }),
        fc.nat(whole.length),
        (damage, cut) => {
          const bytes = Buffer.from(whole);
          for (const [at, value] of damage) bytes[at] = value;
          const end = new MessageEnd();
          let found: number;
          try {
            // In two pieces: what was kept from the first must hold for the second.
            found = end.find(bytes.subarray(0, cut));
            if (found < 0) found = end.find(bytes);
          } catch (error) {
            expect(error).toBeInstanceOf(ThriftProtocolError);
            return;
          }
          expect(found).toBeLessThanOrEqual(bytes.length);
          if (found < 0) return;
          try {
            readAll(bytes.subarray(0, found));
          } catch (error) {
            expect(error).toBeInstanceOf(ThriftProtocolError);
          }
        },
      ),
      { numRuns: 5_000 },
    );
  });

  it('is refused for structs without end, negative lengths and names as long as books', () => {
    const head = message().subarray(0, 23);
    const deep = Buffer.concat([head, Buffer.from(Array(500).fill([type.struct, 0, 1]).flat())]);
    expect(() => new MessageEnd().find(deep)).toThrow(ThriftProtocolError);
    const negative = Buffer.concat([head, Buffer.from([type.string, 0, 1, 255, 255, 255, 255])]);
    expect(() => new MessageEnd().find(negative)).toThrow(ThriftProtocolError);
    const name = Buffer.from([0x80, 1, 0, 2, 0x7f, 255, 255, 255]);
    expect(() => new MessageEnd().find(name)).toThrow(ThriftProtocolError);
    expect(() => new MessageEnd().find(Buffer.from('HTTP/1.1 400 Bad Request'))).toThrow(ThriftProtocolError);
  });
});

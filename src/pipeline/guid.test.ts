import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GuidSequence } from './guid.ts';

describe('ids of events', () => {
  it('are the same for the same place in the log, whenever they are asked for', () => {
    const first = new GuidSequence('log', 'squid', 1);
    const again = new GuidSequence('log', 'squid', 1);
    again.at(7, 3);
    expect(again.at(12, 0)).toBe(first.at(12, 0));
  });

  it('are UUIDs of version 8 and the RFC 9562 variant', () => {
    const sequence = new GuidSequence('log', 'squid', 0);
    fc.assert(
      fc.property(fc.nat(2 ** 31 - 1), fc.nat(2 ** 20), (high, low) => {
        expect(sequence.at(high * 2 ** 20 + low, low % 2 ** 20)).toMatch(
          /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/,
        );
      }),
    );
  });

  it('differ between offsets, positions, partitions, topics and logs, and sort in the order of the log', () => {
    const sequence = new GuidSequence('log', 'squid', 0);
    const offsets = [0, 1, 255, 2 ** 28 - 1, 2 ** 28, 2 ** 40, 2 ** 52 - 1];
    const ids = offsets.flatMap((offset) => [sequence.at(offset, 0), sequence.at(offset, 1)]);
    expect([...ids].sort()).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
    const others = [
      new GuidSequence('log', 'squid', 1),
      new GuidSequence('log', 'bro', 0),
      new GuidSequence('other', 'squid', 0),
    ];
    expect(new Set([sequence, ...others].map((one) => one.at(5, 0))).size).toBe(4);
  });
});

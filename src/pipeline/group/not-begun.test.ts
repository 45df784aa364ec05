import { expect, it } from 'vitest';
import { notBegun } from './not-begun.ts';

it('tells of partitions that are assigned for half a minute and not read, and of no others', () => {
  const since = new Map([
    [1, 29_000],
    [2, 31_000],
  ]);
  const subscription = {
    notBegun: (forMs: number) =>
      [...since].filter(([, ms]) => ms >= forMs).map(([partition]) => ({ topic: 'zeek', partition })),
  };
  expect(notBegun(subscription)).toMatch(/^1 partition\(s\) .* more than 30 s and not read, .*: zeek\/2$/);
  since.delete(2);
  expect(notBegun(subscription)).toBeNull();
  // A bus whose partitions begin at once.
  expect(notBegun({})).toBeNull();
  expect(notBegun(null)).toBeNull();
});

it('names a few of many', () => {
  const many = Array.from({ length: 64 }, (_, partition) => ({ topic: 'zeek', partition }));
  expect(notBegun({ notBegun: () => many })).toMatch(/^64 .*: zeek\/0, zeek\/1, zeek\/2, …$/);
});

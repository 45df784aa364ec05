import { expect, it } from 'vitest';
import type { RecordBatch } from '../../bus/index.ts';
import { cutBatch } from './cut-batch.ts';

const offsets = [10, 11, 12, 15, 16, 17, 18];
const batch: RecordBatch = {
  topic: 'a',
  partition: 0,
  baseOffset: 10,
  count: offsets.length,
  nextOffset: 20,
  offset: (index) => offsets[index]!,
  key: () => null,
  value: (index) => Buffer.from(String(offsets[index])),
  headers: () => ({}),
  timestamp: () => 0,
};
const shown = (pieces: readonly RecordBatch[]): string =>
  pieces
    .map(
      (one) => `${Array.from({ length: one.count }, (_, at) => one.value(at)).join(' ')}→${one.nextOffset}`,
    )
    .join(' | ');

it('works suspected records in small batches, and those behind them together', () => {
  const pieces = cutBatch(batch, {
    topic: 'a',
    partition: 0,
    careful: { until: 16, limit: 2 },
    poisoned: [],
  });
  expect(shown(pieces)).toBe('10 11→12 | 12 15→16 | 16 17 18→20');
});

it('lets a record stand alone that is to be set aside', () => {
  const pieces = cutBatch(batch, {
    topic: 'a',
    partition: 0,
    careful: null,
    poisoned: [{ offset: 15, reason: '' }],
  });
  expect(shown(pieces)).toBe('10 11 12→15 | 15→16 | 16 17 18→20');
});

it('leaves a batch whole in which nothing is suspected', () => {
  expect(cutBatch(batch, { topic: 'a', partition: 0, careful: null, poisoned: [] })).toEqual([batch]);
});

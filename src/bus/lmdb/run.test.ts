import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { LogRecord } from '../event-log.ts';
import { encodeRuns, RUN_BYTES, Run } from './run.ts';

const NOW = 1_700_000_000_000;
const record: fc.Arbitrary<LogRecord> = fc.record(
  {
    value: fc.uint8Array({ maxLength: 50 }),
    key: fc.option(fc.uint8Array({ maxLength: 10 })),
    headers: fc.dictionary(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), { maxKeys: 3 }),
    timestamp: fc.integer({ min: 0, max: 2 ** 50 }),
  },
  { requiredKeys: ['value'] },
);
const records = fc.array(record, { minLength: 1, maxLength: 20 });

it('decodes what it encoded, whatever the records are', () => {
  fc.assert(
    fc.property(records, (input) => {
      const [encoded] = encodeRuns(input, NOW);
      const run = new Run(encoded?.bytes ?? Buffer.of(), 7, () => 't/0');
      expect(run.count).toBe(input.length);
      for (const [i, { value, key, headers, timestamp }] of input.entries()) {
        expect(Buffer.compare(run.value(i), value)).toBe(0);
        expect(run.key(i) === null).toBe(!key);
        if (key) expect(Buffer.compare(run.key(i) ?? Buffer.of(), key)).toBe(0);
        expect(Object.entries(run.headers(i))).toEqual(
          Object.entries(JSON.parse(JSON.stringify(headers ?? {}))),
        );
        expect(run.timestamp(i)).toBe(timestamp ?? NOW);
      }
    }),
  );
});

it('notices any changed byte, and a run that was cut or grew', () => {
  fc.assert(
    fc.property(records, fc.nat(), fc.integer({ min: 1, max: 255 }), (input, at, change) => {
      const bytes = encodeRuns(input, NOW)[0]?.bytes ?? Buffer.of();
      const changed = Buffer.from(bytes);
      const index = at % changed.length;
      changed[index] = (changed[index] as number) ^ change;
      for (const bad of [changed, bytes.subarray(0, -1), Buffer.concat([bytes, Buffer.of(0)]), Buffer.of()]) {
        expect(() => new Run(bad, 7, () => 'events/3')).toThrow(
          expect.objectContaining({ code: 'SKP_BUS_CORRUPT' }),
        );
      }
    }),
  );
});

it('cuts a large batch into runs of bounded size, and gives a large record a run of its own', () => {
  const values = [100, RUN_BYTES * 2, 100, RUN_BYTES - 100, 101].map((length) => ({
    value: Buffer.alloc(length),
  }));
  expect(encodeRuns(values, NOW).map(({ count }) => count)).toEqual([1, 1, 2, 1]);
});

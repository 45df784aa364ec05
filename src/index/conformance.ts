/**
 * What every event index must do: `eventIndexConformance('name', factory)` runs the cases over an implementation. What only
 * one of them can promise (sealing, say) is tested beside it.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe } from 'vitest';
import { alertCases } from './conformance/alerts.ts';
import { countCases } from './conformance/counts.ts';
import { fieldCases } from './conformance/fields.ts';
import { queryCases } from './conformance/queries.ts';
import { resultCases } from './conformance/results.ts';
import { type IndexUnderTest, indexSuite } from './conformance/suite.ts';
import { writingCases } from './conformance/writing.ts';

export type { IndexUnderTest };

export function eventIndexConformance(name: string, factory: () => Promise<IndexUnderTest>): void {
  describe(`${name} as an event index`, () => {
    describe('new for each case', () => {
      const { suite, begin, end } = indexSuite(factory);
      beforeEach(begin);
      afterEach(end);
      writingCases(suite);
      fieldCases(suite);
      resultCases(suite);
      countCases(suite);
      alertCases(suite);
    });
    describe('of one kind of events', () => {
      const { suite, begin, end } = indexSuite(factory);
      beforeAll(begin);
      afterAll(end);
      queryCases(suite);
    });
  });
}

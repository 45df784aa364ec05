/** What every event log must do: `eventLogConformance('name', factory)` runs the cases over an implementation. */
import { afterEach, beforeEach, describe } from 'vitest';
import { batchCases } from './conformance/batches.ts';
import { groupCases } from './conformance/groups.ts';
import { lifetimeCases } from './conformance/lifetime.ts';
import { readingCases } from './conformance/reading.ts';
import { type EventLogUnderTest, eventLogSuite } from './conformance/suite.ts';
import { topicCases } from './conformance/topics.ts';

export function eventLogConformance(name: string, factory: () => Promise<EventLogUnderTest>): void {
  describe(`${name} as an event log`, () => {
    const { suite, begin, end } = eventLogSuite(factory);
    beforeEach(begin);
    afterEach(end);
    readingCases(suite);
    batchCases(suite);
    topicCases(suite);
    groupCases(suite);
    lifetimeCases(suite);
  });
}

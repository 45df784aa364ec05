/** What came of a batch, encoded: the events for the index, the records for other topics, the counts for metrics. */
import { type EncodedEvents, encodeEvents } from '../index/index.ts';
import type { Metrics } from '../metrics/index.ts';
import type { BatchOutcome, SensorMessages } from './batch-work.ts';
import { errorCopy, errorEvent, errorRecord, errorSensor, errorTopic } from './error-event.ts';
import type { OutboxRecord } from './outbox.ts';
import type { SensorPipelines } from './sensor-pipelines.ts';

export interface Packed {
  readonly events: readonly EncodedEvents[];
  /** Records for other topics: what failed, what was redirected. */
  readonly records: readonly OutboxRecord[];
}

export interface PackContext {
  /** Epoch milliseconds. */
  readonly now: number;
  readonly pipelines: SensorPipelines;
  /** See `encodeEvents`. */
  readonly memory?: (bytes: number) => ArrayBufferLike;
}

export interface BatchCounts {
  readonly sensor: string;
  readonly failed: number;
  readonly redirected: number;
  /** See `IndexBatch`. */
  readonly mayRepeat: boolean;
  readonly received: number;
  readonly bytes: number;
  readonly filtered: number;
  readonly empty: number;
  readonly ruleErrors: number;
  /** Events of which something was not looked up, since no server of the store answered. */
  readonly notEnriched: number;
}

export function pack(outcome: BatchOutcome, { now, pipelines, memory }: PackContext): Packed {
  const events: EncodedEvents[] = [];
  const records: OutboxRecord[] = [...outcome.forwarded];
  const add = (group: SensorMessages): void => {
    for (const { sensor, messages, asides } of alertsApart(group))
      events.push(encodeEvents(sensor, messages, asides ?? undefined, memory));
  };
  add(outcome);
  for (const group of outcome.chained) add(group);
  if (outcome.failed.length > 0) {
    const told = outcome.failed.map((failed) => errorEvent(failed, now));
    events.push(encodeEvents(errorSensor, told));
    for (const [index, failed] of outcome.failed.entries()) {
      const { offset, letter } = failed;
      records.push({ topic: errorTopic, offset, record: errorRecord(failed, now) });
      const copyTo = pipelines.get(letter.sensor)?.errorCopyTopic ?? null;
      const copy = copyTo === null ? null : errorCopy(failed, told[index]!, now);
      if (copyTo !== null && copy !== null) records.push({ topic: copyTo, offset, record: copy });
    }
  }
  return { events, records };
}

export function countsOf(outcome: BatchOutcome): BatchCounts {
  return {
    sensor: outcome.sensor,
    failed: outcome.failed.length,
    redirected: outcome.redirected,
    mayRepeat: outcome.mayRepeat,
    received: outcome.received,
    bytes: outcome.bytes,
    filtered: outcome.filtered,
    empty: outcome.empty,
    ruleErrors: outcome.ruleErrors,
    notEnriched: outcome.notEnriched,
  };
}

/** Into the metrics. `sent`: events by sensor. */
export function countBatch(
  metrics: Metrics,
  batch: BatchCounts & { readonly seconds: number },
  sent: readonly { readonly sensor: string; readonly count: number }[],
): void {
  const { sensor } = batch;
  const stage = ['stage', 'pipeline', sensor] as const;
  metrics.received(...stage, batch.received, batch.bytes);
  metrics.seconds('stage', 'pipeline', batch.seconds);
  if (batch.failed > 0) metrics.errors(...stage, batch.failed);
  if (batch.ruleErrors > 0) metrics.errors('stage', 'triage', sensor, batch.ruleErrors);
  if (batch.filtered > 0) metrics.dropped(...stage, 'filtered', batch.filtered);
  if (batch.empty > 0) metrics.dropped(...stage, 'no message', batch.empty);
  if (batch.notEnriched > 0) metrics.errors('stage', 'not enriched', sensor, batch.notEnriched);
  if (batch.redirected > 0) metrics.sent('stage', 'redirect', sensor, batch.redirected);
  for (const { sensor: one, count } of sent)
    if (one !== errorSensor) metrics.sent('stage', 'pipeline', one, count);
}

/**
 * Alerts by themselves: they lie in tables of their own, and fields that are null (which triage writes) keep an index from taking
 * lines as they are.
 */
function alertsApart(group: SensorMessages): readonly SensorMessages[] {
  const { sensor, messages, asides } = group;
  if (messages.length === 0) return [];
  const kinds = [false, true].map((alerts) => ({
    sensor,
    messages: messages.filter((message) => isAlert(message) === alerts),
    asides: asides?.filter((_, at) => isAlert(messages[at]!) === alerts) ?? null,
  }));
  return kinds.filter((kind) => kind.messages.length > 0);
}

function isAlert({ is_alert: flag }: { readonly is_alert?: unknown }): boolean {
  return flag === true || flag === 'true';
}

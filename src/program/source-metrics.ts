/** Brings the metrics up to date that are counted elsewhere: those of the listeners, and how far readers are behind the log. */
import type { EventLog } from '../bus/index.ts';
import type { EventIndex } from '../index/index.ts';
import type { ListenerStatus } from '../ingest/index.ts';
import type { Metrics } from '../metrics/index.ts';
import { errorTopic, type GroupTopology, replayedTopic } from '../pipeline/index.ts';

export interface MetricSources {
  readonly metrics: Metrics;
  readonly listeners: readonly ListenerStatus[];
  readonly log: EventLog;
  /** Null in a process without one. */
  readonly index: EventIndex | null;
  /** Consumer group of the workers, where the log is shared. */
  readonly group: string | null;
  readonly members: GroupTopology | null;
}

export async function refreshMetrics(sources: MetricSources): Promise<void> {
  const { metrics, listeners, log, index, group, members } = sources;
  for (const status of listeners) metrics.source(status.name, status.sensor, status.metrics);
  for (const one of members?.members ?? []) metrics.member(one);
  if (group !== null) {
    for (const [reader, of] of [
      ['work', group],
      ['index', `${group}-index`],
    ] as const)
      for (const { topic, partition, lag } of await log.lag(of)) metrics.lag(reader, topic, partition, lag);
    return;
  }
  const positions = new Map(
    ((await index?.positions()) ?? []).map((one) => [`${one.partition}/${one.topic}`, one.nextOffset]),
  );
  for (const topic of await log.topics()) {
    // Nobody has to read these.
    if (topic === errorTopic || topic === replayedTopic) continue;
    const { partitions } = await log.describe(topic);
    for (const { partition, endOffset, startOffset } of partitions) {
      const next = positions.get(`${partition}/${topic}`) ?? startOffset;
      metrics.lag('index', topic, partition, Math.max(0, endOffset - next));
    }
  }
}

/** Brings the metrics up to date that are counted elsewhere: those of the listeners, and how far the index is behind the log. */
import type { EventLog } from '../bus/index.ts';
import type { EventIndex } from '../index/index.ts';
import type { IngestService } from '../ingest/index.ts';
import type { Metrics } from '../metrics/index.ts';
import { errorTopic, replayedTopic } from '../pipeline/index.ts';

export async function refreshMetrics(
  metrics: Metrics,
  ingest: IngestService,
  log: EventLog,
  index: EventIndex,
): Promise<void> {
  for (const status of ingest.status()) metrics.source(status.name, status.sensor, status.metrics);
  const positions = new Map(
    (await index.positions()).map((one) => [`${one.partition}/${one.topic}`, one.nextOffset]),
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

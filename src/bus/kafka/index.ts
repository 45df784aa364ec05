import type { EventLog } from '../event-log.ts';
import type { KafkaSettings } from './settings.ts';

export type { Compression, KafkaSettings } from './settings.ts';

/** Opens the event log of a Kafka cluster. The client is loaded here and not before: one machine alone does without it. */
export async function openKafkaEventLog(settings: KafkaSettings): Promise<EventLog> {
  const { KafkaEventLog } = await import('./kafka-event-log.ts');
  return new KafkaEventLog(settings);
}

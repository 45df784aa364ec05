export { openKafkaEventLog } from './open.ts';
export type { Compression, KafkaSettings } from './settings.ts';

import { ConfigVersions } from '../config-versions/index.ts';
import type { ConfigEngine } from './engine.ts';
import type { KafkaConfigSection } from './kafka-config-schema.ts';

/** Versions of the configuration in a compacted topic of the bus. */
export const kafkaConfig: ConfigEngine = {
  shared: true,
  bus: 'kafka',
  schema: async () => (await import('./kafka-config-schema.ts')).kafkaConfigSchema,
  open: ({ topic = 'skopos-config' }: KafkaConfigSection, { log }) => new ConfigVersions(log, topic),
};

/** `config` of cluster.json with `"type": "kafka"`. The brokers are those of `bus`. */
import * as z from 'zod';

export const kafkaConfigSchema = z.strictObject({
  topic: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,200}$/, { error: 'a name of letters, digits, ".", "_" and "-"' })
    .exactOptional()
    .describe('Topic of the versions; <topic>-status holds what each process runs. Default skopos-config.'),
});

export type KafkaConfigSection = z.output<typeof kafkaConfigSchema>;

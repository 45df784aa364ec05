/** `bus` of cluster.json with `"type": "kafka"`. */
import * as z from 'zod';
import { secretSchema } from './secret-schema.ts';
import { tlsSchema } from './tls-schema.ts';

const milliseconds = z.int().min(100).max(3_600_000);

const sasl = z.discriminatedUnion('mechanism', [
  z.strictObject({
    mechanism: z.enum(['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512']),
    username: z.string().min(1),
    password: secretSchema,
  }),
  z.strictObject({
    mechanism: z.literal('OAUTHBEARER'),
    token: secretSchema.describe(
      'A file or variable is read again for each connection, so a token may be renewed there.',
    ),
  }),
]);

export const kafkaSchema = z.strictObject({
  brokers: z
    .array(z.string().regex(/^(\[[0-9A-Fa-f:.]+\]|[^\s:,]+):\d{1,5}$/, { error: 'host:port' }), {
      error: 'a list of host:port',
    })
    .min(1)
    .describe('host:port, one or more; the others are learnt from them.'),
  clientId: z.string().min(1).exactOptional().describe("Begin of the clients' names. Default skopos."),
  group: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,200}$/, { error: 'a name of letters, digits, ".", "_" and "-"' })
    .exactOptional()
    .describe('Consumer group of the workers, and begin of the names of others. Default skopos.'),
  tls: tlsSchema.exactOptional(),
  sasl: sasl.exactOptional(),
  compression: z.enum(['none', 'gzip', 'snappy', 'lz4', 'zstd']).exactOptional().describe('Default zstd.'),
  replication: z
    .int()
    .min(1)
    .max(32_767)
    .exactOptional()
    .describe("Copies of each partition of topics made here; absent: the brokers' default."),
  maxBatchBytes: z
    .int()
    .min(1024)
    .max(1024 * 1024 * 1024)
    .exactOptional()
    .describe('Largest batch that is appended or read; topics made here allow it. Default 32 MiB.'),
  retryForMs: milliseconds
    .exactOptional()
    .describe('How long requests are repeated while brokers fail over. Default 60,000.'),
  sessionTimeoutMs: milliseconds
    .exactOptional()
    .describe('A member that was not heard of for so long loses its partitions. Default 45,000.'),
  heartbeatIntervalMs: milliseconds.exactOptional().describe('Default 1,000.'),
});

export type KafkaSection = z.output<typeof kafkaSchema>;

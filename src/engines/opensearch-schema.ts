/** `index` of cluster.json with `"type": "opensearch"`. */
import * as z from 'zod';
import { secretSchema } from './secret-schema.ts';
import { tlsSchema } from './tls-schema.ts';

export const opensearchSchema = z.strictObject({
  nodes: z
    .array(z.url({ protocol: /^https?$/, error: 'http://host:port or https://host:port' }))
    .min(1)
    .describe('Addresses of the servers: OpenSearch from 2.19 on, Elasticsearch from 7.10 on.'),
  username: z.string().min(1).exactOptional(),
  password: secretSchema.exactOptional(),
  tls: tlsSchema
    .omit({ servername: true })
    .describe('For https. Absent: the authorities that Node knows.')
    .exactOptional(),
  dateFormat: z
    .string()
    .regex(/^(?=.*yyyy)(?:yyyy|MM|dd|HH|[.-])+$/, { error: 'yyyy, MM, dd, HH with . and - between them' })
    .exactOptional()
    .describe(
      "End of the indices' names: the time of writing, UTC. Default yyyy.MM.dd.HH, as Metron has it.",
    ),
  shards: z.int().min(1).max(100).exactOptional().describe('Of each index. Default 1.'),
  replicas: z.int().min(0).max(10).exactOptional().describe('Copies of each shard. Default 0.'),
  refreshInterval: z
    .string()
    .regex(/^\d+(?:ms|s|m)$|^-1$/, { error: 'a time such as 1s' })
    .exactOptional()
    .describe("How soon what was written is found; absent: the server's default."),
  maxFields: z
    .int()
    .min(50)
    .max(10_000)
    .exactOptional()
    .describe('Fields of a sensor with a mapping of their own. Default 1000.'),
  maxBulkBytes: z
    .int()
    .min(65_536)
    .max(100_000_000)
    .exactOptional()
    .describe('Largest bulk request. Default 16 MiB.'),
  maxConcurrency: z.int().min(1).max(32).exactOptional().describe('Most bulk requests at once. Default 4.'),
  retryForMs: z
    .int()
    .min(0)
    .max(3_600_000)
    .exactOptional()
    .describe('How long a write is repeated while the server does not take it. Default 30,000.'),
});

export type OpensearchSection = z.output<typeof opensearchSchema>;

/** `index` of cluster.json with `"type": "solr"`. */
import * as z from 'zod';
import { secretSchema } from './secret-schema.ts';
import { tlsSchema } from './tls-schema.ts';

export const solrSchema = z.strictObject({
  nodes: z
    .array(z.url({ protocol: /^https?$/, error: 'an address such as http://solr-1:8983/solr' }))
    .min(1)
    .describe(
      'Base addresses with their context, as http://solr-1:8983/solr. The next is asked when one does not answer.',
    ),
  username: z.string().min(1).exactOptional().describe('Basic authentication.'),
  password: secretSchema.exactOptional(),
  tls: tlsSchema.omit({ servername: true, passphrase: true }).exactOptional(),
  prefix: z
    .string()
    .regex(/^[A-Za-z0-9_][A-Za-z0-9_.]{0,100}$/, { error: 'letters, digits, "_" and "."' })
    .exactOptional()
    .describe('Begin of the names of collections. Default skopos_.'),
  configset: z.string().min(1).exactOptional().describe('That collections are made with. Default _default.'),
  shards: z.int().min(1).max(1000).exactOptional().describe('Of collections made here. Default 1.'),
  replicas: z.int().min(1).max(100).exactOptional().describe('Of each shard. Default 1.'),
  commitWithinMs: z
    .int()
    .min(10)
    .max(3_600_000)
    .exactOptional()
    .describe('Within how long searches see what was written. Default 1,000.'),
  maxBatchBytes: z
    .int()
    .min(64 * 1024)
    .max(256 * 1024 * 1024)
    .exactOptional()
    .describe('Largest update request. Default 8 MiB.'),
  retryForMs: z
    .int()
    .min(0)
    .max(3_600_000)
    .exactOptional()
    .describe('How long a write is repeated while Solr refuses or is away. Default 30,000.'),
  queryTimeoutMs: z.int().min(100).max(3_600_000).exactOptional().describe('Default 30,000.'),
});

export type SolrSection = z.output<typeof solrSchema>;

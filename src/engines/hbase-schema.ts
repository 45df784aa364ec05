/** `store` of cluster.json with `"type": "hbase"`. */
import * as z from 'zod';
import { tlsSchema } from './tls-schema.ts';

const milliseconds = z.int().min(50).max(3_600_000);
const seconds = z.number().min(0).max(86_400);

export const hbaseSchema = z.strictObject({
  servers: z
    .array(z.string().regex(/^(\[[0-9A-Fa-f:.]+\]|[^\s:,]+):\d{1,5}$/, { error: 'host:port' }), {
      error: 'a list of host:port',
    })
    .min(1)
    .describe(
      'host:port of Thrift2 servers (or REST servers). One is used at a time, the next when it fails.',
    ),
  gateway: z
    .enum(['thrift', 'rest'])
    .exactOptional()
    .describe('Which of its servers these are: Thrift2 (faster) or REST. Default thrift.'),
  tls: tlsSchema.exactOptional(),
  framed: z
    .boolean()
    .exactOptional()
    .describe(
      'Whether the Thrift server wants framed messages (hbase.regionserver.thrift.framed). Default false.',
    ),
  connections: z.int().min(1).max(64).exactOptional().describe('To the server, by each worker. Default 4.'),
  connectTimeoutMs: milliseconds.exactOptional().describe('Default 3,000.'),
  requestTimeoutMs: milliseconds.exactOptional().describe('Longest time of a call. Default 5,000.'),
  table: z
    .string()
    .regex(/^([A-Za-z0-9_]+:)?[A-Za-z0-9_][A-Za-z0-9_.-]{0,199}$/, { error: 'the name of a table of HBase' })
    .exactOptional()
    .describe('The table of what is not reference data: users, sessions. Made when absent. Default skopos.'),
  namespaces: z
    .array(z.string().regex(/^[A-Za-z0-9_]+$/))
    .exactOptional()
    .describe('Namespaces of tables of reference data, so that ns:table is not read as table:family.'),
  cacheSize: z
    .int()
    .min(100)
    .max(10_000_000)
    .exactOptional()
    .describe('Answers kept of each table, by each worker. Default 100,000.'),
  cacheSeconds: seconds.exactOptional().describe('How long a row that was found is kept. Default 600.'),
  negativeSeconds: seconds
    .min(0.1)
    .exactOptional()
    .describe('How long it is kept that a row is not there: of use for what others load. Default 30.'),
  versionMs: milliseconds
    .exactOptional()
    .describe(
      'How often it is asked whether Skopos wrote to a table, which ends what is kept of it. Default 250.',
    ),
  onStoreFailure: z
    .enum(['wait', 'mark'])
    .exactOptional()
    .describe(
      'While no server answers: events wait, or go on marked with the field not_enriched. Default wait.',
    ),
});

export type HBaseSection = z.output<typeof hbaseSchema>;

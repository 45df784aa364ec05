/** `config/indexing/<sensor>.json`: where a sensor's events are written, and how. */
import * as z from 'zod';

const common = {
  index: z.string().min(1).exactOptional().describe("Base name of the index; absent: the sensor's name."),
  batchSize: z.int().min(1).default(1).describe('Events that are written together.'),
  batchTimeout: z
    .int()
    .default(0)
    .describe('Seconds after which a batch that is not full is written; 0: the longest allowed.'),
  enabled: z.boolean().default(true).describe('false: events of this sensor are not written there.'),
};
const writer = z.strictObject(common);

export const sensorIndexingSchema = z
  .strictObject({
    $schema: z.string().exactOptional().describe('Address of this JSON Schema, for editors.'),
    elasticsearch: z
      .strictObject({
        ...common,
        fieldNameConverter: z
          .string()
          .default('DEDOT')
          .describe(
            'DEDOT writes `source:type` for `source.type`; NOOP keeps names. Elasticsearch and OpenSearch only.',
          ),
        setDocumentId: z.boolean().exactOptional().describe('Use `guid` as the id of the document.'),
      })
      .exactOptional()
      .describe('Elasticsearch or OpenSearch.'),
    solr: writer.exactOptional().describe('Apache Solr.'),
    hdfs: z
      .strictObject({
        ...common,
        outputPathFunction: z
          .string()
          .exactOptional()
          .describe('Stellar expression over the message that gives the sub-path.'),
      })
      .exactOptional()
      .describe('The archive of all events.'),
    duckdb: writer.exactOptional().describe('The built-in index.'),
  })
  .describe('Where the events of one sensor are written.');

type Written = z.output<typeof sensorIndexingSchema>;
type Writer = Readonly<z.output<typeof writer>>;

export interface SensorIndexingConfig {
  /** Null for a writer that the file does not speak of: its defaults hold, and it is enabled. */
  readonly elasticsearch: Readonly<NonNullable<Written['elasticsearch']>> | null;
  readonly solr: Writer | null;
  readonly hdfs: Readonly<NonNullable<Written['hdfs']>> | null;
  readonly duckdb: Writer | null;
}

export function normalIndexingConfig(written: Written): SensorIndexingConfig {
  return {
    elasticsearch: written.elasticsearch ?? null,
    solr: written.solr ?? null,
    hdfs: written.hdfs ?? null,
    duckdb: written.duckdb ?? null,
  };
}

/** `config/parsers/<sensor>.json`: how the records of a sensor become messages. */
import * as z from 'zod';

const text = z.string();
const map = z.record(z.string(), z.unknown());
const count = z.int().min(0);
const names = z.union([text, z.array(text)], { error: 'a name or a list of names' });

export const fieldTransformationSchema = z.strictObject({
  transformation: text
    .min(1)
    .describe(
      'STELLAR, REMOVE, SELECT, RENAME, IP_PROTOCOL, REGEX_SELECT, or the class name of one of them.',
    ),
  input: names.exactOptional().describe('Fields that it sees; absent: the whole message.'),
  output: names.exactOptional().describe('Fields that it writes; absent: those of `input`.'),
  config: map
    .exactOptional()
    .describe('STELLAR: field → expression, in order. RENAME: old → new. REGEX_SELECT: result → pattern.'),
});

const stormOnly = 'Storm setting of the reference system: accepted, without effect here.';

export const sensorParserSchema = z
  .strictObject({
    $schema: text.exactOptional().describe('Address of this JSON Schema, for editors.'),
    parserClassName: text
      .min(1)
      .describe("The parser: its short name (`asa`) or the reference system's class name."),
    filterClassName: text
      .exactOptional()
      .describe('STELLAR (`parserConfig.filter.query`), BRO, or DEFAULT for none.'),
    sensorTopic: text
      .exactOptional()
      .describe("Topic that is read; absent: the sensor's name. /…/ is a pattern."),
    outputTopic: text
      .exactOptional()
      .describe(
        'Topic that messages go to: they are parsed on by the sensor here that reads it, else go on as ever. `enrichments` when absent.',
      ),
    errorTopic: text
      .exactOptional()
      .describe(
        'Topic that gets a copy of failures, besides `errors`; absent: the global `parser.error.topic`.',
      ),
    writerClassName: text.exactOptional().describe(stormOnly),
    errorWriterClassName: text.exactOptional().describe(stormOnly),
    readMetadata: z
      .boolean()
      .exactOptional()
      .describe('Collect metadata of the record. Default: true with ENVELOPE, else false.'),
    mergeMetadata: z
      .boolean()
      .exactOptional()
      .describe('Copy metadata into the message. Default: true with ENVELOPE, else false.'),
    rawMessageStrategy: z
      .enum(['DEFAULT', 'ENVELOPE'])
      .default('DEFAULT')
      .describe('ENVELOPE: the record is a JSON map, and one member of it is the raw message.'),
    rawMessageStrategyConfig: z
      .looseObject({
        metadataPrefix: text
          .exactOptional()
          .describe('Stands before the names of metadata; `metron.metadata` when absent.'),
        messageField: text.exactOptional().describe('ENVELOPE: the member that holds the raw message.'),
      })
      .default({})
      .describe('Settings of the raw message strategy.'),
    parserConfig: map
      .default({})
      .describe('Settings of the parser; also variables of the Stellar transformations.'),
    fieldTransformations: z
      .array(fieldTransformationSchema)
      .default([])
      .describe('Applied in order to each message.'),
    cacheConfig: map
      .default({})
      .describe('`stellar.cache.maxSize` (entries) and `stellar.cache.maxTimeRetain` (minutes).'),
    spoutParallelism: count.exactOptional().describe(stormOnly),
    spoutNumTasks: count.exactOptional().describe(stormOnly),
    parserParallelism: count.exactOptional().describe(stormOnly),
    parserNumTasks: count.exactOptional().describe(stormOnly),
    errorWriterParallelism: count.exactOptional().describe(stormOnly),
    errorWriterNumTasks: count.exactOptional().describe(stormOnly),
    numWorkers: count.exactOptional().describe(stormOnly),
    numAckers: count.exactOptional().describe(stormOnly),
    spoutConfig: map.exactOptional().describe(stormOnly),
    securityProtocol: text
      .exactOptional()
      .describe('Security protocol of the Kafka brokers, such as SASL_PLAINTEXT.'),
    stormConfig: map.exactOptional().describe(stormOnly),
  })
  .describe('How the records of one sensor become messages.');

export type FieldTransformation = Readonly<z.output<typeof fieldTransformationSchema>>;

type Written = z.output<typeof sensorParserSchema>;

/** Defaults are filled in; `sensorTopic` and the metadata flags follow from the sensor and the strategy. */
export type SensorParserConfig = Readonly<
  Omit<Written, '$schema' | 'fieldTransformations'> & {
    readonly sensorTopic: string;
    readonly outputTopic: string;
    readonly readMetadata: boolean;
    readonly mergeMetadata: boolean;
    readonly fieldTransformations: readonly FieldTransformation[];
  }
>;

/** Keys that an importer may meet and that this system does not act on. */
export const stormOnlyKeys: readonly string[] = Object.entries(sensorParserSchema.shape)
  .filter(([, schema]) => schema.description === stormOnly)
  .map(([key]) => key);

export function normalParserConfig(sensor: string, written: Written): SensorParserConfig {
  const { $schema: _, ...config } = written;
  const envelope = config.rawMessageStrategy === 'ENVELOPE';
  return {
    ...config,
    sensorTopic: config.sensorTopic ?? sensor,
    outputTopic: config.outputTopic ?? 'enrichments',
    readMetadata: config.readMetadata ?? envelope,
    mergeMetadata: config.mergeMetadata ?? envelope,
    ...(config.securityProtocol === 'PLAINTEXTSASL' ? { securityProtocol: 'SASL_PLAINTEXT' } : {}),
  };
}

/** `config/global.json`: what holds for all sensors. Any other key is allowed too, and is a variable for Stellar. */
import * as z from 'zod';

const text = z.string();
const map = z.record(z.string(), z.unknown());
const count = z.int().min(0);
const names = z.union([text, z.array(text)], { error: 'a name or a list of names' });
const flag = z.union([z.boolean(), z.enum(['true', 'false'])], { error: 'true or false' });
const wholeNumber = z.union([z.int(), text.regex(/^-?\d+$/)], { error: 'a whole number' });

export const fieldValidationSchema = z.strictObject({
  validation: text
    .min(1)
    .describe('STELLAR, IP, DOMAIN, EMAIL, URL, DATE, INTEGER, REGEX_MATCH, NOT_EMPTY, or a class name.'),
  input: names.exactOptional().describe('Fields that are looked at; absent: all.'),
  config: map
    .exactOptional()
    .describe('STELLAR: `condition`; IP: `type`; DATE: `format`; REGEX_MATCH: `pattern`.'),
});

const knownHost = z.looseObject({ ip: text.min(1).describe('Address, compared as text.') });

export const globalSchema = z
  .looseObject({
    $schema: text.exactOptional().describe('Address of this JSON Schema, for editors.'),

    'parser.error.topic': text
      .min(1)
      .exactOptional()
      .describe('Topic of what failed; `indexing` when absent.'),
    fieldValidations: z
      .array(fieldValidationSchema)
      .exactOptional()
      .describe('Checks of every message of every sensor.'),
    'parser.groups': z
      .array(
        z.looseObject({
          name: text.describe('Name of the group.'),
          description: text.exactOptional().describe('What the group is.'),
          sensors: z.array(text).describe('Its sensors.'),
        }),
      )
      .exactOptional()
      .describe('Named groups of sensors.'),
    'source.type.field': text
      .min(1)
      .exactOptional()
      .describe('Field of the sensor in searches; `source.type` when absent.'),
    'threat.triage.score.field': text
      .min(1)
      .exactOptional()
      .describe('Field of the score in searches; `threat.triage.score` when absent.'),

    'geo.hdfs.file': text
      .min(1)
      .exactOptional()
      .describe(
        'MaxMind file for places (.mmdb, .mmdb.gz, .tar.gz); absent: the one that ships with the program.',
      ),
    'asn.hdfs.file': text
      .min(1)
      .exactOptional()
      .describe('MaxMind file for networks (AS numbers); absent: the one that ships with the program.'),
    'enrichment.host.known_hosts': z
      .array(knownHost)
      .exactOptional()
      .describe('Known hosts: a list of objects with `ip` and any other attributes.'),
    'enrichment.host.known_hosts_file': text
      .min(1)
      .exactOptional()
      .describe('File with more known hosts, a JSON list of the same form; relative to the config folder.'),

    bus: z
      .strictObject({
        partitions: z.int().min(1).max(1024).exactOptional().describe('Partitions of a new topic.'),
        retentionMs: count
          .exactOptional()
          .describe('Records older than this many milliseconds are removed; 0: never.'),
        retentionBytes: count
          .exactOptional()
          .describe('The oldest records of a topic are removed above this many bytes; 0: never.'),
      })
      .exactOptional()
      .describe('The bus of one machine.'),
    index: z
      .strictObject({
        retentionDays: z
          .number()
          .min(0)
          .exactOptional()
          .describe('Events older than this many days are removed; 0: never.'),
        retentionBytes: count
          .exactOptional()
          .describe('The oldest events are removed above this many bytes; 0: never.'),
        sealRows: z.int().min(1000).exactOptional().describe('Rows of a sealed Parquet segment.'),
        memoryLimit: text
          .regex(/^\d+(\.\d+)?\s*(KB|MB|GB|TB|KiB|MiB|GiB|TiB)$/, { error: 'a size such as "512MB"' })
          .exactOptional()
          .describe('Memory that the built-in index may take, such as "512MB".'),
      })
      .exactOptional()
      .describe('The built-in event index.'),
    pipeline: z
      .strictObject({
        workers: z
          .int()
          .min(1)
          .max(256)
          .exactOptional()
          .describe('Worker threads; absent: as the cores allow.'),
        hungSeconds: z
          .int()
          .min(3)
          .max(86_400)
          .exactOptional()
          .describe('A worker that is at one batch for so long is ended and started again; 30 when absent.'),
      })
      .exactOptional()
      .describe('The workers that parse, enrich and index.'),

    'es.clustername': text.exactOptional().describe('Elasticsearch: name of the cluster.'),
    'es.ip': z
      .union([text, z.array(text)], { error: 'an address or a list of addresses' })
      .exactOptional()
      .describe('Elasticsearch: addresses of its nodes.'),
    'es.port': z.union([z.int(), text], { error: 'a port' }).exactOptional().describe('Elasticsearch: port.'),
    'es.date.format': text.exactOptional().describe('Elasticsearch: date at the end of an index name.'),
    'es.client.settings': map.exactOptional().describe('Elasticsearch: settings of the client.'),
    'indexing.writer.elasticsearch.setDocumentId': flag
      .exactOptional()
      .describe('Elasticsearch: use `guid` as the id of documents.'),
    'solr.zookeeper': text.exactOptional().describe('Solr: ZooKeeper addresses.'),
    'solr.collection': text.exactOptional().describe('Solr: default collection.'),
    'solr.commitPerBatch': flag.exactOptional().describe('Solr: commit after each batch.'),
    'solr.commit.soft': flag.exactOptional().describe('Solr: soft commits.'),
    'solr.commit.waitSearcher': flag.exactOptional().describe('Solr: wait for the searcher.'),
    'solr.commit.waitFlush': flag.exactOptional().describe('Solr: wait for the flush.'),
    'solr.http.config': map.exactOptional().describe('Solr: settings of the HTTP client.'),
    'bootstrap.servers': text.exactOptional().describe('Kafka brokers.'),
    'enrichment.writer.batchSize': wholeNumber
      .exactOptional()
      .describe('Messages that enrichment writes together.'),
    'enrichment.writer.batchTimeout': wholeNumber
      .exactOptional()
      .describe('Seconds after which enrichment writes a batch.'),
    'enrichment.list.hbase.provider.impl': text
      .exactOptional()
      .describe('HBase: table provider of the list of enrichments.'),
    'enrichment.list.hbase.table': text.exactOptional().describe('HBase: table of the list of enrichments.'),
    'enrichment.list.hbase.cf': text
      .exactOptional()
      .describe('HBase: column family of the list of enrichments.'),
    'update.hbase.table': text.exactOptional().describe('HBase: table of updates.'),
    'update.hbase.cf': text.exactOptional().describe('HBase: column family of updates.'),
    'user.settings.hbase.table': text.exactOptional().describe("HBase: table of users' settings."),
    'user.settings.hbase.cf': text.exactOptional().describe("HBase: column family of users' settings."),
    'profiler.period.duration': wholeNumber.exactOptional().describe('Profiler: length of a period.'),
    'profiler.period.duration.units': text
      .exactOptional()
      .describe('Profiler: unit of that length, MINUTES for one.'),
    'profiler.client.period.duration': wholeNumber
      .exactOptional()
      .describe('Profile client: length of a period.'),
    'profiler.client.period.duration.units': text
      .exactOptional()
      .describe('Profile client: unit of that length.'),
    'profiler.writer.batchSize': wholeNumber
      .exactOptional()
      .describe('Profiler: measurements written together.'),
    'profiler.writer.batchTimeout': wholeNumber
      .exactOptional()
      .describe('Profiler: seconds after which a batch is written.'),
    'stellar.function.paths': text.exactOptional().describe('Where Stellar functions are found.'),
    'stellar.function.resolver.includes': text
      .exactOptional()
      .describe('Stellar functions that are taken in.'),
    'stellar.function.resolver.excludes': text
      .exactOptional()
      .describe('Stellar functions that are left out.'),
    'object.cache.size': wholeNumber.exactOptional().describe('OBJECT_GET: objects kept.'),
    'object.cache.expiration.minutes': wholeNumber
      .exactOptional()
      .describe('OBJECT_GET: minutes that an object is kept.'),
    'object.cache.expiration': wholeNumber
      .exactOptional()
      .describe('OBJECT_GET: time that an object is kept.'),
    'object.cache.time.unit': text.exactOptional().describe('OBJECT_GET: unit of that time.'),
    'object.cache.max.file.size': wholeNumber.exactOptional().describe('OBJECT_GET: largest file, bytes.'),
    'enrichment.object.get.settings': map
      .exactOptional()
      .describe('ENRICHMENT_OBJECT_GET: settings of its cache.'),
    'stellar.rest.allowed.hosts': names
      .exactOptional()
      .describe(
        'Hosts that REST_GET and REST_POST may ask: `api.example.com`, `*.example.com`, `host:8443`, `host:*`. None when absent.',
      ),
    'stellar.rest.allowed.addresses': names
      .exactOptional()
      .describe('Private networks that the allowed host names may lead to, such as `10.20.0.0/16`.'),
    'stellar.rest.settings': map.exactOptional().describe('REST_GET and REST_POST: settings of both.'),
    'stellar.rest.get.settings': map.exactOptional().describe('REST_GET: settings over those of both.'),
    'stellar.rest.post.settings': map.exactOptional().describe('REST_POST: settings over those of both.'),
    'performance.logging.percent.records': wholeNumber
      .exactOptional()
      .describe('Share of records with a performance log line.'),
    'stellar.kafka.max.wait.millis': wholeNumber
      .exactOptional()
      .describe('Kafka functions: longest wait, milliseconds.'),
    'stellar.kafka.poll.timeout': wholeNumber
      .exactOptional()
      .describe('Kafka functions: wait of one poll, milliseconds.'),
    'stellar.kafka.message.view': text.exactOptional().describe('Kafka functions: `simple` or `rich`.'),
  })
  .describe('What holds for all sensors. Keys that are not described here are variables for Stellar.');

/** A file named by `enrichment.host.known_hosts_file`. */
export const knownHostsSchema = z
  .array(knownHost)
  .describe('Known hosts: objects with `ip` and any other attributes.');

export type FieldValidation = Readonly<z.output<typeof fieldValidationSchema>>;
export type GlobalConfig = Readonly<z.output<typeof globalSchema>>;
/** A host of the known-hosts list: `ip`, and attributes that become `known_info.<attribute>`. */
export type KnownHost = Readonly<z.output<typeof knownHost>>;

/** Keys that have a meaning here. */
export const globalKeyNames: readonly string[] = Object.keys(globalSchema.shape);

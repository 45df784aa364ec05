/**
 * What functions may reach outside of the expression, one interface for each service. A place that evaluates expressions hands
 * in those that it offers; a rule on the stream gets neither files nor the shell, so it cannot reach them.
 */

/** One file or folder of a listing. */
export interface FileEntry {
  readonly name: string;
  readonly directory: boolean;
  /** Bytes. */
  readonly size: number;
  /** Epoch milliseconds. */
  readonly modified: number;
  /** As `ls -l` writes them, without the letter of the kind: `rwxr-x---`. */
  readonly permissions: string;
  readonly owner: string;
  readonly group: string;
}

/** Files by path. Every method rejects when it cannot do what it is asked. */
export interface FileSystem {
  list(path: string): Promise<readonly FileEntry[]>;
  read(path: string): Promise<string>;
  /** Replaces what was there. */
  write(path: string, text: string): Promise<void>;
  /** Nothing there is no error. */
  remove(path: string, recursive: boolean): Promise<void>;
}

export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  /** The settings of REST_GET and REST_POST that concern the connection, as they are named in the configuration. */
  readonly settings: Readonly<Record<string, unknown>>;
}

export interface HttpResponse {
  readonly status: number;
  /** Bytes that the response said it would have; null when it did not say. */
  readonly contentLength: number | null;
  readonly body: string;
  /** Length of the body in bytes. */
  readonly bytes: number;
}

export interface Http {
  /**
   * Rejects with `StellarError` for a request that is not allowed or whose address cannot be read, and with any other error for one
   * that failed on its way.
   */
  request(request: HttpRequest): Promise<HttpResponse>;
}

export interface BusPartition {
  readonly partition: number;
  readonly startOffset: number;
  readonly endOffset: number;
}

export interface BusRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** Epoch milliseconds. */
  readonly timestamp: number;
  readonly key: string | null;
  readonly value: string;
}

/** The topics of the bus, as KAFKA_* sees them. */
export interface Bus {
  /** Empty for a topic that does not exist. */
  partitions(topic: string): Promise<readonly BusPartition[]>;
  /** Up to `most` records at and after the offset; empty when there are none yet. */
  read(topic: string, partition: number, offset: number, most: number): Promise<readonly BusRecord[]>;
  append(topic: string, values: readonly string[]): Promise<readonly BusRecord[]>;
  /** Next offset of each partition that the group committed. */
  committed(group: string, topic: string): Promise<ReadonlyMap<number, number>>;
  commit(group: string, topic: string, positions: ReadonlyMap<number, number>): Promise<void>;
  /** Resolves when the topic may have grown, or after so many milliseconds. */
  grown(topic: string, milliseconds: number): Promise<void>;
  /** What KAFKA_PROPS shows besides the settings of the functions. */
  properties(): Readonly<Record<string, unknown>>;
}

export type ConfigurationKind = 'GLOBAL' | 'PROFILER' | 'PARSER' | 'ENRICHMENT' | 'INDEXING';

export interface Configuration {
  /** The text of a document as it stands; null when there is none. */
  read(kind: ConfigurationKind, sensor: string | null): Promise<string | null>;
  /** Checks and stores a document. Rejects with all that is wrong with it, and stores nothing then. */
  write(kind: ConfigurationKind, sensor: string | null, text: string): Promise<void>;
}

export interface SensorParser {
  /** What a record gives: messages, then one map for each error. */
  parse(text: string): readonly Readonly<Record<string, unknown>>[];
  /** The configuration as JSON text. */
  readonly configuration: string;
}

export interface Parsers {
  /** `configuration` is JSON text; null takes what is configured for the sensor. Rejects when it cannot be used. */
  open(sensor: string, configuration: string | null): Promise<SensorParser>;
}

export interface GrokPattern {
  /** The captures of a text, null when the pattern does not match it. */
  match(text: string): ReadonlyMap<string, unknown> | null;
}

export interface Grok {
  /** Throws for a pattern that cannot be read. */
  compile(pattern: string): GrokPattern;
  /** A pattern that matches the text, made of the named patterns that fit its parts. */
  predict(text: string): string;
}

export interface TriageScore {
  readonly score: number;
  readonly aggregator: string;
  readonly rules: readonly {
    readonly name: string | null;
    readonly comment: string | null;
    readonly rule: string;
    readonly score: string;
    readonly reason: string | null;
  }[];
}

export interface TriageEngine {
  /** `configuration` is an enrichment configuration as JSON text. */
  score(configuration: string, message: Readonly<Record<string, unknown>>): Promise<TriageScore>;
}

export interface ShellVariable {
  readonly name: string;
  readonly value: unknown;
  /** The expression that it was assigned from; null when it was not assigned in the shell. */
  readonly expression: string | null;
}

export interface ObjectStore {
  /** The object under a path; rejects when there is none or it is too large. Settings are asked for when it has to be read. */
  get(path: string, settings: () => Readonly<Record<string, unknown>>): Promise<unknown>;
}

export interface Models {
  endpoint(name: string, version: string | null): Promise<Readonly<Record<string, string>> | null>;
  apply(
    endpoint: Readonly<Record<string, unknown>>,
    procedure: string,
    args: Readonly<Record<string, unknown>>,
  ): Promise<unknown>;
}

/** A span of a profile's time: the n-th since 1970, each so many milliseconds long. */
export interface ProfilePeriod {
  readonly period: number;
  readonly durationMs: number;
}

export interface ProfileQuery {
  readonly profile: string;
  readonly entity: string;
  readonly periods: readonly ProfilePeriod[];
  readonly groups: readonly unknown[];
  readonly settings: Readonly<Record<string, unknown>>;
}

export interface ProfileMeasurement {
  readonly period: ProfilePeriod;
  readonly value: unknown;
}

export interface Profiles {
  /** The measurements that there are, in the order of the periods. */
  get(query: ProfileQuery): Promise<readonly ProfileMeasurement[]>;
}

export interface ProfileRunner {
  apply(messages: readonly Readonly<Record<string, unknown>>[]): Promise<void>;
  flush(): Promise<readonly Readonly<Record<string, unknown>>[]>;
}

export interface Profiler {
  start(configuration: string): Promise<ProfileRunner>;
}

/** The services by the names under which `Capabilities` carries them. */
export interface Services {
  readonly localFiles?: FileSystem;
  readonly platformFiles?: FileSystem;
  readonly http?: Http;
  readonly bus?: Bus;
  readonly configuration?: Configuration;
  readonly parsers?: Parsers;
  readonly grok?: Grok;
  readonly triage?: TriageEngine;
  /** A session of the shell. */
  readonly shell?: {
    variables(): Iterable<ShellVariable>;
    variable(name: string): ShellVariable | undefined;
  };
  /** Lets a person change a text. */
  readonly editor?: { edit(text: string): Promise<string> };
  readonly objects?: ObjectStore;
  readonly models?: Models;
  readonly profiles?: Profiles;
  readonly profiler?: Profiler;
}

/** Each capability in words, and where it is to be had: for errors and for the reference. */
export const capabilityNotes: Readonly<Record<string, { readonly what: string; readonly where: string }>> = {
  enrichmentStore: { what: 'reference data', where: 'on the stream and in the shell' },
  geo: { what: 'the database of places', where: 'on the stream and in the shell' },
  asn: { what: 'the database of networks', where: 'on the stream and in the shell' },
  system: { what: 'the environment of the process', where: 'in the shell' },
  globalConfig: { what: 'the global configuration', where: 'everywhere' },
  objects: { what: 'the objects in the configuration folder', where: 'on the stream and in the shell' },
  http: {
    what: 'HTTP',
    where: 'on the stream and in the shell, for the hosts that stellar.rest.allowed.hosts names',
  },
  grok: { what: 'the Grok engine', where: 'on the stream and in the shell' },
  localFiles: { what: 'the files of this machine', where: 'in the shell' },
  platformFiles: { what: 'the files of the data folder', where: 'in the shell' },
  bus: { what: 'the topics of the bus', where: 'in the shell' },
  configuration: { what: 'the configuration', where: 'in the shell' },
  parsers: { what: 'parsers', where: 'in the shell' },
  triage: { what: 'threat triage', where: 'in the shell' },
  shell: { what: 'the variables of a session', where: 'in the shell' },
  editor: { what: 'a terminal', where: 'in the shell' },
  models: { what: 'models', where: 'nowhere yet: no part of this program runs models' },
  profiles: { what: 'the profile store', where: 'nowhere yet: no part of this program keeps profiles' },
  profiler: { what: 'the profiler', where: 'nowhere yet: no part of this program keeps profiles' },
};

/** How to mend it that a capability is absent. */
export function capabilityHint(capability: string): string {
  const note = Object.hasOwn(capabilityNotes, capability) ? capabilityNotes[capability] : undefined;
  return note === undefined
    ? 'evaluate the expression where the service is configured'
    : `${note.what}: to be had ${note.where}`;
}

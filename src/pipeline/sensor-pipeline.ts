/**
 * The stages of one sensor, fused: records of the log in, enriched and scored messages out. Nothing is thrown: what cannot
 * go on is in `failed`, with its bytes. A message that is redirected to another sensor goes through that one's stages.
 */
import type { RecordBatch } from '../bus/index.ts';
import type { SensorConfig } from '../config/index.ts';
import {
  createStage,
  type EnrichmentServices,
  type SharedFragment,
  type Stage,
} from '../enrichments/index.ts';
import type { CharsetDecoder, ParserRunner } from '../parsers/index.ts';
import type { Capabilities, CompiledExpression } from '../stellar/index.ts';
import { createTriage, type Triage, type TriageError } from '../triage/index.ts';
import { type BatchOutcome, BatchWork, type Group } from './batch-work.ts';
import { Places } from './places.ts';
import type { Router } from './routing.ts';

export interface SensorPipelineOptions {
  readonly config: SensorConfig;
  readonly runner: ParserRunner;
  /** Makes the sensor's records text. */
  readonly decode: CharsetDecoder;
  /** Whether records' metadata (topic, key) is read. */
  readonly readMetadata: boolean;
  readonly services: EnrichmentServices;
  readonly capabilities: Capabilities;
  readonly compile: (source: string) => CompiledExpression;
  readonly clock: { now(): number };
  /** The topic that the sensor reads. */
  readonly topic: string;
  /** Says which messages go elsewhere; null: none does. */
  readonly router: Router | null;
  /** The topic that events of failures are copied to; null for none. */
  readonly errorCopyTopic: string | null;
  /** The pipelines of all sensors, which messages may be redirected to. */
  readonly pipelineOf: (sensor: string) => SensorPipeline | undefined;
  /** Tells one deployment's log from another's; see guid.ts. */
  readonly logId: string;
  /** Whether look-ups' output is kept beside the messages, for an encoder that knows of it. Default false. */
  readonly asides?: boolean;
  /** Whether Metron's timing fields are added. */
  readonly timing: boolean;
}

export class SensorPipeline {
  readonly sensor: string;
  readonly topic: string;
  readonly runner: ParserRunner;
  readonly router: Router | null;
  readonly errorCopyTopic: string | null;
  readonly readMetadata: boolean;
  readonly decode: (bytes: Buffer) => string;
  readonly #options: SensorPipelineOptions;
  readonly #enrichment: Stage;
  readonly #threatIntel: Stage;
  readonly #triage: Triage;
  readonly #places = new Map<string, Places>();
  readonly #keepsAside: boolean;

  constructor(options: SensorPipelineOptions) {
    const { config, compile, capabilities, services, clock } = options;
    const { enrichment, threatIntel, configuration } = config.enrichment;
    this.sensor = config.sensor;
    this.topic = options.topic;
    this.runner = options.runner;
    this.router = options.router;
    this.errorCopyTopic = options.errorCopyTopic;
    this.readMetadata = options.readMetadata;
    this.decode = options.decode;
    this.#options = options;
    const shared = {
      compile,
      capabilities,
      services,
      // Statements of both stages see the enrichment block's settings, as in Metron.
      scopes: [enrichment.config, configuration],
      ...(options.timing ? { timing: clock } : {}),
    };
    this.#enrichment = createStage({ ...shared, stage: 'enrichment', block: enrichment });
    this.#threatIntel = createStage({ ...shared, stage: 'threatIntel', block: threatIntel });
    this.#keepsAside =
      options.asides === true && this.#enrichment.mayStandAside && this.#threatIntel.mayStandAside;
    this.#triage = createTriage({
      config: threatIntel.triageConfig,
      scopes: [configuration, threatIntel.config],
      compile,
      capabilities,
    });
  }

  async process(batch: RecordBatch): Promise<BatchOutcome> {
    const work = new BatchWork(batch, this.#placesOf(batch), this, this.#options.pipelineOf);
    work.parse();
    for (const group of work.groups()) {
      if (group.messages.length > 0) await group.pipeline.#goOn(work, group);
    }
    work.asides = work.groups()[0]!.asides;
    return work;
  }

  /** The stages behind the parser. */
  async #goOn(work: BatchWork, group: Group): Promise<void> {
    const { messages } = group;
    const asides = this.#keepsAside ? messages.map((): SharedFragment[] => []) : undefined;
    if (asides !== undefined) group.asides = asides;
    const enriching = this.#enrichment.run(
      messages,
      work.taskFailed(group, 'enrichments_error', 'ENRICHMENT'),
      asides,
    );
    if (enriching !== undefined) await enriching;
    const looking = this.#threatIntel.run(
      messages,
      work.taskFailed(group, 'threatintel_error', 'THREAT_INTEL'),
      asides,
    );
    if (looking !== undefined) await looking;
    const count = ({ index, error }: TriageError): void => {
      if (!work.storeAway(group, index, 'triage', error)) work.ruleErrors++;
    };
    const scoring = this.#triage.run(messages, count, asides);
    if (scoring !== undefined) await scoring;
  }

  #placesOf({ topic: name, identity, partition }: RecordBatch): Places {
    const topic = identity ?? name;
    const key = `${partition}/${topic}`;
    let places = this.#places.get(key);
    if (places === undefined) {
      places = new Places(this.#options.logId, topic, partition);
      this.#places.set(key, places);
    }
    return places;
  }
}

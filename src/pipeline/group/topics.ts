/** The topics of a group of workers: made when absent, also when somebody deletes one later. */
import type { EventLog } from '../../bus/index.ts';
import type { Snapshot } from '../../config/index.ts';
import { SkoposError } from '../../errors.ts';
import { errorTopic, replayedTopic } from '../error-event.ts';
import { forwardTopics } from '../routing.ts';
import { indexingTopic } from './output.ts';
import { readersOf } from './readers.ts';

export interface GroupTopics {
  /** Of topics that are made for sensors, and of `indexing`. */
  readonly partitions: number;
  readonly retention: { readonly retentionMs?: number; readonly retentionBytes?: number };
}

export interface TopicListeners {
  readonly onRefused: (sensor: string, message: string, hint: string | null) => void;
  /** Topics that had been there and were gone. */
  readonly onMade: (topics: readonly string[]) => void;
}

export interface KeptTopics {
  /** Makes the topics that a configuration needs. */
  configure(snapshot: Snapshot): Promise<void>;
  stop(): Promise<void>;
}

const lookEveryMs = 3_000;

export function keepTopics(
  log: EventLog,
  { partitions, retention }: GroupTopics,
  { onRefused, onMade }: TopicListeners,
): KeptTopics {
  /** By topic: the sensor that is told about it, partitions. */
  let wanted = new Map<string, { readonly sensor: string; readonly partitions: number }>();
  let looking: Promise<void> = Promise.resolve();

  async function ensure(topics: ReadonlySet<string>): Promise<string[]> {
    const made: string[] = [];
    for (const [topic, { sensor, partitions: count }] of wanted) {
      // Who made a topic chose its retention: feeds of other programs stay as they are.
      if (topics.has(topic)) continue;
      try {
        await log.ensureTopic(topic, { partitions: count, ...retention });
        made.push(topic);
      } catch (error) {
        const hint = error instanceof SkoposError ? (error.hint ?? null) : null;
        onRefused(sensor, `the topic ${topic} cannot be made: ${(error as Error).message}`, hint);
      }
    }
    return made;
  }

  async function look(): Promise<void> {
    try {
      const made = await ensure(new Set(await log.topics()));
      if (made.length > 0) onMade(made);
    } catch {
      // Brokers that do not answer: the readers tell of it.
    }
  }

  const timer = setInterval(() => {
    looking = looking.then(look);
  }, lookEveryMs).unref();

  return {
    async configure(snapshot) {
      wanted = new Map();
      for (const [topic, sensor] of readersOf(snapshot)) wanted.set(topic, { sensor, partitions });
      for (const topic of forwardTopics(snapshot)) wanted.set(topic, { sensor: topic, partitions });
      for (const topic of [errorTopic, replayedTopic]) wanted.set(topic, { sensor: topic, partitions: 1 });
      wanted.set(indexingTopic, { sensor: indexingTopic, partitions });
      await ensure(new Set(await log.topics()));
    },
    async stop() {
      clearInterval(timer);
      await looking;
    },
  };
}

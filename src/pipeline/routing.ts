/**
 * Which topic the messages of a sensor go to (Metron's `kafka.topicField`, `kafka.topic`, `outputTopic`), and what that means
 * in one process: a topic that a sensor here reads is that sensor, without a topic in between unless told otherwise.
 */
import type { SensorParserConfig, Snapshot } from '../config/index.ts';
import { SkoposError } from '../errors.ts';
import type { Message } from '../parsers/index.ts';
import { errorTopic } from './error-event.ts';
import type { Redirect } from './outcome.ts';

/** Null: the message goes on where it is. */
export type Router = (message: Message) => Redirect | null;

/** Metron's topics behind parsing: what goes there simply goes on. */
const onward = new Set(['enrichments', 'indexing']);
/** What the bus takes as a topic's name. */
const topicName = /^[A-Za-z0-9._-]{1,249}$/;

/**
 * The router of a sensor; null when its messages never go elsewhere. Keys of `parserConfig`:
 *
 * - `kafka.topicField`: the field that names the topic. A message without it goes on as the sensor's own.
 * - `kafka.topic`, else the sensor's `outputTopic`: one topic for all, where a sensor here reads it or `redirect.topics` names it.
 * - `redirect.topics`: topics that messages may go to although no sensor here reads them. Made when absent.
 * - `redirect.through`: `process` (default) or `topic`: whether a sensor of this program is reached through its topic.
 *
 * Throws `SkoposError` (`SKP_PIPELINE_ROUTE`) for values that cannot be meant.
 */
export function createRouter(snapshot: Snapshot, sensor: string): Router | null {
  const config = snapshot.parsers.get(sensor);
  if (config === undefined) return null;
  const targets = targetsOf(snapshot, sensor, config);
  const field = config.parserConfig['kafka.topicField'];
  if (typeof field === 'string' && field !== '') {
    return (message) => {
      if (!Object.hasOwn(message, field)) return null;
      const named = message[field];
      if (named === null || named === undefined || named === '') return null;
      const topic = typeof named === 'string' ? named : (JSON.stringify(named) ?? String(named));
      return targets.get(topic) ?? (onward.has(topic) ? null : { kind: 'unknown', topic });
    };
  }
  const constant = config.parserConfig['kafka.topic'] ?? config.outputTopic;
  const target = targets.get(String(constant));
  return target === undefined ? null : () => target;
}

/** Topics without a reader here that sensors may write to: the program makes them. */
export function forwardTopics(snapshot: Snapshot): readonly string[] {
  const topics = new Set<string>();
  for (const config of snapshot.parsers.values()) {
    for (const topic of furtherTopics(config) ?? []) topics.add(topic);
    const errors = namedErrorTopic(snapshot, config);
    if (errors !== null && topicName.test(errors)) topics.add(errors);
  }
  return [...topics];
}

/**
 * The topic that a sensor's error events are copied to besides the error topic and index: its `errorTopic`, else the global
 * `parser.error.topic`; null for the reference's default (`indexing`), which the error index stands for. Throws
 * `SKP_PIPELINE_ROUTE` when it cannot be the name of a topic.
 */
export function errorCopyTopic(snapshot: Snapshot, sensor: string): string | null {
  const config = snapshot.parsers.get(sensor);
  const topic = config === undefined ? null : namedErrorTopic(snapshot, config);
  if (topic === null || topicName.test(topic)) return topic;
  throw new SkoposError(
    'SKP_PIPELINE_ROUTE',
    `Failures of ${sensor} cannot go to the topic ${JSON.stringify(topic.slice(0, 80))} (errorTopic, else parser.error.topic)`,
    { hint: 'Use 1 to 249 letters, digits, dots, underscores and hyphens.' },
  );
}

function namedErrorTopic(snapshot: Snapshot, config: SensorParserConfig): string | null {
  const topic = config.errorTopic ?? snapshot.global['parser.error.topic'] ?? 'indexing';
  return topic === '' || topic === 'indexing' || topic === errorTopic ? null : topic;
}

function targetsOf(snapshot: Snapshot, sensor: string, config: SensorParserConfig): Map<string, Redirect> {
  const through = config.parserConfig['redirect.through'] ?? 'process';
  if (through !== 'process' && through !== 'topic') {
    throw new SkoposError(
      'SKP_PIPELINE_ROUTE',
      `parserConfig of ${sensor}: redirect.through is ${JSON.stringify(through)}`,
      { hint: 'It is "process" or "topic".' },
    );
  }
  const further = furtherTopics(config);
  if (further === null) {
    throw new SkoposError(
      'SKP_PIPELINE_ROUTE',
      `parserConfig of ${sensor}: redirect.topics is ${JSON.stringify(config.parserConfig['redirect.topics'])?.slice(0, 200)}`,
      {
        hint: `It is a list of topic names (letters, digits, dots, underscores, hyphens), ${errorTopic} not among them.`,
      },
    );
  }
  const targets = new Map<string, Redirect>();
  for (const topic of further) targets.set(topic, { kind: 'topic', topic });
  const read = new Set<string>();
  for (const [name, { sensorTopic: topic }] of snapshot.parsers) {
    if (read.has(topic) || !topicName.test(topic)) continue;
    read.add(topic);
    targets.set(topic, through === 'topic' ? { kind: 'topic', topic } : { kind: 'sensor', sensor: name });
  }
  return targets;
}

/** Null when what is written there is no list of topics. */
function furtherTopics(config: SensorParserConfig): readonly string[] | null {
  const written = config.parserConfig['redirect.topics'] ?? [];
  if (!Array.isArray(written)) return null;
  const isTopic = (one: unknown): one is string =>
    typeof one === 'string' && topicName.test(one) && one !== errorTopic;
  return written.every(isTopic) ? written : null;
}

import type { Bus, BusRecord } from '../capabilities.ts';
import { toInteger } from '../convert.ts';
import { argumentError, typeError } from '../errors.ts';
import type { Capabilities } from '../expression.ts';
import { describe, isMap, long, mapEntries, textOf } from '../values.ts';
import { absent, needed, stringArgument } from './arguments.ts';

/** How the functions of the bus read topics, and the settings that they go by. */

export const group = 'kafka-functions-stellar';
export const mostMessages = 100_000;

export interface Settings {
  readonly maxWaitMs: number;
  readonly pollMs: number;
  readonly rich: boolean;
  /** Where a partition is begun that the group has not read. */
  readonly reset: 'earliest' | 'latest';
  readonly group: string;
}

const own: Readonly<Record<string, unknown>> = {
  'stellar.kafka.max.wait.millis': 5000,
  'stellar.kafka.poll.timeout': 500,
  'stellar.kafka.message.view': 'simple',
  'auto.offset.reset': 'latest',
  'group.id': group,
};

export function propertiesOf(
  name: string,
  capabilities: Capabilities,
  config: unknown,
): Map<string, unknown> {
  const properties = new Map<string, unknown>(Object.entries(own));
  const global = capabilities.globalConfig?.() ?? {};
  for (const key of properties.keys())
    if (Object.hasOwn(global, key) && !absent(global[key])) properties.set(key, global[key]);
  if (absent(config)) return properties;
  if (!isMap(config)) throw typeError(`${name} needs a map as 'config', not ${describe(config)}`);
  for (const [key, value] of mapEntries(config)) properties.set(textOf(key), value);
  return properties;
}

export function settingsOf(name: string, capabilities: Capabilities, config: unknown): Settings {
  const properties = propertiesOf(name, capabilities, config);
  const milliseconds = (key: string): number => {
    const value = toInteger(properties.get(key));
    if (value === null || value < 0)
      throw argumentError(`${name} needs a number of milliseconds as '${key}'`);
    return value;
  };
  return {
    maxWaitMs: Math.min(milliseconds('stellar.kafka.max.wait.millis'), 10 * 60_000),
    pollMs: Math.max(1, milliseconds('stellar.kafka.poll.timeout')),
    rich: properties.get('stellar.kafka.message.view') === 'rich',
    reset: properties.get('auto.offset.reset') === 'earliest' ? 'earliest' : 'latest',
    group: textOf(properties.get('group.id')),
  };
}

export function view({ rich }: Settings, record: BusRecord): unknown {
  if (!rich) return record.value;
  return new Map<string, unknown>([
    ['value', record.value],
    ['topic', record.topic],
    ['partition', record.partition],
    ['offset', long(record.offset)],
    ['timestamp', long(record.timestamp)],
    ['key', record.key],
  ]);
}

interface Reading {
  readonly bus: Bus;
  readonly topic: string;
  readonly settings: Settings;
  /** Next offset by partition; moves on as records are taken. */
  readonly positions: Map<number, number>;
}

export async function open(
  name: string,
  capabilities: Capabilities,
  topicArgument: unknown,
  config: unknown,
  start: (settings: Settings, bus: Bus, topic: string) => Promise<ReadonlyMap<number, number>>,
): Promise<Reading> {
  const bus = needed(name, capabilities, 'bus');
  const topic = stringArgument(name, 'topic', topicArgument);
  const settings = settingsOf(name, capabilities, config);
  const partitions = await bus.partitions(topic);
  if (partitions.length === 0)
    throw argumentError(`${name}: there is no topic ${JSON.stringify(topic.slice(0, 80))}`);
  const known = await start(settings, bus, topic);
  const positions = new Map(
    partitions.map(({ partition, startOffset, endOffset }) => [
      partition,
      known.get(partition) ?? (settings.reset === 'earliest' ? startOffset : endOffset),
    ]),
  );
  return { bus, topic, settings, positions };
}

/** How many records a search reads at a time. */
const searchedAtOnce = 1000;

/** Reads on until there are `wanted` records (that are accepted) or the time is over. */
export async function take(
  { bus, topic, settings, positions }: Reading,
  wanted: number,
  accept?: (record: BusRecord) => Promise<boolean>,
): Promise<BusRecord[]> {
  const taken: BusRecord[] = [];
  // A duration, not a time of day: the clock of a replay stands still.
  const deadline = performance.now() + settings.maxWaitMs;
  for (;;) {
    let read = false;
    for (const [partition, offset] of positions) {
      const most = accept === undefined ? wanted - taken.length : searchedAtOnce;
      for (const record of await bus.read(topic, partition, offset, most)) {
        read = true;
        positions.set(partition, record.offset + 1);
        if (accept === undefined || (await accept(record))) taken.push(record);
        if (taken.length >= wanted) return taken;
      }
    }
    const left = deadline - performance.now();
    if (left <= 0) return taken;
    if (!read) await bus.grown(topic, Math.min(left, settings.pollMs));
  }
}

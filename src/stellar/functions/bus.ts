import type { Bus, BusRecord } from '../capabilities.ts';
import { toInteger, toLong } from '../convert.ts';
import { argumentError, typeError } from '../errors.ts';
import type { Capabilities, StellarFunction } from '../expression.ts';
import { describe, isMap, Lambda, long, mapEntries, textOf } from '../values.ts';
import { absent, elements, needed, stringArgument } from './arguments.ts';
import { optional, parameter } from './define.ts';
import { tryParseJson } from './json.ts';

/**
 * The topics of the bus, under the names that they have in the reference (whose bus is Kafka). Settings come from the global
 * configuration and the call, the latter first.
 */

const many = Number.POSITIVE_INFINITY;
const group = 'kafka-functions-stellar';
const mostMessages = 100_000;

interface Settings {
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

function propertiesOf(name: string, capabilities: Capabilities, config: unknown): Map<string, unknown> {
  const properties = new Map<string, unknown>(Object.entries(own));
  const global = capabilities.globalConfig?.() ?? {};
  for (const key of properties.keys())
    if (Object.hasOwn(global, key) && !absent(global[key])) properties.set(key, global[key]);
  if (absent(config)) return properties;
  if (!isMap(config)) throw typeError(`${name} needs a map as 'config', not ${describe(config)}`);
  for (const [key, value] of mapEntries(config)) properties.set(textOf(key), value);
  return properties;
}

function settingsOf(name: string, capabilities: Capabilities, config: unknown): Settings {
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

function view({ rich }: Settings, record: BusRecord): unknown {
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

async function open(
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

/** Reads on until `wanted` records were accepted or the time is over. */
async function take(
  { bus, topic, settings, positions }: Reading,
  wanted: number,
  accept: (record: BusRecord) => boolean | Promise<boolean>,
): Promise<BusRecord[]> {
  const taken: BusRecord[] = [];
  // A duration, not a time of day: the clock of a replay stands still.
  const deadline = performance.now() + settings.maxWaitMs;
  for (;;) {
    let read = false;
    for (const [partition, offset] of positions) {
      for (const record of await bus.read(topic, partition, offset, wanted - taken.length)) {
        read = true;
        positions.set(partition, record.offset + 1);
        if (await accept(record)) taken.push(record);
        if (taken.length >= wanted) return taken;
      }
    }
    const left = deadline - performance.now();
    if (left <= 0) return taken;
    if (!read) await bus.grown(topic, Math.min(left, settings.pollMs));
  }
}

function countArgument(name: string, count: unknown): number {
  if (absent(count)) return 1;
  const number = toInteger(count);
  if (number === null || number < 1 || number > mostMessages)
    throw argumentError(
      `${name} needs a number from 1 to ${mostMessages} as 'count', not ${describe(count)}`,
    );
  return number;
}

const topicParameter = parameter('topic', 'string', 'The topic');
const countParameter = optional('count', 'integer', 'How many at most; 1 when absent');
const configParameter = optional(
  'config',
  'map',
  'Settings over the global ones: stellar.kafka.max.wait.millis (5000), stellar.kafka.message.view (simple or rich), auto.offset.reset (latest or earliest), group.id',
);
const common = { category: 'bus', pure: false, capability: 'bus', async: true } as const;
const messages = {
  type: 'list',
  description:
    'The texts of the messages; in the rich view maps of value, topic, partition, offset, timestamp and key',
} as const;

const kafkaGet: StellarFunction = {
  ...common,
  name: 'KAFKA_GET',
  description: `The next messages of a topic: each call goes on where the last one ended (group ${group}).`,
  parameters: [topicParameter, countParameter, configParameter],
  returns: messages,
  examples: [{ expression: "KAFKA_GET('events', 1, {'stellar.kafka.max.wait.millis': 0})", result: [] }],
  arity: [1, many],
  call: async (capabilities, topic, count, config) => {
    const wanted = countArgument('KAFKA_GET', count);
    const reading = await open('KAFKA_GET', capabilities, topic, config, (settings, bus, name) =>
      bus.committed(settings.group, name),
    );
    const taken = await take(reading, wanted, () => true);
    await reading.bus.commit(reading.settings.group, reading.topic, reading.positions);
    return taken.map((record) => view(reading.settings, record));
  },
};

/** Where the partitions end. */
async function ends(_: Settings, bus: Bus, topic: string): Promise<ReadonlyMap<number, number>> {
  return new Map((await bus.partitions(topic)).map(({ partition, endOffset }) => [partition, endOffset]));
}

const kafkaTail: StellarFunction = {
  ...common,
  name: 'KAFKA_TAIL',
  description: 'Messages that come into a topic from now on.',
  parameters: [topicParameter, countParameter, configParameter],
  returns: messages,
  examples: [{ expression: "KAFKA_TAIL('events', 1, {'stellar.kafka.max.wait.millis': 0})", result: [] }],
  arity: [1, many],
  call: async (capabilities, topic, count, config) => {
    const wanted = countArgument('KAFKA_TAIL', count);
    const reading = await open('KAFKA_TAIL', capabilities, topic, config, ends);
    const taken = await take(reading, wanted, () => true);
    return taken.map((record) => view(reading.settings, record));
  },
};

const kafkaFind: StellarFunction = {
  ...common,
  name: 'KAFKA_FIND',
  description: 'Messages that come into a topic from now on and for which a lambda gives true.',
  parameters: [
    topicParameter,
    parameter('filter', 'lambda', 'Takes a message as a map; what is no JSON object is passed over'),
    countParameter,
    configParameter,
  ],
  returns: messages,
  examples: [
    {
      expression:
        "KAFKA_FIND('events', m -> MAP_GET('port', m) == 22, 1, {'stellar.kafka.max.wait.millis': 0})",
      result: [],
    },
  ],
  arity: [2, many],
  call: find,
  callAsync: find,
};

async function find(
  capabilities: Capabilities,
  topic: unknown,
  filter: unknown,
  count: unknown,
  config: unknown,
): Promise<unknown> {
  if (!(filter instanceof Lambda))
    throw typeError(`KAFKA_FIND needs a lambda as 'filter', not ${describe(filter)}`, 'write m -> …');
  const wanted = countArgument('KAFKA_FIND', count);
  const reading = await open('KAFKA_FIND', capabilities, topic, config, ends);
  const taken = await take(reading, wanted, async (record) => {
    const message = tryParseJson(record.value);
    return isMap(message) && (await filter.apply(message)) === true;
  });
  return taken.map((record) => view(reading.settings, record));
}

const kafkaSeek: StellarFunction = {
  ...common,
  name: 'KAFKA_SEEK',
  description: 'The message at one place of a topic.',
  parameters: [
    topicParameter,
    parameter('partition', 'integer', 'The partition'),
    parameter('offset', 'long', 'The offset'),
    configParameter,
  ],
  returns: { type: 'any', description: 'The message, null when there is none at that place' },
  examples: [{ expression: "KAFKA_SEEK('events', 0, 4711)", result: null }],
  arity: [3, many],
  call: async (capabilities, topicArgument, partition, offset, config) => {
    const bus = needed('KAFKA_SEEK', capabilities, 'bus');
    const topic = stringArgument('KAFKA_SEEK', 'topic', topicArgument);
    const settings = settingsOf('KAFKA_SEEK', capabilities, config);
    const number = toInteger(partition);
    const place = toLong(offset);
    if (number === null || place === null)
      throw typeError("KAFKA_SEEK needs whole numbers as 'partition' and 'offset'");
    const partitions = await bus.partitions(topic);
    if (!partitions.some((one) => one.partition === number))
      throw argumentError(
        `KAFKA_SEEK: the topic ${JSON.stringify(topic.slice(0, 80))} has no partition ${number}`,
      );
    const [record] = await bus.read(topic, number, Number(place), 1);
    return record === undefined || BigInt(record.offset) !== place ? null : view(settings, record);
  },
};

const kafkaPut: StellarFunction = {
  ...common,
  name: 'KAFKA_PUT',
  description: 'Appends messages to a topic.',
  parameters: [topicParameter, parameter('messages', 'string', 'A text or a list of them'), configParameter],
  returns: {
    type: 'any',
    description: 'How many were written; in the rich view maps of topic, partition, offset and timestamp',
  },
  examples: [{ expression: "KAFKA_PUT('events', ['one', 'two'])", result: 2 }],
  arity: [2, many],
  call: async (capabilities, topicArgument, values, config) => {
    const bus = needed('KAFKA_PUT', capabilities, 'bus');
    const topic = stringArgument('KAFKA_PUT', 'topic', topicArgument);
    const settings = settingsOf('KAFKA_PUT', capabilities, config);
    const texts = Array.from(absent(values) ? [] : (elements(values) ?? [values]), (one) =>
      stringArgument('KAFKA_PUT', 'messages', one),
    );
    if (texts.length > mostMessages)
      throw argumentError(`KAFKA_PUT takes up to ${mostMessages} messages at once`);
    const written = texts.length === 0 ? [] : await bus.append(topic, texts);
    if (!settings.rich) return written.length;
    return written.map(
      (record) =>
        new Map<string, unknown>([
          ['topic', record.topic],
          ['partition', record.partition],
          ['offset', long(record.offset)],
          ['timestamp', long(record.timestamp)],
        ]),
    );
  },
};

const kafkaProps: StellarFunction = {
  ...common,
  name: 'KAFKA_PROPS',
  async: false,
  description: 'The settings that hold for the functions of the bus.',
  parameters: [configParameter],
  returns: { type: 'map', description: 'Name to value' },
  examples: [{ expression: "MAP_GET('group.id', KAFKA_PROPS({'group.id': 'mine'}))", result: 'mine' }],
  call: (capabilities, config) => {
    const bus = needed('KAFKA_PROPS', capabilities, 'bus');
    return new Map<string, unknown>([
      ...Object.entries(bus.properties()),
      ...propertiesOf('KAFKA_PROPS', capabilities, config),
    ]);
  },
};

export const busFunctions: readonly StellarFunction[] = [
  kafkaGet,
  kafkaTail,
  kafkaFind,
  kafkaSeek,
  kafkaPut,
  kafkaProps,
];

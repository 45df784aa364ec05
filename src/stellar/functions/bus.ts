import type { Bus } from '../capabilities.ts';
import { toInteger, toLong } from '../convert.ts';
import { argumentError, typeError } from '../errors.ts';
import type { Capabilities, StellarFunction } from '../expression.ts';
import { describe, isMap, Lambda, long } from '../values.ts';
import { absent, elements, needed, stringArgument } from './arguments.ts';
import {
  group,
  mostMessages,
  open,
  propertiesOf,
  type Settings,
  settingsOf,
  take,
  view,
} from './bus-reading.ts';
import { optional, parameter } from './define.ts';
import { tryParseJson } from './json.ts';

/**
 * The topics of the bus, under the names that they have in the reference (whose bus is Kafka). Settings come from the global
 * configuration and the call, the latter first.
 */

const many = Number.POSITIVE_INFINITY;
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
    const taken = await take(reading, wanted);
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
    const taken = await take(reading, wanted);
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

import type { ConfigurationKind, SensorParser } from '../capabilities.ts';
import { toBoolean } from '../convert.ts';
import { argumentError, typeError } from '../errors.ts';
import type { Capabilities, StellarFunction } from '../expression.ts';
import { describe, isMap, textOf, toPlain } from '../values.ts';
import { absent, elements, needed, stringArgument, textArgument } from './arguments.ts';
import { optional, parameter } from './define.ts';

/** The configuration as text, and parsers to try it with. */

const many = Number.POSITIVE_INFINITY;

/** What the reference gives for a document that does not exist. */
const emptyDocuments: Readonly<Record<ConfigurationKind, (sensor: string) => unknown>> = {
  GLOBAL: () => ({}),
  PROFILER: () => ({ profiles: [] }),
  PARSER: (sensor) => ({ parserClassName: 'jsonmap', sensorTopic: sensor }),
  ENRICHMENT: () => ({
    enrichment: { fieldMap: {}, fieldToTypeMap: {}, config: {} },
    threatIntel: {
      fieldMap: {},
      fieldToTypeMap: {},
      config: {},
      triageConfig: { riskLevelRules: [], aggregator: 'MAX', aggregationConfig: {} },
    },
    configuration: {},
  }),
  INDEXING: () => ({}),
};

const perSensor: ReadonlySet<ConfigurationKind> = new Set(['PARSER', 'ENRICHMENT', 'INDEXING']);

function kindArgument(name: string, value: unknown): ConfigurationKind {
  const text = stringArgument(name, 'type', value);
  if (!Object.hasOwn(emptyDocuments, text)) {
    throw argumentError(
      `${name} knows no configuration ${describe(text)}`,
      `the types are ${Object.keys(emptyDocuments).join(', ')}`,
    );
  }
  return text as ConfigurationKind;
}

function sensorOf(name: string, kind: ConfigurationKind, sensor: unknown): string | null {
  return perSensor.has(kind) ? stringArgument(name, 'sensor', sensor) : null;
}

const types = 'GLOBAL, PROFILER, PARSER, ENRICHMENT or INDEXING';
const common = { category: 'configuration', pure: false, async: true } as const;

const configGet: StellarFunction = {
  ...common,
  name: 'CONFIG_GET',
  description: 'A document of the configuration, as JSON text without the comments that its file may have.',
  parameters: [
    parameter('type', 'string', types),
    optional('sensor', 'string', 'The sensor, for the last three'),
    optional(
      'emptyIfAbsent',
      'boolean',
      'Whether an absent document gives the least one that there can be (true)',
    ),
  ],
  returns: { type: 'string', description: 'JSON, null for an absent document when emptyIfAbsent is false' },
  examples: [
    { expression: "TO_JSON_MAP(CONFIG_GET('INDEXING', 'doors'))", result: {} },
    { expression: "CONFIG_GET('INDEXING', 'doors', false)", result: null },
  ],
  capability: 'configuration',
  arity: [1, many],
  call: async (capabilities, type, ...rest) => {
    const kind = kindArgument('CONFIG_GET', type);
    const sensor = sensorOf('CONFIG_GET', kind, rest[0]);
    const found = await needed('CONFIG_GET', capabilities, 'configuration').read(kind, sensor);
    if (found !== null) return found;
    const emptyIfAbsent = rest[sensor === null ? 0 : 1] ?? null;
    if (toBoolean(emptyIfAbsent) === false) return null;
    return JSON.stringify(emptyDocuments[kind](sensor ?? ''), null, 2);
  },
};

const configPut: StellarFunction = {
  ...common,
  name: 'CONFIG_PUT',
  description: 'Stores a document of the configuration after checking it. It takes effect at once.',
  parameters: [
    parameter('type', 'string', types),
    parameter('json', 'string', 'The document; null changes nothing'),
    optional('sensor', 'string', 'The sensor, for the last three'),
  ],
  returns: { type: 'null', description: 'Nothing' },
  examples: [
    { expression: 'CONFIG_PUT(\'INDEXING\', \'{"duckdb": {"index": "doors"}}\', \'gates\')', result: null },
  ],
  capability: 'configuration',
  arity: [2, many],
  call: async (capabilities, type, json, sensor) => {
    const kind = kindArgument('CONFIG_PUT', type);
    if (absent(json)) return null;
    const text = stringArgument('CONFIG_PUT', 'json', json);
    const configuration = needed('CONFIG_PUT', capabilities, 'configuration');
    await configuration.write(kind, sensorOf('CONFIG_PUT', kind, sensor), text);
    return null;
  },
};

/** What PARSER_INIT gives; opaque to expressions. */
class OpenParser {
  readonly parser: SensorParser;
  constructor(parser: SensorParser) {
    this.parser = parser;
  }
  toJSON(): unknown {
    return JSON.parse(this.parser.configuration);
  }
}

function parserArgument(name: string, value: unknown): SensorParser {
  if (value instanceof OpenParser) return value.parser;
  throw typeError(`${name} needs a parser, not ${describe(value)}`, 'PARSER_INIT makes one');
}

const parserInit: StellarFunction = {
  ...common,
  name: 'PARSER_INIT',
  description: 'A parser to try, with a configuration at hand or the one that the sensor has.',
  parameters: [
    parameter('sensor', 'string', 'The sensor'),
    optional(
      'config',
      'string',
      'A parser configuration: JSON text or a map; that of the sensor when absent',
    ),
  ],
  returns: { type: 'parser', description: 'The parser' },
  examples: [
    {
      expression: "TO_JSON_MAP(PARSER_CONFIG(PARSER_INIT('doors', {'parserClassName': 'jsonmap'})))",
      result: { parserClassName: 'jsonmap' },
    },
  ],
  capability: 'parsers',
  arity: [1, many],
  call: async (capabilities: Capabilities, sensor, config) => {
    const text = absent(config)
      ? null
      : isMap(config)
        ? JSON.stringify(toPlain(config))
        : stringArgument('PARSER_INIT', 'config', config);
    const parsers = needed('PARSER_INIT', capabilities, 'parsers');
    return new OpenParser(await parsers.open(stringArgument('PARSER_INIT', 'sensor', sensor), text));
  },
};

const parserParse: StellarFunction = {
  ...common,
  name: 'PARSER_PARSE',
  description: 'What a parser makes of raw text.',
  parameters: [
    parameter('parser', 'parser', 'What PARSER_INIT gave'),
    parameter('input', 'string', 'A text or a list of them'),
  ],
  returns: { type: 'list', description: 'The messages as maps, then a map for each error' },
  examples: [
    {
      expression:
        "MAP_GET('door', GET_FIRST(PARSER_PARSE(PARSER_INIT('doors', {'parserClassName': 'jsonmap'}), '{\"door\": 3}')))",
      result: 3,
    },
  ],
  capability: 'parsers',
  async: false,
  arity: [2, many],
  call: (_, parser, input) => {
    const open = parserArgument('PARSER_PARSE', parser);
    const texts = absent(input) ? [] : (elements(input) ?? [input]);
    return Array.from(texts, (text) => open.parse(textArgument('PARSER_PARSE', 'input', text) ?? '')).flat();
  },
};

const parserConfig: StellarFunction = {
  ...common,
  name: 'PARSER_CONFIG',
  description: 'The configuration of a parser.',
  parameters: [parameter('parser', 'parser', 'What PARSER_INIT gave')],
  returns: { type: 'string', description: 'JSON' },
  examples: [{ expression: "'snort' in PARSER_CONFIG(PARSER_INIT('snort'))", result: true }],
  capability: 'parsers',
  async: false,
  arity: [1, many],
  call: (_, parser) => textOf(parserArgument('PARSER_CONFIG', parser).configuration),
};

export const configurationFunctions: readonly StellarFunction[] = [
  configGet,
  configPut,
  parserInit,
  parserParse,
  parserConfig,
];

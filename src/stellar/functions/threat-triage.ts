import { boxTable } from '../box-table.ts';
import { toText } from '../convert.ts';
import { argumentError, typeError } from '../errors.ts';
import type { StellarFunction } from '../expression.ts';
import { mapGet } from '../members.ts';
import { describe, double, isMap, isRecord, textOf, toPlain } from '../values.ts';
import { absent, elements, needed, stringArgument } from './arguments.ts';
import { optional, parameter } from './define.ts';
import { type Document, documentOf, documentText, member, part } from './documents.ts';

/** Threat triage: its rules as text that is changed, and an engine to try them with. */

const many = Number.POSITIVE_INFINITY;
const aggregators: readonly string[] = ['MAX', 'MIN', 'SUM', 'MEAN', 'POSITIVE_MEAN'];

/** What THREAT_TRIAGE_INIT gives: an enrichment configuration that the other functions change in place. */
class TriageRules {
  document: Document;
  constructor(document: Document) {
    this.document = document;
  }
  toJSON(): unknown {
    return this.document;
  }
}

interface Rule {
  readonly name: string | null;
  readonly comment: string | null;
  readonly rule: string;
  readonly score: string;
  readonly reason: string | null;
}

function documentArgument(name: string, value: unknown): Document {
  if (value instanceof TriageRules) return value.document;
  if (absent(value) || value === '') throw argumentError(`${name} needs a configuration or an engine`);
  return documentOf(name, stringArgument(name, 'config', value));
}

function triageOf(name: string, document: Document): Document {
  return part(name, part(name, document, 'threatIntel'), 'triageConfig');
}

function rulesOf(document: Document): readonly Document[] {
  const rules = member(member(member(document, 'threatIntel'), 'triageConfig'), 'riskLevelRules');
  return Array.isArray(rules) ? rules.filter(isRecord) : [];
}

function aggregatorOf(document: Document): string {
  return textOf(member(member(member(document, 'threatIntel'), 'triageConfig'), 'aggregator') ?? 'MAX');
}

/** Undefined for a map that has neither `rule` nor `score`, which the reference passes over. */
function ruleOf(name: string, value: unknown): Rule | undefined {
  if (!isMap(value)) throw typeError(`${name} needs maps as rules, not ${describe(value)}`);
  const has = (key: string) => (value instanceof Map ? value.has(key) : mapGet(value, key) !== null);
  if (!has('rule') || !has('score')) return undefined;
  const text = (key: string): string | null => toText(mapGet(value, key));
  const rule = text('rule');
  const score = text('score');
  if (rule === null || score === null)
    throw argumentError(`${name} needs a rule and a score that are not null`);
  return { name: text('name'), comment: text('comment'), rule, score, reason: text('reason') };
}

/** Metron's order of keys; absent ones are left out. */
function written({ name, comment, rule, score, reason }: Rule): Document {
  return {
    ...(name === null ? {} : { name }),
    ...(comment === null ? {} : { comment }),
    rule,
    score,
    ...(reason === null ? {} : { reason }),
  };
}

const configOrEngine = parameter(
  'config',
  'string',
  'An enrichment configuration as JSON text, or what THREAT_TRIAGE_INIT gave (which is changed itself)',
);
const returns = { type: 'string', description: 'The changed configuration as JSON text' } as const;

const init: StellarFunction = {
  name: 'THREAT_TRIAGE_INIT',
  category: 'threat triage',
  description: 'An engine to try triage rules with.',
  parameters: [optional('config', 'string', 'An enrichment configuration as JSON text')],
  returns: { type: 'engine', description: 'The engine' },
  examples: [
    {
      expression: 'TO_JSON_MAP(THREAT_TRIAGE_CONFIG(THREAT_TRIAGE_INIT()))',
      result: {
        threatIntel: { triageConfig: { riskLevelRules: [], aggregator: 'MAX', aggregationConfig: {} } },
      },
    },
  ],
  pure: false,
  call: (_, config) => {
    const document = absent(config) || config === '' ? {} : documentArgument('THREAT_TRIAGE_INIT', config);
    const triage = triageOf('THREAT_TRIAGE_INIT', document);
    triage['riskLevelRules'] ??= [];
    triage['aggregator'] ??= 'MAX';
    triage['aggregationConfig'] ??= {};
    return new TriageRules(document);
  },
};

const add: StellarFunction = {
  name: 'THREAT_TRIAGE_ADD',
  category: 'threat triage',
  description: 'Adds triage rules; of rules with the same text the first stays.',
  parameters: [
    configOrEngine,
    parameter('rules', 'map', 'A map of rule and score, and name, comment, reason; or a list of such maps'),
  ],
  returns,
  examples: [
    {
      expression:
        "LENGTH(MAP_GET('riskLevelRules', MAP_GET('triageConfig', MAP_GET('threatIntel', TO_JSON_MAP(THREAT_TRIAGE_ADD('{}', {'rule': 'bytes > 1000', 'score': 10}))))))",
      result: 1,
    },
  ],
  pure: false,
  arity: [2, many],
  call: (_, config, rules) => {
    const name = 'THREAT_TRIAGE_ADD';
    const document = documentArgument(name, config);
    const added = absent(rules) ? [] : [...(elements(rules) ?? [rules])];
    const all = [...rulesOf(document)];
    const known = new Set(all.map((rule) => rule['rule']));
    for (const one of added) {
      const rule = ruleOf(name, one);
      if (rule === undefined || known.has(rule.rule)) continue;
      known.add(rule.rule);
      all.push(written(rule));
    }
    triageOf(name, document)['riskLevelRules'] = all;
    return documentText(document);
  },
};

const remove: StellarFunction = {
  name: 'THREAT_TRIAGE_REMOVE',
  category: 'threat triage',
  description: 'Removes triage rules by their text or their name.',
  parameters: [configOrEngine, parameter('rules', 'list', 'Texts or names of rules')],
  returns,
  examples: [
    {
      expression:
        "LENGTH(MAP_GET('riskLevelRules', MAP_GET('triageConfig', MAP_GET('threatIntel', TO_JSON_MAP(THREAT_TRIAGE_REMOVE(THREAT_TRIAGE_ADD('{}', {'rule': 'x > 1', 'score': 10}), ['x > 1']))))))",
      result: 0,
    },
  ],
  pure: false,
  arity: [2, many],
  call: (_, config, rules) => {
    const name = 'THREAT_TRIAGE_REMOVE';
    const document = documentArgument(name, config);
    const gone = new Set<unknown>(absent(rules) ? [] : Array.from(elements(rules) ?? [rules], textOf));
    triageOf(name, document)['riskLevelRules'] = rulesOf(document).filter(
      (rule) => !gone.has(rule['rule']) && !gone.has(rule['name']),
    );
    return documentText(document);
  },
};

const setAggregator: StellarFunction = {
  name: 'THREAT_TRIAGE_SET_AGGREGATOR',
  category: 'threat triage',
  description: 'Sets how the scores of rules that matched become one.',
  parameters: [
    configOrEngine,
    parameter('aggregator', 'string', 'MAX, MIN, SUM, MEAN or POSITIVE_MEAN'),
    optional('config', 'map', "Settings of the aggregator, such as 'negativeValuesTrump'"),
  ],
  returns,
  examples: [
    {
      expression:
        "MAP_GET('aggregator', MAP_GET('triageConfig', MAP_GET('threatIntel', TO_JSON_MAP(THREAT_TRIAGE_SET_AGGREGATOR('{}', 'SUM')))))",
      result: 'SUM',
    },
  ],
  pure: false,
  arity: [2, many],
  call: (_, config, aggregator, settings) => {
    const name = 'THREAT_TRIAGE_SET_AGGREGATOR';
    const document = documentArgument(name, config);
    const wanted = stringArgument(name, 'aggregator', aggregator).toUpperCase();
    if (!aggregators.includes(wanted)) {
      throw argumentError(
        `${name} knows no aggregator ${describe(aggregator)}`,
        `the aggregators are ${aggregators.join(', ')}`,
      );
    }
    const triage = triageOf(name, document);
    triage['aggregator'] = wanted;
    if (!absent(settings)) {
      if (!isMap(settings)) throw typeError(`${name} needs a map as 'config', not ${describe(settings)}`);
      triage['aggregationConfig'] = toPlain(settings);
    }
    return documentText(document);
  },
};

const print: StellarFunction = {
  name: 'THREAT_TRIAGE_PRINT',
  category: 'threat triage',
  description: 'The triage rules as a table.',
  parameters: [configOrEngine],
  returns: { type: 'string', description: 'The table, and the aggregator when there are rules' },
  examples: [
    {
      expression:
        "THREAT_TRIAGE_PRINT(THREAT_TRIAGE_ADD('{}', {'name': 'big', 'rule': 'bytes > 1000', 'score': 10}))",
      result:
        '╔══════╤═════════╤══════════════╤═══════╤════════╗\n║ Name │ Comment │ Triage Rule  │ Score │ Reason ║\n╠══════╪═════════╪══════════════╪═══════╪════════╣\n║ big  │         │ bytes > 1000 │ 10    │        ║\n╚══════╧═════════╧══════════════╧═══════╧════════╝\nAggregation: MAX',
    },
  ],
  pure: false,
  arity: [1, many],
  call: (_, config) => {
    const document = documentArgument('THREAT_TRIAGE_PRINT', config);
    const rows = rulesOf(document).map((rule) =>
      ['name', 'comment', 'rule', 'score', 'reason'].map((key) => toText(member(rule, key)) ?? ''),
    );
    const table = boxTable(['Name', 'Comment', 'Triage Rule', 'Score', 'Reason'], rows);
    return rows.length === 0 ? table : `${table}Aggregation: ${aggregatorOf(document)}`;
  },
};

const configOf: StellarFunction = {
  name: 'THREAT_TRIAGE_CONFIG',
  category: 'threat triage',
  description: 'The configuration of an engine.',
  parameters: [parameter('engine', 'engine', 'What THREAT_TRIAGE_INIT gave')],
  returns: { type: 'string', description: 'JSON' },
  examples: [
    {
      expression: 'TO_JSON_MAP(THREAT_TRIAGE_CONFIG(THREAT_TRIAGE_INIT(\'{"configuration": {"a": 1}}\')))',
      result: {
        configuration: { a: 1 },
        threatIntel: { triageConfig: { riskLevelRules: [], aggregator: 'MAX', aggregationConfig: {} } },
      },
    },
  ],
  pure: false,
  arity: [1, many],
  call: (_, engine) => documentText(engineArgument('THREAT_TRIAGE_CONFIG', engine).document),
};

function engineArgument(name: string, value: unknown): TriageRules {
  if (value instanceof TriageRules) return value;
  throw typeError(`${name} needs an engine, not ${describe(value)}`, 'THREAT_TRIAGE_INIT makes one');
}

const score: StellarFunction = {
  name: 'THREAT_TRIAGE_SCORE',
  category: 'threat triage',
  description: 'What the triage rules say of a message.',
  parameters: [
    parameter('message', 'string', 'The message as JSON text or a map'),
    parameter('engine', 'engine', 'What THREAT_TRIAGE_INIT gave'),
  ],
  returns: {
    type: 'map',
    description: "'score', 'aggregator' and 'rules': those that matched, with their scores and reasons",
  },
  examples: [
    {
      expression:
        "THREAT_TRIAGE_SCORE('{\"bytes\": 5000}', THREAT_TRIAGE_INIT(THREAT_TRIAGE_ADD('{}', {'name': 'big', 'rule': 'bytes > 1000', 'score': 10, 'reason': 'FORMAT(\\'%d bytes\\', bytes)'})))",
      result: {
        score: 10,
        rules: [{ name: 'big', rule: 'bytes > 1000', score: '10', reason: '5000 bytes' }],
        aggregator: 'MAX',
      },
    },
  ],
  pure: false,
  capability: 'triage',
  async: true,
  arity: [2, many],
  call: async (capabilities, message, engine) => {
    const name = 'THREAT_TRIAGE_SCORE';
    const rules = engineArgument(name, engine);
    const plain = isMap(message)
      ? toPlain(message)
      : documentOf(name, stringArgument(name, 'message', message));
    if (!isRecord(plain)) throw typeError(`${name} needs a message, not ${describe(message)}`);
    const result = await needed(name, capabilities, 'triage').score(documentText(rules.document), plain);
    return new Map<string, unknown>([
      ['score', double(result.score)],
      ['rules', result.rules.map((rule) => new Map(Object.entries(written(rule))))],
      ['aggregator', result.aggregator],
    ]);
  },
};

export const threatTriageFunctions: readonly StellarFunction[] = [
  init,
  add,
  remove,
  setAggregator,
  print,
  configOf,
  score,
];

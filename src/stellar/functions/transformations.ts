import { parseAssignment } from '../assignment.ts';
import { boxTable } from '../box-table.ts';
import { argumentError, typeError } from '../errors.ts';
import type { StellarFunction } from '../expression.ts';
import { describe, isMap, isRecord, mapEntries, setOwn, textOf } from '../values.ts';
import { absent, elements, stringArgument } from './arguments.ts';
import { optional, parameter } from './define.ts';
import { type Document, documentOf, documentText, member, part } from './documents.ts';

/** Changes to the Stellar transformations of parser and enrichment configurations, from text to text. */

const many = Number.POSITIVE_INFINITY;
const changedText = {
  type: 'string',
  description: 'The changed configuration as JSON text; the text as it was when there is nothing to do',
} as const;

type Additions = readonly (readonly [name: string, expression: string])[];

function additionsOf(name: string, value: unknown): Additions {
  if (absent(value)) return [];
  if (!isMap(value)) throw typeError(`${name} needs a map of fields to expressions, not ${describe(value)}`);
  return Array.from(mapEntries(value), ([field, expression]) => [textOf(field), textOf(expression)] as const);
}

function namesOf(name: string, value: unknown): ReadonlySet<string> {
  if (absent(value)) return new Set();
  const names = typeof value === 'string' ? [value] : elements(value);
  if (names === undefined) throw typeError(`${name} needs a list of fields, not ${describe(value)}`);
  return new Set(Array.from(names, textOf));
}

// Parsers

const stellarNames = /(?:^|\.)(?:STELLAR|StellarTransformation)$/;

function isStellar(transformation: unknown): transformation is Document {
  const named = member(transformation, 'transformation');
  return isRecord(transformation) && typeof named === 'string' && stellarNames.test(named);
}

function transformationsOf(document: Document): unknown[] {
  const found = member(document, 'fieldTransformations');
  return Array.isArray(found) ? found : [];
}

/** The last Stellar transformation of a parser configuration; undefined when there is none. */
function lastStellar(document: Document): Document | undefined {
  return transformationsOf(document).findLast(isStellar);
}

/** Fields that are not outputs are intermediates and vanish: what is added is to be seen. */
function setOutputs(name: string, transformation: Document): void {
  setOwn(transformation, 'output', Object.keys(part(name, transformation, 'config')));
}

const parserConfig = parameter('config', 'string', 'A parser configuration as JSON text; null gives null');

const parserAdd: StellarFunction = {
  name: 'PARSER_STELLAR_TRANSFORM_ADD',
  category: 'configuration',
  description:
    'Adds Stellar expressions to the last Stellar transformation of a parser configuration, which is made when there is none.',
  parameters: [parserConfig, parameter('transformations', 'map', 'Field to expression')],
  returns: changedText,
  examples: [
    {
      expression:
        "MAP_GET('fieldTransformations', TO_JSON_MAP(PARSER_STELLAR_TRANSFORM_ADD('{\"parserClassName\": \"csv\"}', {'user': 'TO_LOWER(user)'})))",
      result: [{ transformation: 'STELLAR', config: { user: 'TO_LOWER(user)' }, output: ['user'] }],
    },
  ],
  pure: true,
  arity: [2, many],
  call: (_, config, transformations) => {
    const name = 'PARSER_STELLAR_TRANSFORM_ADD';
    if (absent(config)) return null;
    const text = stringArgument(name, 'config', config);
    const additions = additionsOf(name, transformations);
    if (additions.length === 0) return text;
    const document = documentOf(name, text);
    let target = lastStellar(document);
    if (target === undefined) {
      target = { transformation: 'STELLAR', config: {} };
      document['fieldTransformations'] = [...transformationsOf(document), target];
    }
    for (const [field, expression] of additions) setOwn(part(name, target, 'config'), field, expression);
    setOutputs(name, target);
    return documentText(document);
  },
};

const parserRemove: StellarFunction = {
  name: 'PARSER_STELLAR_TRANSFORM_REMOVE',
  category: 'configuration',
  description:
    'Removes expressions from the last Stellar transformation of a parser configuration; the transformation goes with its last one.',
  parameters: [parserConfig, parameter('fields', 'list', 'The fields')],
  returns: changedText,
  examples: [
    {
      expression:
        'TO_JSON_MAP(PARSER_STELLAR_TRANSFORM_REMOVE(\'{"fieldTransformations": [{"transformation": "STELLAR", "config": {"a": "1"}}]}\', [\'a\']))',
      result: { fieldTransformations: [] },
    },
  ],
  pure: true,
  arity: [2, many],
  call: (_, config, fields) => {
    const name = 'PARSER_STELLAR_TRANSFORM_REMOVE';
    if (absent(config)) return null;
    const text = stringArgument(name, 'config', config);
    const document = documentOf(name, text);
    const target = lastStellar(document);
    if (target === undefined) return text;
    const expressions = part(name, target, 'config');
    const gone = [...namesOf(name, fields)].filter((field) => Object.hasOwn(expressions, field));
    if (gone.length === 0) return text;
    for (const field of gone) delete expressions[field];
    if (Object.keys(expressions).length === 0)
      document['fieldTransformations'] = transformationsOf(document).filter((one) => one !== target);
    else setOutputs(name, target);
    return documentText(document);
  },
};

const parserPrint: StellarFunction = {
  name: 'PARSER_STELLAR_TRANSFORM_PRINT',
  category: 'configuration',
  description: 'The expressions of the last Stellar transformation of a parser configuration, as a table.',
  parameters: [parserConfig],
  returns: { type: 'string', description: 'The table' },
  examples: [
    {
      expression: "PARSER_STELLAR_TRANSFORM_PRINT('{}')",
      result:
        '╔═══════╤════════════════╗\n║ Field │ Transformation ║\n╠═══════╧════════════════╣\n║ (empty)                ║\n╚════════════════════════╝\n',
    },
  ],
  pure: true,
  arity: [1, many],
  call: (_, config) => {
    const name = 'PARSER_STELLAR_TRANSFORM_PRINT';
    if (absent(config)) return null;
    const target = lastStellar(documentOf(name, stringArgument(name, 'config', config)));
    const expressions = target === undefined ? {} : part(name, target, 'config');
    return boxTable(
      ['Field', 'Transformation'],
      Object.entries(expressions).map(([field, expression]) => [field, textOf(expression)]),
    );
  },
};

// Enrichments

const blocks: Readonly<Record<string, 'enrichment' | 'threatIntel'>> = {
  ENRICHMENT: 'enrichment',
  THREAT_INTEL: 'threatIntel',
  THREATINTEL: 'threatIntel',
};

function blockOf(name: string, type: unknown): 'enrichment' | 'threatIntel' {
  const text = stringArgument(name, 'type', type);
  const block = Object.hasOwn(blocks, text) ? blocks[text] : undefined;
  if (block !== undefined) return block;
  throw argumentError(`${name} knows no type ${describe(text)}`, 'it is ENRICHMENT or THREAT_INTEL');
}

/** The expressions of a block as they are written: a map (groups are maps or lists in it) or a list of assignments. */
function stellarOf(name: string, document: Document, block: string): Document | unknown[] | undefined {
  const written = member(member(member(document, block), 'fieldMap'), 'stellar');
  const config = Array.isArray(written) ? written : member(written, 'config');
  if (config === null) return undefined;
  if (Array.isArray(config) || isRecord(config)) return config;
  throw argumentError(`${name} needs a map or list under 'stellar' of the configuration`);
}

function targetOf(field: unknown): string {
  return typeof field === 'string' ? (parseAssignment(field)?.target ?? '') : '';
}

/** Assignments to other fields than those. */
function others(list: readonly unknown[], fields: ReadonlySet<string>): unknown[] {
  return list.filter((one) => typeof one !== 'string' || !fields.has(targetOf(one)));
}

const enrichmentConfig = parameter('config', 'string', 'An enrichment configuration as JSON text');
const typeParameter = parameter('type', 'string', 'ENRICHMENT or THREAT_INTEL');
const groupParameter = optional('group', 'string', 'The group of the expressions; none when absent');

const enrichmentAdd: StellarFunction = {
  name: 'ENRICHMENT_STELLAR_TRANSFORM_ADD',
  category: 'configuration',
  description: 'Adds Stellar expressions to an enrichment configuration.',
  parameters: [
    enrichmentConfig,
    typeParameter,
    parameter('transformations', 'map', 'Field to expression'),
    groupParameter,
  ],
  returns: changedText,
  examples: [
    {
      expression:
        "MAP_GET('stellar', MAP_GET('fieldMap', MAP_GET('enrichment', TO_JSON_MAP(ENRICHMENT_STELLAR_TRANSFORM_ADD('{}', 'ENRICHMENT', {'user': 'TO_LOWER(user)'})))))",
      result: { config: { user: 'TO_LOWER(user)' } },
    },
  ],
  pure: true,
  arity: [3, many],
  call: (_, config, type, transformations, group) => {
    const name = 'ENRICHMENT_STELLAR_TRANSFORM_ADD';
    const text = stringArgument(name, 'config', config);
    const block = blockOf(name, type);
    const additions = additionsOf(name, transformations);
    if (additions.length === 0) return text;
    const document = documentOf(name, text);
    const fieldMap = part(name, part(name, document, block), 'fieldMap');
    const written = stellarOf(name, document, block);
    const addTo = (place: Document | unknown[]): Document | unknown[] => {
      if (!Array.isArray(place)) {
        for (const [field, expression] of additions) setOwn(place, field, expression);
        return place;
      }
      const kept = others(place, new Set(additions.map(([field]) => field)));
      return [...kept, ...additions.map(([field, expression]) => `${field} := ${expression}`)];
    };
    if (absent(group)) {
      setOwn(fieldMap, 'stellar', { ...asObject(fieldMap['stellar']), config: addTo(written ?? {}) });
    } else {
      if (Array.isArray(written)) throw argumentError(`${name}: a list of assignments has no groups`);
      const groups = written ?? {};
      const groupName = stringArgument(name, 'group', group);
      const inner = member(groups, groupName);
      setOwn(groups, groupName, addTo(Array.isArray(inner) || isRecord(inner) ? inner : {}));
      setOwn(fieldMap, 'stellar', { ...asObject(fieldMap['stellar']), config: groups });
    }
    return documentText(document);
  },
};

function asObject(value: unknown): Document {
  return isRecord(value) ? value : {};
}

const enrichmentRemove: StellarFunction = {
  name: 'ENRICHMENT_STELLAR_TRANSFORM_REMOVE',
  category: 'configuration',
  description: 'Removes Stellar expressions from an enrichment configuration.',
  parameters: [enrichmentConfig, typeParameter, parameter('fields', 'list', 'The fields'), groupParameter],
  returns: changedText,
  examples: [
    {
      expression:
        "ENRICHMENT_STELLAR_TRANSFORM_PRINT(ENRICHMENT_STELLAR_TRANSFORM_REMOVE(ENRICHMENT_STELLAR_TRANSFORM_ADD('{}', 'ENRICHMENT', {'a': '1', 'b': '2'}), 'ENRICHMENT', ['a']), 'ENRICHMENT')",
      result:
        '╔═══════════╤═══════╤════════════════╗\n║ Group     │ Field │ Transformation ║\n╠═══════════╪═══════╪════════════════╣\n║ (default) │ b     │ 2              ║\n╚═══════════╧═══════╧════════════════╝\n',
    },
  ],
  pure: true,
  arity: [3, many],
  call: (_, config, type, fields, group) => {
    const name = 'ENRICHMENT_STELLAR_TRANSFORM_REMOVE';
    const text = stringArgument(name, 'config', config);
    const block = blockOf(name, type);
    const gone = namesOf(name, fields);
    const document = documentOf(name, text);
    const written = stellarOf(name, document, block);
    const groupName = absent(group) ? null : stringArgument(name, 'group', group);
    const place = groupName === null ? written : member(written, groupName);
    if (Array.isArray(place)) {
      const kept = others(place, gone);
      if (kept.length === place.length) return text;
      place.splice(0, place.length, ...kept);
    } else if (isRecord(place)) {
      const found = [...gone].filter((field) => Object.hasOwn(place, field));
      if (found.length === 0) return text;
      for (const field of found) delete place[field];
    } else return text;
    if (groupName !== null && isRecord(written) && Object.keys(place).length === 0) delete written[groupName];
    if (written !== undefined && Object.keys(written).length === 0)
      delete part(name, part(name, document, block), 'fieldMap')['stellar'];
    return documentText(document);
  },
};

const enrichmentPrint: StellarFunction = {
  name: 'ENRICHMENT_STELLAR_TRANSFORM_PRINT',
  category: 'configuration',
  description: 'The Stellar expressions of an enrichment configuration, as a table.',
  parameters: [enrichmentConfig, typeParameter],
  returns: { type: 'string', description: 'The table; an empty one for null and the empty text' },
  examples: [
    {
      expression: "ENRICHMENT_STELLAR_TRANSFORM_PRINT('{}', 'THREAT_INTEL')",
      result:
        '╔═══════╤═══════╤════════════════╗\n║ Group │ Field │ Transformation ║\n╠═══════╧═══════╧════════════════╣\n║ (empty)                        ║\n╚════════════════════════════════╝\n',
    },
  ],
  pure: true,
  arity: [2, many],
  call: (_, config, type) => {
    const name = 'ENRICHMENT_STELLAR_TRANSFORM_PRINT';
    const block = blockOf(name, type);
    const text = absent(config) ? '' : stringArgument(name, 'config', config);
    const written = text === '' ? undefined : stellarOf(name, documentOf(name, text), block);
    const rows: string[][] = [];
    const rowsOf = (group: string, place: unknown): void => {
      if (Array.isArray(place)) {
        for (const one of place) {
          const assignment = parseAssignment(textOf(one));
          rows.push([group, assignment?.target ?? '', assignment?.expression ?? textOf(one)]);
        }
      } else if (isRecord(place)) {
        for (const [field, expression] of Object.entries(place)) {
          if (isRecord(expression) || Array.isArray(expression)) rowsOf(field, expression);
          else rows.push([group, field, textOf(expression)]);
        }
      }
    };
    rowsOf('(default)', written);
    return boxTable(['Group', 'Field', 'Transformation'], rows);
  },
};

export const transformationFunctions: readonly StellarFunction[] = [
  parserAdd,
  parserRemove,
  parserPrint,
  enrichmentAdd,
  enrichmentRemove,
  enrichmentPrint,
];

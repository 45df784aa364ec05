import { boxTable } from '../box-table.ts';
import type { StellarFunction } from '../expression.ts';
import { isRecord, setOwn, textOf } from '../values.ts';
import { absent, stringArgument } from './arguments.ts';
import { parameter } from './define.ts';
import { type Document, documentOf, documentText, member, part } from './documents.ts';
import { additionsOf, changedText, namesOf } from './transformation-arguments.ts';

/** Changes to the Stellar transformations of parser configurations, from text to text. */

const many = Number.POSITIVE_INFINITY;

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

/** The fields that a transformation writes; those of its expressions when it does not say. */
function outputsOf(name: string, transformation: Document): string[] {
  const written = member(transformation, 'output');
  if (typeof written === 'string') return [written];
  if (Array.isArray(written)) return written.map(textOf);
  return Object.keys(part(name, transformation, 'config'));
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
    const outputs = new Set(outputsOf(name, target));
    for (const [field, expression] of additions) {
      setOwn(part(name, target, 'config'), field, expression);
      // What is no output is an intermediate and vanishes: what is added is to be seen.
      outputs.add(field);
    }
    target['output'] = [...outputs];
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
    const outputs = outputsOf(name, target);
    for (const field of gone) delete expressions[field];
    if (Object.keys(expressions).length === 0)
      document['fieldTransformations'] = transformationsOf(document).filter((one) => one !== target);
    else target['output'] = outputs.filter((field) => !gone.includes(field));
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

export const parserTransformationFunctions: readonly StellarFunction[] = [
  parserAdd,
  parserRemove,
  parserPrint,
];

import { parseAssignment } from '../assignment.ts';
import { boxTable } from '../box-table.ts';
import { argumentError } from '../errors.ts';
import type { StellarFunction } from '../expression.ts';
import { describe, isRecord, setOwn, textOf } from '../values.ts';
import { absent, stringArgument } from './arguments.ts';
import { optional, parameter } from './define.ts';
import { type Document, documentOf, documentText, member, part } from './documents.ts';
import { additionsOf, changedText, namesOf } from './transformation-arguments.ts';

/** Changes to the Stellar expressions of enrichment configurations, from text to text. */

const many = Number.POSITIVE_INFINITY;

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

export const enrichmentTransformationFunctions: readonly StellarFunction[] = [
  enrichmentAdd,
  enrichmentRemove,
  enrichmentPrint,
];

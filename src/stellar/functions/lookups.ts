import { argumentError } from '../errors.ts';
import type { Capabilities, StellarFunction } from '../expression.ts';
import { describe, isRecord, textOf } from '../values.ts';
import { absent, needed } from './arguments.ts';
import { optional, parameter } from './define.ts';

/** Reference data, geography and autonomous systems, each by its capability. */

const enrichmentParameters = [
  parameter('type', 'string', 'The enrichment type'),
  parameter('indicator', 'string', 'What to look up'),
  parameter('table', 'string', 'The table'),
  parameter('family', 'string', 'The column family; kept for the reference, of no effect'),
];

/** What the store has, through `read`: at once when the store answers at once. */
function lookUp(
  name: string,
  capabilities: Capabilities,
  [type, indicator, table]: readonly unknown[],
  read: (found: unknown) => unknown,
): unknown {
  if (absent(type) || absent(indicator)) return read(undefined);
  const store = needed(name, capabilities, 'enrichmentStore');
  const answer = store.get(absent(table) ? '' : textOf(table), textOf(type), textOf(indicator));
  return answer instanceof Promise ? answer.then(read) : read(answer);
}

/** A map of the caller's own: what changes a map in place must not change what a store or database keeps. */
function own(found: unknown): unknown {
  if (absent(found)) return new Map();
  return isRecord(found) ? { ...found } : found;
}

const enrichmentGet: StellarFunction = {
  name: 'ENRICHMENT_GET',
  category: 'enrichment',
  description: 'The metadata that reference data has of an indicator.',
  parameters: enrichmentParameters,
  returns: { type: 'map', description: 'The metadata, an empty map when there is none' },
  examples: [
    {
      expression: "ENRICHMENT_GET('malicious_ip', '192.0.2.5', 'threatintel', 't')",
      result: { source: 'feed' },
    },
  ],
  pure: false,
  capability: 'enrichmentStore',
  async: true,
  arity: [4, 4],
  call: (capabilities, ...args) => lookUp('ENRICHMENT_GET', capabilities, args, own),
};

const enrichmentExists: StellarFunction = {
  name: 'ENRICHMENT_EXISTS',
  category: 'enrichment',
  description: 'Whether reference data has an indicator.',
  parameters: enrichmentParameters,
  returns: { type: 'boolean', description: 'True when it has' },
  examples: [
    { expression: "ENRICHMENT_EXISTS('malicious_ip', '192.0.2.6', 'threatintel', 't')", result: false },
  ],
  pure: false,
  capability: 'enrichmentStore',
  async: true,
  arity: [4, 4],
  call: (capabilities, ...args) => lookUp('ENRICHMENT_EXISTS', capabilities, args, (found) => !absent(found)),
};

type Database = NonNullable<Capabilities['geo']>;

function addressLookup(
  name: string,
  what: string,
  capability: 'geo' | 'asn',
  fieldNames: string,
  examples: StellarFunction['examples'],
): StellarFunction {
  return {
    name,
    category: 'enrichment',
    description: `${what} of an IP address: ${fieldNames}.`,
    parameters: [
      parameter('ip', 'string', 'The address'),
      optional('fields', 'list', 'Which fields; one alone gives its bare value'),
    ],
    returns: {
      type: 'map',
      description: 'The fields; an empty map for an address that is not known, null for null and blank text',
    },
    examples,
    pure: false,
    capability,
    arity: [0, 2],
    call: (capabilities, ip, fields) => {
      if (absent(ip)) return null;
      const address = textOf(ip).trim();
      if (address === '') return null;
      const database: Database = needed(name, capabilities, capability);
      const found = database.get(address);
      if (absent(fields)) return own(found);
      if (!Array.isArray(fields))
        throw argumentError(`${name} needs a list as 'fields', not ${describe(fields)}`);
      if (found === null || found === undefined) return null;
      const read = (field: unknown) =>
        typeof field === 'string' && Object.hasOwn(found, field) ? (found[field] ?? null) : null;
      if (fields.length === 1) return read(fields[0]);
      return new Map(fields.map((field) => [field, read(field)]));
    },
  };
}

export const lookupFunctions: readonly StellarFunction[] = [
  enrichmentGet,
  enrichmentExists,
  addressLookup(
    'GEO_GET',
    'The place',
    'geo',
    'locID, country, city, postalCode, dmaCode, latitude, longitude, location_point',
    [
      { expression: "GEO_GET('216.160.83.56', ['country'])", result: 'US' },
      { expression: "GEO_GET('10.0.0.1')", result: {} },
    ],
  ),
  addressLookup(
    'ASN_GET',
    'The network',
    'asn',
    'autonomous_system_number, autonomous_system_organization, network',
    [
      {
        expression: "ASN_GET('8.8.4.4', ['autonomous_system_number', 'network'])",
        result: { autonomous_system_number: 15169, network: '8.8.4.0/24' },
      },
    ],
  ),
];

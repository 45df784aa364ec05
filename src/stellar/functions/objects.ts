import { typeError } from '../errors.ts';
import type { Capabilities, StellarFunction } from '../expression.ts';
import { mapGet } from '../members.ts';
import { describe, isMap, isRecord } from '../values.ts';
import { absent, needed, stringArgument } from './arguments.ts';
import { optional, parameter } from './define.ts';

/** Objects that were prepared elsewhere and lie in files: lists, maps, sketches. */

function read(name: string, capabilities: Capabilities, path: unknown, key: string | null): Promise<unknown> {
  return needed(name, capabilities, 'objects').get(stringArgument(name, 'path', path), () => {
    const global = capabilities.globalConfig?.() ?? {};
    const nested = key === null ? undefined : global[key];
    return isRecord(nested) ? { ...global, ...nested } : global;
  });
}

const objectGet: StellarFunction = {
  name: 'OBJECT_GET',
  category: 'enrichment',
  description:
    'An object of a JSON file, kept in memory (global settings object.cache.size, object.cache.expiration, object.cache.time.unit, object.cache.max.file.size).',
  parameters: [optional('path', 'string', 'The file, in the folder objects/ of the configuration')],
  returns: { type: 'any', description: 'What the file holds, null for null' },
  examples: [
    { expression: "OBJECT_GET('bad-domains.json')", result: { 'evil.example': { threat: 'malware' } } },
  ],
  pure: false,
  capability: 'objects',
  async: true,
  call: async (capabilities, path) => (absent(path) ? null : read('OBJECT_GET', capabilities, path, null)),
};

const enrichmentObjectGet: StellarFunction = {
  name: 'ENRICHMENT_OBJECT_GET',
  category: 'enrichment',
  description:
    'One entry of a map that lies in a JSON file, kept in memory (settings as for OBJECT_GET, in enrichment.object.get.settings).',
  parameters: [
    parameter('path', 'string', 'The file, in the folder objects/ of the configuration'),
    parameter('indicator', 'string', 'The key'),
  ],
  returns: { type: 'any', description: 'The entry, null when there is none' },
  examples: [
    {
      expression: "ENRICHMENT_OBJECT_GET('bad-domains.json', 'evil.example')",
      result: { threat: 'malware' },
    },
  ],
  pure: false,
  capability: 'objects',
  async: true,
  arity: [2, 2],
  call: async (capabilities, path, indicator) => {
    if (absent(path) || absent(indicator)) return null;
    const found = await read('ENRICHMENT_OBJECT_GET', capabilities, path, 'enrichment.object.get.settings');
    if (!isMap(found))
      throw typeError(`ENRICHMENT_OBJECT_GET needs a file that holds a map, not ${describe(found)}`);
    return mapGet(found, indicator);
  },
};

export const objectFunctions: readonly StellarFunction[] = [objectGet, enrichmentObjectGet];

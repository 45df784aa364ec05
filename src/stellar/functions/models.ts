import { typeError } from '../errors.ts';
import type { StellarFunction } from '../expression.ts';
import { mapGet } from '../members.ts';
import { describe, isMap, isRecord, textOf, toPlain } from '../values.ts';
import { absent, needed, stringArgument } from './arguments.ts';
import { optional, parameter } from './define.ts';

/** Models that are asked over HTTP. */

const common = { category: 'models', pure: false, capability: 'models', async: true, examples: [] } as const;

const getEndpoint: StellarFunction = {
  ...common,
  name: 'MAAS_GET_ENDPOINT',
  description: 'Where a model is to be asked.',
  parameters: [
    parameter('model', 'string', 'The model'),
    optional('version', 'string', 'Its version; the newest when absent'),
  ],
  returns: { type: 'map', description: 'name, version, url and its procedures; null when there is none' },
  arity: [1, 2],
  call: async (capabilities, model, version) => {
    const models = needed('MAAS_GET_ENDPOINT', capabilities, 'models');
    const found = await models.endpoint(
      stringArgument('MAAS_GET_ENDPOINT', 'model', model),
      absent(version) ? null : textOf(version),
    );
    return found === null ? null : new Map(Object.entries(found));
  },
};

const applyModel: StellarFunction = {
  ...common,
  name: 'MAAS_MODEL_APPLY',
  description: 'Asks a model.',
  parameters: [
    parameter('endpoint', 'map', 'What MAAS_GET_ENDPOINT gave'),
    optional('procedure', 'string', 'Which of its procedures; apply when absent'),
    parameter('arguments', 'map', 'What it is asked'),
  ],
  returns: { type: 'map', description: 'The answer, null when there is none' },
  arity: [2, 3],
  call: async (capabilities, endpoint, second, third) => {
    const models = needed('MAAS_MODEL_APPLY', capabilities, 'models');
    if (absent(endpoint)) return null;
    const args = third === undefined ? second : third;
    if (!isMap(endpoint) || !isMap(args)) {
      throw typeError(
        `MAAS_MODEL_APPLY needs maps as 'endpoint' and 'arguments', not ${describe(endpoint)} and ${describe(args)}`,
      );
    }
    const wanted = third === undefined || absent(second) ? 'apply' : textOf(second);
    const known = mapGet(endpoint, `endpoint:${wanted}`);
    const where = toPlain(endpoint);
    const what = toPlain(args);
    if (!isRecord(where) || !isRecord(what)) return null;
    return (await models.apply(where, known === null ? wanted : textOf(known), what)) ?? null;
  },
};

export const modelFunctions: readonly StellarFunction[] = [getEndpoint, applyModel];

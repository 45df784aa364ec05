import { argumentError } from '../errors.ts';
import type { StellarFunction } from '../expression.ts';
import { parameter } from './define.ts';

/** What the process was started with, as far as the capability `system` lets expressions see it. */

const systemEnvGet: StellarFunction = {
  name: 'SYSTEM_ENV_GET',
  category: 'system',
  description: 'An environment variable.',
  parameters: [parameter('name', 'string', 'Its name')],
  returns: { type: 'string', description: 'Its value, null when it is not set or may not be seen' },
  examples: [{ expression: "SYSTEM_ENV_GET('NO_SUCH_VARIABLE')", result: null }],
  pure: false,
  capability: 'system',
  call: ({ system }, name) => (typeof name === 'string' ? (system?.environment(name) ?? null) : null),
};

const systemPropertyGet: StellarFunction = {
  name: 'SYSTEM_PROPERTY_GET',
  category: 'system',
  description: 'A property of the process.',
  parameters: [parameter('name', 'string', 'Its name')],
  returns: { type: 'string', description: 'Its value, null when it is not set or may not be seen' },
  examples: [{ expression: "SYSTEM_PROPERTY_GET('no.such.property')", result: null }],
  pure: false,
  capability: 'system',
  call: ({ system }, name) => {
    if (name === '') throw argumentError('SYSTEM_PROPERTY_GET needs a name that is not empty');
    return typeof name === 'string' ? (system?.property(name) ?? null) : null;
  },
};

export const systemFunctions: readonly StellarFunction[] = [systemEnvGet, systemPropertyGet];

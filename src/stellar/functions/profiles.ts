import type { ProfileMeasurement, ProfileRunner } from '../capabilities.ts';
import { argumentError, StellarError, typeError } from '../errors.ts';
import type { Capabilities, StellarFunction } from '../expression.ts';
import { mostPeriods, Period, periodDuration, profileSetting, unitDuration } from '../profile-periods.ts';
import { describe, isMap, isRecord, long, mapEntries, textOf, toPlain } from '../values.ts';
import {
  absent,
  elements,
  iterableArgument,
  needed,
  now,
  stringArgument,
  textArgument,
} from './arguments.ts';
import { optional, parameter, variadic } from './define.ts';
import { documentOf } from './documents.ts';

/** What profiles measured, and a profiler to try definitions with. */

const many = Number.POSITIVE_INFINITY;

const profileFixed: StellarFunction = {
  name: 'PROFILE_FIXED',
  category: 'profiles',
  description: 'The periods of the last so many units of time, the one that they begin in included.',
  parameters: [
    parameter('amount', 'integer', 'How many'),
    parameter('unit', 'string', 'SECONDS, MINUTES, HOURS or DAYS'),
    optional('overrides', 'map', 'Settings over the global ones, such as profiler.client.period.duration'),
  ],
  returns: { type: 'list', description: 'The periods, oldest first' },
  examples: [{ expression: "LENGTH(PROFILE_FIXED(1, 'HOURS'))", result: 5 }],
  pure: false,
  arity: [2, 3],
  call: (capabilities, amount, unit, overrides) => {
    const durationMs = periodDuration('PROFILE_FIXED', capabilities.globalConfig?.() ?? {}, overrides);
    const until = now(capabilities);
    const first = Period.at(until - unitDuration('PROFILE_FIXED', amount, unit), durationMs).period;
    const count = Period.at(until, durationMs).period - first + 1;
    if (count > mostPeriods) {
      throw new StellarError('SKP_STELLAR_BUDGET', `PROFILE_FIXED would give ${count} periods`, {
        hint: 'ask for less time',
      });
    }
    return Array.from({ length: count }, (_, at) => new Period(first + at, durationMs));
  },
};

interface Asked {
  readonly profile: string;
  readonly entity: string;
  readonly groups: readonly unknown[];
  readonly overrides: unknown;
  readonly measurements: readonly ProfileMeasurement[];
  readonly periods: readonly Period[];
}

async function ask(
  name: string,
  capabilities: Capabilities,
  profile: unknown,
  entity: unknown,
  periodsArgument: unknown,
  rest: readonly unknown[],
): Promise<Asked> {
  const profiles = needed(name, capabilities, 'profiles');
  // Groups are a list, or (the old form) the remaining arguments.
  const listed = elements(rest[0]);
  const groups = listed === undefined ? rest.filter((one) => !absent(one) && !isMap(one)) : [...listed];
  const overrides = rest.find(isMap);
  const periods = Array.from(
    absent(periodsArgument) ? [] : iterableArgument(name, 'periods', periodsArgument),
    (one) => {
      if (one instanceof Period) return one;
      throw typeError(
        `${name} needs periods, not ${describe(one)}`,
        'PROFILE_FIXED and PROFILE_WINDOW give them',
      );
    },
  );
  const plain = isMap(overrides) ? toPlain(overrides) : {};
  const query = {
    profile: stringArgument(name, 'profile', profile),
    entity: textArgument(name, 'entity', entity) ?? 'null',
    periods,
    groups,
    settings: { ...capabilities.globalConfig?.(), ...(isRecord(plain) ? plain : {}) },
  };
  const measurements = periods.length === 0 ? [] : await profiles.get(query);
  return { ...query, overrides, measurements, periods };
}

const queryParameters = [
  parameter('profile', 'string', 'The profile'),
  parameter('entity', 'string', 'The entity'),
  parameter('periods', 'list', 'What PROFILE_FIXED or PROFILE_WINDOW gave'),
];

const profileGet: StellarFunction = {
  name: 'PROFILE_GET',
  category: 'profiles',
  description: 'What a profile measured of an entity.',
  parameters: [
    ...queryParameters,
    variadic(
      'groups',
      'list',
      "The values of the profile's groupBy, and a map of settings over the global ones",
    ),
  ],
  returns: {
    type: 'list',
    description:
      'The values; periods without one are left out, or have the setting profiler.default.value when there is one',
  },
  examples: [],
  pure: false,
  capability: 'profiles',
  async: true,
  arity: [3, many],
  call: async (capabilities, profile, entity, periods, ...rest) => {
    const asked = await ask('PROFILE_GET', capabilities, profile, entity, periods, rest);
    const fallback = profileSetting(
      'PROFILE_GET',
      capabilities.globalConfig?.() ?? {},
      asked.overrides,
      'profiler.default.value',
    );
    if (fallback === null) return asked.measurements.map(({ value }) => value);
    const values = new Map(asked.measurements.map(({ period, value }) => [period.period, value]));
    return asked.periods.map(({ period }) => values.get(period) ?? fallback);
  },
};

const profileVerbose: StellarFunction = {
  name: 'PROFILE_VERBOSE',
  category: 'profiles',
  description: 'What a profile measured of an entity, with the time of each value.',
  parameters: [...queryParameters, variadic('groups', 'list', "The values of the profile's groupBy")],
  returns: {
    type: 'list',
    description: 'Maps of profile, entity, period, period.start, period.end (milliseconds), value and groups',
  },
  examples: [],
  pure: false,
  capability: 'profiles',
  async: true,
  arity: [3, many],
  call: async (capabilities, profile, entity, periods, ...rest) => {
    const asked = await ask('PROFILE_VERBOSE', capabilities, profile, entity, periods, rest);
    return asked.measurements.map(
      ({ period: { period, durationMs }, value }) =>
        new Map<string, unknown>([
          ['profile', asked.profile],
          ['entity', asked.entity],
          ['period', long(period)],
          ['period.start', long(period * durationMs)],
          ['period.end', long((period + 1) * durationMs)],
          ['value', value],
          ['groups', asked.groups],
        ]),
    );
  },
};

/** What PROFILER_INIT gives; opaque to expressions. */
class RunningProfiler {
  readonly runner: ProfileRunner;
  constructor(runner: ProfileRunner) {
    this.runner = runner;
  }
  toJSON(): string {
    return 'profiler';
  }
}

function runnerArgument(name: string, value: unknown): RunningProfiler {
  if (value instanceof RunningProfiler) return value;
  throw typeError(`${name} needs a profiler, not ${describe(value)}`, 'PROFILER_INIT makes one');
}

const common = {
  category: 'profiles',
  pure: false,
  capability: 'profiler',
  async: true,
  examples: [],
} as const;

const profilerInit: StellarFunction = {
  ...common,
  name: 'PROFILER_INIT',
  description: 'A profiler to try profile definitions with.',
  parameters: [parameter('config', 'string', 'A profiler configuration as JSON text')],
  returns: { type: 'profiler', description: 'The profiler' },
  arity: [1, many],
  call: async (capabilities, config) => {
    const profiler = needed('PROFILER_INIT', capabilities, 'profiler');
    return new RunningProfiler(await profiler.start(stringArgument('PROFILER_INIT', 'config', config)));
  },
};

function messagesOf(value: unknown): Record<string, unknown>[] {
  if (absent(value)) return [];
  if (isMap(value)) {
    const message: Record<string, unknown> = Object.create(null);
    for (const [key, item] of mapEntries(value)) message[textOf(key)] = item;
    return [message];
  }
  const items = elements(value);
  if (items !== undefined) return [...items].flatMap(messagesOf);
  const text = stringArgument('PROFILER_APPLY', 'messages', value);
  if (!text.trimStart().startsWith('[')) return [documentOf('PROFILER_APPLY', text)];
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    parsed = undefined;
  }
  if (!Array.isArray(parsed) || !parsed.every(isRecord))
    throw argumentError(`PROFILER_APPLY needs messages, not ${describe(text)}`);
  return parsed;
}

const profilerApply: StellarFunction = {
  ...common,
  name: 'PROFILER_APPLY',
  description: 'Shows messages to a profiler.',
  parameters: [
    parameter(
      'messages',
      'string',
      'JSON text of a message or a list of messages, a map, or a list of either',
    ),
    parameter('profiler', 'profiler', 'What PROFILER_INIT gave'),
  ],
  returns: { type: 'profiler', description: 'The profiler' },
  arity: [2, many],
  call: async (_, messages, profiler) => {
    const running = runnerArgument('PROFILER_APPLY', profiler);
    await running.runner.apply(messagesOf(messages));
    return running;
  },
};

const profilerFlush: StellarFunction = {
  ...common,
  name: 'PROFILER_FLUSH',
  description: 'What a profiler measured so far; its period ends with that.',
  parameters: [parameter('profiler', 'profiler', 'What PROFILER_INIT gave')],
  returns: { type: 'list', description: 'Maps of profile, entity, value, groups and period' },
  arity: [1, many],
  call: async (_, profiler) => [...(await runnerArgument('PROFILER_FLUSH', profiler).runner.flush())],
};

export const profileFunctions: readonly StellarFunction[] = [
  profileFixed,
  profileGet,
  profileVerbose,
  profilerInit,
  profilerApply,
  profilerFlush,
];

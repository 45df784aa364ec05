import { parseSelector, WindowError } from '../../windows/index.ts';
import { toLong } from '../convert.ts';
import { argumentError, StellarError, typeError } from '../errors.ts';
import type { StellarFunction } from '../expression.ts';
import { mostPeriods, Period, periodDuration } from '../profile-periods.ts';
import { describe, isMap } from '../values.ts';
import { absent, now, stringArgument } from './arguments.ts';
import { defaultZone } from './dates.ts';
import { optional, parameter } from './define.ts';

/** Periods of the past by a selector of windows. */

const profileWindow: StellarFunction = {
  name: 'PROFILE_WINDOW',
  category: 'profiles',
  description: 'The periods that begin in the windows which a selector means.',
  parameters: [
    parameter(
      'selector',
      'string',
      "Such as '30 minute window every 24 hours from 14 days ago including tuesdays excluding holidays:us'",
    ),
    optional(
      'now',
      'long',
      'What the selector counts back from, epoch milliseconds; the present when absent',
    ),
    optional('overrides', 'map', 'Settings over the global ones, such as profiler.client.period.duration'),
  ],
  returns: { type: 'list', description: 'The periods, oldest first' },
  examples: [{ expression: "LENGTH(PROFILE_WINDOW('1 hour', 1514290000000L))", result: 4 }],
  pure: false,
  arity: [1, 3],
  call: (capabilities, selector, second, third) => {
    const source = stringArgument('PROFILE_WINDOW', 'selector', selector);
    const overrides = isMap(second) ? second : third;
    const durationMs = periodDuration('PROFILE_WINDOW', capabilities.globalConfig?.() ?? {}, overrides);
    const at = instant(isMap(second) ? null : second) ?? now(capabilities);
    try {
      const periods: Period[] = [];
      for (const { from, to } of parseSelector(source).intervals(at, defaultZone(capabilities))) {
        const last = Math.floor(to / durationMs);
        for (let period = Math.ceil(from / durationMs); period <= last; period++) {
          if (periods.length >= mostPeriods) {
            throw new StellarError(
              'SKP_STELLAR_BUDGET',
              `PROFILE_WINDOW would give more than ${mostPeriods} periods`,
              {
                hint: 'ask for less time',
              },
            );
          }
          periods.push(new Period(period, durationMs));
        }
      }
      return periods;
    } catch (error) {
      if (!(error instanceof WindowError)) throw error;
      throw argumentError(`PROFILE_WINDOW cannot read its selector: ${error.message}`, error.hint);
    }
  },
};

function instant(value: unknown): number | null {
  if (absent(value)) return null;
  const time = toLong(value);
  if (time === null) throw typeError(`PROFILE_WINDOW needs a time in milliseconds, not ${describe(value)}`);
  return Number(time);
}

export const profileWindowFunctions: readonly StellarFunction[] = [profileWindow];

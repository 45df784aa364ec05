import type { ProfilePeriod } from './capabilities.ts';
import { toLong, toText } from './convert.ts';
import { argumentError, typeError } from './errors.ts';
import { mapGet } from './members.ts';
import { describe, isMap } from './values.ts';

/** The periods of profiles: numbered from 1970 on, each as long as the setting says. */

const unitMs: Readonly<Record<string, number>> = {
  NANOSECONDS: 1e-6,
  MICROSECONDS: 1e-3,
  MILLISECONDS: 1,
  SECONDS: 1000,
  MINUTES: 60_000,
  HOURS: 3_600_000,
  DAYS: 86_400_000,
};

/** Milliseconds of an amount in one of Java's time units. Raises `StellarError` when one of them is none. */
export function unitDuration(name: string, amount: unknown, unit: unknown): number {
  const count = toLong(amount ?? null);
  if (count === null || count < 0n)
    throw typeError(`${name} needs a whole number as the amount, not ${describe(amount)}`);
  const text = toText(unit ?? null)?.toUpperCase() ?? '';
  if (!Object.hasOwn(unitMs, text)) {
    throw argumentError(
      `${name} knows no unit ${describe(unit)}`,
      `the units are ${Object.keys(unitMs).join(', ')}`,
    );
  }
  return Number(count) * unitMs[text]!;
}

/** One setting of the profile client: of the overrides, else of the global configuration. */
export function profileSetting(
  name: string,
  global: Readonly<Record<string, unknown>>,
  overrides: unknown,
  key: string,
): unknown {
  if (overrides !== null && overrides !== undefined) {
    if (!isMap(overrides)) throw typeError(`${name} needs a map as overrides, not ${describe(overrides)}`);
    const override = mapGet(overrides, key);
    if (override !== null) return override;
  }
  return Object.hasOwn(global, key) ? (global[key] ?? null) : null;
}

/** How long a period is, in milliseconds. */
export function periodDuration(
  name: string,
  global: Readonly<Record<string, unknown>>,
  overrides: unknown,
): number {
  const setting = (key: string) => profileSetting(name, global, overrides, key);
  const duration = unitDuration(
    name,
    setting('profiler.client.period.duration') ?? 15,
    setting('profiler.client.period.duration.units') ?? 'MINUTES',
  );
  if (duration < 1) throw argumentError(`${name} needs periods of a millisecond at least`);
  return duration;
}

/** A period as expressions carry it. */
export class Period implements ProfilePeriod {
  readonly period: number;
  readonly durationMs: number;
  constructor(period: number, durationMs: number) {
    this.period = period;
    this.durationMs = durationMs;
  }
  /** The period that a time (epoch milliseconds) lies in. */
  static at(time: number, durationMs: number): Period {
    return new Period(Math.floor(time / durationMs), durationMs);
  }
  get start(): number {
    return this.period * this.durationMs;
  }
  toJSON(): { period: number; duration: number } {
    return { period: this.period, duration: this.durationMs };
  }
}

export const mostPeriods = 1_000_000;

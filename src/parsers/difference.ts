/** How intended differences are written down: what a case says, and what holds instead. */
import { isMap } from './fields.ts';

/**
 * Where parsers behave otherwise than the reference, on purpose: why, and what happens instead. The case then has to behave as told
 * here.
 */
export interface IntendedDifference {
  readonly reason: string;
  /** Members of the case that are otherwise, told or worked out from the case. A member set to undefined does not apply. */
  readonly instead: Members | ((vector: Members) => Members);
}

export type Members = Readonly<Record<string, unknown>>;

export function asMembers(value: unknown): Members {
  return isMap(value) ? value : {};
}

export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Everything of the case holds, and there are further fields: `more` must be among them. `without`: fields of the case that are not there. */
export function moreFields(
  reason: string,
  more: Members = {},
  without: readonly string[] = [],
): IntendedDifference {
  return {
    reason,
    instead: (vector) => {
      const change = (message: unknown): Members => {
        const kept = Object.entries(asMembers(message)).filter(([name]) => !without.includes(name));
        return { ...Object.fromEntries(kept), ...more };
      };
      return {
        exact: false,
        absent: without,
        ...(vector['expect'] === undefined ? null : { expect: change(vector['expect']) }),
        ...(vector['expectMany'] === undefined
          ? null
          : { expectMany: asList(vector['expectMany']).map(change) }),
      };
    },
  };
}

/** A record that the reference loses, in silence or with an error, and some fields of what it reads as. */
export function readable(reason: string, expect: Members, exact = false): IntendedDifference {
  return {
    reason,
    instead: {
      outcome: 'ok',
      error: undefined,
      errorScope: undefined,
      errors: undefined,
      parserValid: undefined,
      exact,
      expect,
    },
  };
}

/** A record that the reference drops in silence is refused, with its bytes kept among the errors. */
export function refused(reason: string): IntendedDifference {
  return { reason, instead: { outcome: 'error', error: true, expect: undefined, expectErrors: undefined } };
}

/** Ids of a file's cases, `from` to `to`, such as `ise-0001`. */
export function idsOf(file: string, from: number, to: number): string[] {
  return Array.from({ length: to - from + 1 }, (_, i) => `${file}-${String(from + i).padStart(4, '0')}`);
}

/**
 * Runs a regular expression over text that an adversary may have written, within a bound of time. V8 hands a linear-capable
 * expression over to its linear engine after 50,000 steps back (`--enable-experimental-regexp-engine-on-excessive-backtracks`),
 * each of which may cross the whole text: harmless on short text. Everything else runs under a watchdog, which costs about
 * 80 µs a call and stops the match after `matchTimeLimit` ms.
 */
import { Script } from 'node:vm';
import { ParseError } from '../errors.ts';

/** Milliseconds after which a match is given up. */
export const matchTimeLimit = 50;
/** Up to how many characters a linear-capable expression runs without a watchdog: 20 µs a character at the worst. */
const shortText = 2_000;

const script = new Script('globalThis[Symbol.for("skopos.guardedMatch")]()', { filename: 'guarded-match' });
let pending: { regex: RegExp; text: string } | undefined;

Object.defineProperty(globalThis, Symbol.for('skopos.guardedMatch'), {
  value: () => (pending === undefined ? null : pending.regex.exec(pending.text)),
  configurable: true,
});

/** `regex.exec(text)` that throws `ParseError` (after 50 ms) instead of stalling. */
export function guardedMatch(regex: RegExp, linear: boolean, text: string): RegExpExecArray | null {
  if (linear && text.length <= shortText) return regex.exec(text);
  pending = { regex, text };
  try {
    return script.runInThisContext({ timeout: matchTimeLimit }) as RegExpExecArray | null;
  } catch (cause) {
    throw new ParseError(
      `Matching a line of ${text.length} characters took longer than ${matchTimeLimit} ms and was given up`,
      {
        cause,
        hint: 'Make the pattern say more exactly what may stand between its fields (%{NOTSPACE} or [^,]* for %{DATA})',
      },
    );
  } finally {
    pending = undefined;
  }
}

/**
 * Runs a regular expression over text that an adversary may have written, within a bound of time. V8 hands a linear-capable
 * expression over to its linear engine after 50,000 steps back (`--enable-experimental-regexp-engine-on-excessive-backtracks`),
 * each of which may cross the whole text: harmless on short text. Everything else runs under a watchdog, which costs about
 * 80 µs a call and stops the match after `matchTimeLimit` ms.
 */
import { Script } from 'node:vm';
import { ParseError } from '../errors.ts';

/** Milliseconds after which a match is given up. */
export const matchTimeLimit = 40;
/** Up to how many characters a linear-capable expression runs without a watchdog: 20 µs a character at the worst. */
const shortText = 2_000;
/** How often a match is begun again that was stopped while other work kept the processor from it. */
const mostAttempts = 5;

const gate = Symbol.for('skopos.guardedMatch');
const script = new Script('globalThis[Symbol.for("skopos.guardedMatch")]()', { filename: 'guarded-match' });

let regex: RegExp | undefined;
let input = '';
let found: RegExpExecArray | null = null;

function runPending(): void {
  if (regex !== undefined) found = regex.exec(input);
}

/** `pattern.exec(text)` that throws `ParseError` (after 40 ms) instead of stalling. */
export function guardedMatch(pattern: RegExp, linear: boolean, text: string): RegExpExecArray | null {
  return linear && text.length <= shortText ? pattern.exec(text) : watched(pattern, text);
}

function watched(pattern: RegExp, text: string): RegExpExecArray | null {
  // Modules of the same name loaded twice in one realm share the gate: the last to match holds it.
  Object.defineProperty(globalThis, gate, { value: runPending, configurable: true });
  regex = pattern;
  input = text;
  try {
    const before = process.threadCpuUsage();
    for (let attempt = 1; ; attempt++) {
      found = null;
      try {
        script.runInThisContext({ timeout: matchTimeLimit });
        return found;
      } catch (cause) {
        const used = process.threadCpuUsage(before);
        // The watchdog goes by the clock on the wall; on a busy machine the match may not have had its time.
        const starved = used.user + used.system < matchTimeLimit * 600;
        if (starved && attempt < mostAttempts) continue;
        throw new ParseError(
          `Matching a line of ${text.length} characters took longer than ${matchTimeLimit} ms and was given up`,
          {
            cause,
            hint: 'Say more exactly what may stand between the fields (%{NOTSPACE} or [^,]* rather than %{DATA})',
          },
        );
      }
    }
  } finally {
    regex = undefined;
    input = '';
    found = null;
  }
}

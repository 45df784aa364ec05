import { argumentError } from './errors.ts';
import { translatePattern } from './java-pattern.ts';
import { ownText } from './own-text.ts';
import { type PatternShape, shapeOf } from './pattern-shape.ts';
import { timeLimited } from './time-limit.ts';

/**
 * Regular expressions as Java writes them, safe over hostile text. Most patterns can be taken over by the linear-time engine
 * when they backtrack too much; over a text so long that even this takes long, and for patterns which that engine cannot run,
 * matching has a time limit and raises `StellarError` beyond it.
 */
export interface CompiledPattern {
  /** The pattern over the whole text. */
  readonly whole: RegExp;
  /** The pattern anywhere in a text, with the flag `g`. */
  readonly anywhere: RegExp;
  readonly groups: number;
  /** Whether the linear-time engine can run it. */
  readonly isLinear: boolean;
  /** Whether the whole text matches. */
  test(text: string): boolean;
  /** The groups of a match of the whole text. */
  exec(text: string): RegExpExecArray | null;
}

/** What a match may cost at most: characters of text times characters of pattern, about 20 ns each in the linear-time engine. */
const freeWork = 5_000_000;
/** The same for backtracking of polynomial time, in steps. */
const freeSteps = 2_000_000;
const shortText = 16;

/** Longest text that is matched without a time limit. */
function freeLength({ source, isLinear, starHeight, stars }: PatternShape): number {
  if (isLinear) return Math.floor(freeWork / Math.max(1, source.length));
  if (starHeight > 1) return shortText;
  return Math.max(shortText, Math.floor(freeSteps ** (1 / (stars + 1))));
}

/** A pattern that is matched under a time limit, however it is called. */
class LimitedRegExp extends RegExp {
  readonly #free: number;

  // A copy, such as matchAll makes, is limited from the shortest texts on.
  constructor(source: string, flags: string, free: number = shortText) {
    super(source, flags);
    this.#free = free;
  }

  override exec(text: string): RegExpExecArray | null {
    return text.length <= this.#free ? super.exec(text) : timeLimited(() => super.exec(text), this.source);
  }
}

/** Raises `StellarError` for a pattern that is wrong. */
export function compilePattern(pattern: string): CompiledPattern {
  const translated = translatePattern(pattern);
  const { flags } = translated;
  try {
    const shape =
      flags === ''
        ? shapeOf(translated.source)
        : { ...shapeOf(translated.source), ...translated, isLinear: false };
    const { source, isLinear } = shape;
    const free = freeLength(shape);
    const make = (text: string, more: string): RegExp =>
      isLinear ? new RegExp(text, more + flags) : new LimitedRegExp(text, more + flags, free);
    const whole = make(`^(?:${source})$`, '');
    const anywhere = make(source, 'g');
    const groups = (new RegExp(`${source}|`, flags).exec('')?.length ?? 1) - 1;
    return {
      whole,
      anywhere,
      groups,
      isLinear,
      test: (text) =>
        text.length <= free || !isLinear ? whole.test(text) : timeLimited(() => whole.test(text), source),
      exec: (text) =>
        text.length <= free || !isLinear ? whole.exec(text) : timeLimited(() => whole.exec(text), source),
    };
  } catch (error) {
    throw argumentError(
      `the regular expression ${JSON.stringify(pattern.slice(0, 80))} is wrong: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

const held = new Map<string, CompiledPattern>();
const capacity = 1000;
const longestPattern = 10_000;

/** Patterns by their text, so that one that comes from a variable is compiled once; the oldest are forgotten. */
export function cachedPattern(pattern: string): CompiledPattern {
  const found = held.get(pattern);
  if (found !== undefined) return found;
  if (pattern.length > longestPattern)
    throw argumentError(`a regular expression of more than ${longestPattern} characters is not compiled`);
  const compiled = compilePattern(ownText(pattern));
  if (held.size >= capacity) {
    for (const oldest of held.keys()) {
      held.delete(oldest);
      break;
    }
  }
  held.set(ownText(pattern), compiled);
  return compiled;
}

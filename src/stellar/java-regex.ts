import { longestEvaluation } from './budget.ts';
import { argumentError } from './errors.ts';
import { translatePattern } from './java-pattern.ts';
import { ownText } from './own-text.ts';
import { type PatternShape, shapeOf } from './pattern-shape.ts';
import { timeLimited, tooLong } from './time-limit.ts';

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
  /** Longest text that is matched without a time limit; -1 when even the empty one is not. */
  readonly freeLength: number;
  /** Whether the whole text matches. */
  test(text: string): boolean;
  /** The groups of a match of the whole text. */
  exec(text: string): RegExpExecArray | null;
}

/** What a match may cost at most: characters of text times characters of pattern, about 20 ns each in the linear-time engine. */
const freeWork = 5_000_000;
/** The same for backtracking, as bits of steps: about 20 ms. */
const freeBits = 21;
/** Bits of choices that are not counted: nearly always, alternatives exclude each other. */
const freeChoices = 4;
/** Characters of a text in which even a match at each of them takes no time to speak of. */
const manyMatches = 500;

function freeLengthOf({ source, isLinear, ways }: PatternShape): number {
  if (isLinear) return Math.floor(freeWork / Math.max(1, source.length));
  const { choices, stars, perCharacter } = ways;
  // A match may begin at any character.
  const bits = (length: number): number =>
    Math.max(0, choices - freeChoices) + (stars + 1) * Math.log2(length + 1) + perCharacter * length;
  let free = -1;
  for (let step = 2 ** freeBits; step >= 1; step /= 2) if (bits(free + step) <= freeBits) free += step;
  return free;
}

/** A pattern that is matched under a time limit, however it is called. */
class LimitedRegExp extends RegExp {
  readonly #free: number;

  // A copy, such as matchAll makes, is limited whatever the text.
  constructor(source: string, flags: string, free = -1) {
    super(source, flags);
    this.#free = free;
  }

  override exec(text: string): RegExpExecArray | null {
    return text.length <= this.#free ? super.exec(text) : timeLimited(() => super.exec(text), this.source);
  }
}

/** All matches, as matchAll gives them, within the time that an evaluation may take. */
export function* allMatches(text: string, pattern: CompiledPattern): Generator<RegExpExecArray> {
  const { anywhere } = pattern;
  const isLong = pattern.isLinear && text.length > pattern.freeLength;
  const next = (): RegExpExecArray | null =>
    isLong ? timeLimited(() => anywhere.exec(text), anywhere.source) : anywhere.exec(text);
  const end = text.length > manyMatches ? performance.now() + longestEvaluation : Number.POSITIVE_INFINITY;
  anywhere.lastIndex = 0;
  for (let match = next(); match !== null; match = next()) {
    // exec searches on from lastIndex, which others may use before the next match is asked for.
    const from = match[0] === '' ? match.index + 1 : match.index + match[0].length;
    yield match;
    anywhere.lastIndex = from;
    if (from > text.length) return;
    // Each match may look at all of the text: a.*b|a over many letters a.
    if (end !== Number.POSITIVE_INFINITY && performance.now() > end)
      throw tooLong(anywhere.source, longestEvaluation);
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
    const free = freeLengthOf(shape);
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
      freeLength: free,
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

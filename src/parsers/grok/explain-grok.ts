/** Why a line does not fit a Grok pattern, or how it does. */
import type { Message } from '../parser.ts';
import type { Dictionary } from './dictionary.ts';
import { compileGrok, type GrokMatcher, type GrokOptions } from './grok.ts';
import { patternElements } from './pattern-elements.ts';

export interface GrokExplanation {
  readonly matches: boolean;
  /** The longest beginning of the pattern that fits somewhere in the line, as written; empty when none does. */
  readonly fitting: string;
  /** The element of the pattern that does not fit behind it, null when all do. */
  readonly failing: string | null;
  /** What is left of the pattern behind the failing element. */
  readonly rest: string;
  /** Where in the line the fitting part begins and ends, UTF-16 units from 0. */
  readonly start: number;
  readonly end: number;
  /** What the fitting part captured. */
  readonly captured: Message;
}

const deepest = 20;

/**
 * Looks for the longest beginning of `pattern` that fits in `text`. References are looked into, so that `failing` is the
 * smallest part that can be named. Throws `ParserConfigError` when the pattern is wrong, `ParseError` when matching takes too long.
 */
export function explainGrok(
  pattern: string,
  dictionary: Dictionary,
  text: string,
  options: GrokOptions = {},
): GrokExplanation {
  // A pattern that is wrong is told of as a whole.
  compileGrok(pattern, dictionary, options);
  let elements = patternElements(pattern);
  let fit = longestFit(elements, dictionary, text, options);
  for (let depth = 0; depth < deepest && fit.count < elements.length; depth += 1) {
    const inner = opened(elements[fit.count] ?? '', dictionary);
    if (inner === null) break;
    elements = [...elements.slice(0, fit.count), ...inner, ...elements.slice(fit.count + 1)];
    fit = longestFit(elements, dictionary, text, options);
  }
  const matches = fit.count === elements.length;
  return {
    matches,
    fitting: elements.slice(0, fit.count).join(''),
    failing: matches ? null : (elements[fit.count] ?? null),
    rest: elements.slice(fit.count + 1).join(''),
    start: fit.start,
    end: fit.end,
    captured: fit.captured,
  };
}

interface Fit {
  readonly count: number;
  readonly start: number;
  readonly end: number;
  readonly captured: Message;
}

/** What fits with n elements fits with fewer, so halving finds the most. */
function longestFit(
  elements: readonly string[],
  dictionary: Dictionary,
  text: string,
  options: GrokOptions,
): Fit {
  let best: Fit = { count: 0, start: 0, end: 0, captured: {} };
  let low = 1;
  let high = elements.length;
  while (low <= high) {
    const count = (low + high) >> 1;
    const fit = fitOf(elements.slice(0, count).join(''), dictionary, text, options);
    if (fit === null) high = count - 1;
    else {
      best = { count, ...fit };
      low = count + 1;
    }
  }
  return best;
}

function fitOf(
  pattern: string,
  dictionary: Dictionary,
  text: string,
  options: GrokOptions,
): Omit<Fit, 'count'> | null {
  const matcher: GrokMatcher = compileGrok(pattern, dictionary, options);
  const captured = matcher.match(text);
  if (captured === null) return null;
  const found = matcher.regex.exec(text);
  if (found === null) return null;
  return { start: found.index, end: found.index + found[0].length, captured };
}

/** The elements of what a reference stands for; null for one that is not a sequence of several. */
function opened(element: string, dictionary: Dictionary): readonly string[] | null {
  const name = /^%\{([A-Za-z0-9_[\]\\^`]+)(?::[^}=]*)?\}$/.exec(element)?.[1];
  const definition = name === undefined ? undefined : dictionary.get(name);
  if (definition === undefined) return null;
  const inner = patternElements(definition);
  // Only what refers on is worth looking into: `\d` behind `%{INT}` explains less than the name.
  return inner.length > 1 && inner.some((each) => each.startsWith('%{')) ? inner : null;
}

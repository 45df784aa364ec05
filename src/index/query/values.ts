/** What a single value of a query means: a term, a wildcard, a network, a date, an existence. */
import type { Query } from './ast.ts';
import { all } from './build.ts';
import { type DateSpan, parseDate } from './date-math.ts';
import { isDateField, type QueryOptions } from './options.ts';
import { hasWildcard, isLiteral, parseNetwork, type Word, wildcardPattern } from './word.ts';

/** A bound of a range. Null is open; a literal one is not looked at for dates. */
export interface Bound {
  readonly text: string | null;
  readonly literal: boolean;
}

export const open: Bound = { text: null, literal: true };

/** Without quotes. */
export function wordQuery(field: string | null, word: Word, options: QueryOptions): Query {
  if (hasWildcard(word)) {
    const pattern = wildcardPattern(word);
    if (!/^\*+$/.test(pattern)) return { type: 'wildcard', field, pattern };
    return field === null ? all : { type: 'exists', field };
  }
  if (isLiteral(word)) return { type: 'term', field, value: word.text, quoted: false };
  const compared = field === null ? null : /^([<>]=?)(.+)$/s.exec(word.text);
  if (field !== null && compared !== null) {
    return comparison(field, compared[1]!, { text: compared[2]!, literal: false }, options);
  }
  const network = parseNetwork(word.text);
  if (network !== null) return { type: 'cidr', field, ...network };
  return dateQuery(field, word.text, options) ?? { type: 'term', field, value: word.text, quoted: false };
}

/** In quotes. */
export function phraseQuery(field: string | null, text: string, options: QueryOptions): Query {
  // Elasticsearch needs quotes around the slash of a network.
  const mayBeNetwork = field !== null && /(?:^|[._])(?:ip|addr)(?:$|[._])/.test(field);
  const network = mayBeNetwork ? parseNetwork(text) : null;
  if (network !== null) return { type: 'cidr', field, ...network };
  return dateQuery(field, text, options) ?? { type: 'term', field, value: text, quoted: true };
}

/** `operator` is one of `>`, `>=`, `<`, `<=`. */
export function comparison(field: string, operator: string, bound: Bound, options: QueryOptions): Query {
  const inclusive = operator.length === 2;
  const [from, to] = operator.startsWith('>') ? [bound, open] : [open, bound];
  return rangeQuery(field, from, to, inclusive, inclusive, options);
}

/** A date as a bound that is included takes its whole span in; one that is excluded leaves its whole span out. */
export function rangeQuery(
  field: string,
  from: Bound,
  to: Bound,
  includeFrom: boolean,
  includeTo: boolean,
  options: QueryOptions,
): Query {
  if (from.text === null && to.text === null) return { type: 'exists', field };
  const range = {
    type: 'range' as const,
    field,
    from: from.text,
    to: to.text,
    // An open side includes whatever there is; one spelling of it, so that equal queries are equal trees.
    includeFrom: from.text === null || includeFrom,
    includeTo: to.text === null || includeTo,
  };
  const low = spanOf(field, from, options);
  if (low !== null) {
    const whole = low.end - low.start > 1;
    range.from = String(whole && !includeFrom ? low.end : low.start);
    if (whole) range.includeFrom = true;
  }
  const high = spanOf(field, to, options);
  if (high !== null) {
    const whole = high.end - high.start > 1;
    range.to = String(whole && includeTo ? high.end : high.start);
    if (whole) range.includeTo = false;
  }
  return range;
}

/** A date as a value means the whole span that it names: the 1st of May is from midnight to midnight. */
function dateQuery(field: string | null, text: string, options: QueryOptions): Query | null {
  if (field === null) return null;
  const span = spanOf(field, { text, literal: false }, options);
  if (span === null) return null;
  if (span.end - span.start === 1) return { type: 'term', field, value: String(span.start), quoted: false };
  return {
    type: 'range',
    field,
    from: String(span.start),
    to: String(span.end),
    includeFrom: true,
    includeTo: false,
  };
}

function spanOf(field: string, bound: Bound, options: QueryOptions): DateSpan | null {
  if (bound.text === null || bound.literal) return null;
  if (options.now === undefined && bound.text.startsWith('now')) return null;
  return parseDate(bound.text, options.now ?? 0, (options.isDateField ?? isDateField)(field));
}

/** Writes a tree as a query that is read as the same tree again. */
import type { Query } from './ast.ts';
import { parseDate } from './date-math.ts';
import { parseNetwork } from './word.ts';

/** Every group stands in parentheses, so that nothing hangs on how operators bind. */
export function formatQuery(query: Query): string {
  switch (query.type) {
    case 'and':
    case 'or': {
      const operator = query.type === 'and' ? ' AND ' : ' OR ';
      return query.clauses.map((clause) => member(clause, query.type)).join(operator);
    }
    case 'not':
      return `NOT ${member(query.clause, 'not')}`;
    default:
      return leaf(query);
  }
}

function member(clause: Query, inside: 'and' | 'or' | 'not'): string {
  const text = formatQuery(clause);
  const group = clause.type === 'and' || clause.type === 'or' || (clause.type === 'not' && inside !== 'and');
  return group || clause.type === 'none' ? `(${text})` : text;
}

function leaf(query: Exclude<Query, { readonly type: 'and' | 'or' | 'not' }>): string {
  switch (query.type) {
    case 'all':
      return '*';
    case 'none':
      return 'NOT *';
    case 'term':
      return (
        prefix(query.field) + (query.quoted || query.value === '' ? quote(query.value) : word(query.value))
      );
    case 'wildcard':
      return prefix(query.field) + pattern(query.pattern);
    case 'regex':
      return `${prefix(query.field)}/${query.pattern.replaceAll('/', '\\/')}/`;
    case 'exists':
      return `${prefix(query.field)}*`;
    case 'cidr':
      return `${prefix(query.field)}${escapeWord(query.network)}/${query.prefix}`;
    case 'range': {
      const [begin, end] = [query.includeFrom ? '[' : '{', query.includeTo ? ']' : '}'];
      return `${prefix(query.field)}${begin}${bound(query.from)} TO ${bound(query.to)}${end}`;
    }
  }
}

function prefix(field: string | null): string {
  return field === null ? '' : `${escapeWord(field)}:`;
}

function word(value: string): string {
  const escaped = escapeWord(value);
  const special = parseNetwork(value) !== null || looksLikeDate(value) || /^[<>]/.test(value);
  if (!special) return escaped;
  if (value.startsWith(':')) return `\\u003a${escaped.slice(2)}`;
  return escaped.startsWith('\\') ? escaped : literal(escaped);
}

function bound(value: string | null): string {
  if (value === null) return '*';
  if (value === '') return '""';
  const escaped = escapeWord(value);
  return looksLikeDate(value) && !escaped.startsWith('\\') ? literal(escaped) : escaped;
}

/** A backslash before the first character: not to be taken for anything but itself. */
function literal(escaped: string): string {
  // Before a "u" with hexadecimal digits behind it, it would mean another character.
  return escaped.startsWith('u') ? `\\u0075${escaped.slice(1)}` : `\\${escaped}`;
}

/** Whatever the reader takes for a date field. */
function looksLikeDate(value: string): boolean {
  return parseDate(value, 0, true) !== null;
}

function quote(value: string): string {
  return `"${value.replaceAll(/[\\"]/g, '\\$&')}"`;
}

function escapeWord(text: string): string {
  const escaped = text.replaceAll(/[\s+\-!(){}[\]^"~*?:\\/&|<>]/g, (character, at: number) =>
    // These have a meaning at the beginning of a word only.
    at > 0 && /[-+!/&|<>]/.test(character) ? character : `\\${character}`,
  );
  return /^(?:AND|OR|NOT|TO)$/.test(text) ? literal(escaped) : escaped;
}

function pattern(text: string): string {
  let written = '';
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!;
    if (character === '*' || character === '?') written += character;
    else if (character === '\\' && at + 1 < text.length) written += `\\${text[++at]!}`;
    else written += at === 0 ? escapeWord(character) : escapeWord(`x${character}`).slice(1);
  }
  return written;
}

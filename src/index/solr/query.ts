/**
 * A query tree as a query of Solr's standard parser. What a user typed stands in it between quotation marks, with a backslash before each
 * character that is no letter or digit, or in an expression that was taken apart and written anew: it is a value and nothing else.
 */

import { type AddressRange, networkRange, parseAddress } from '../addresses.ts';
import type { Scope } from '../event-index.ts';
import type { Query } from '../query/ast.ts';
import { parseNumber } from '../query-values.ts';
import { luceneRegex } from '../remote/regex.ts';
import { addressKey } from './document.ts';
import { As, canonical, fieldBase, Own } from './names.ts';

type Of<T extends Query['type']> = Extract<Query, { type: T }>;

const ALL = '*:*';
const NONE = '(*:* -*:*)';

export function scopeQuery(scope: Scope, textFields: ReadonlySet<string>): string {
  const parts = [queryText(scope.query, textFields)];
  const { from, to } = scope.timeRange ?? { from: null, to: null };
  if (from !== null || to !== null)
    parts.push(
      `${Own.time}:[${from === null ? '*' : Math.ceil(from)} TO ${to === null ? '*' : Math.ceil(to)}${to === null ? ']' : '}'}`,
    );
  if (scope.alertsOnly === true) parts.push(`${Own.alert}:true`);
  const { sensors } = scope;
  parts.push(
    sensors === undefined || sensors.length === 0
      ? `(*:* -${Own.sensor}:"error")`
      : any([...new Set(sensors)].map((sensor) => `${Own.sensor}:${quoted(sensor)}`)),
  );
  return every(parts);
}

/** @throws IndexError SKP_INDEX_QUERY for what means nothing, or cannot be asked of Solr. */
export function queryText(query: Query, textFields: ReadonlySet<string>): string {
  switch (query.type) {
    case 'all':
      return ALL;
    case 'none':
      return NONE;
    case 'and':
      return every(query.clauses.map((clause) => queryText(clause, textFields)));
    case 'or':
      return any(query.clauses.map((clause) => queryText(clause, textFields)));
    case 'not':
      return `(*:* -${queryText(query.clause, textFields)})`;
    case 'exists':
      return existsText(query.field);
    case 'term':
      return termText(query, textFields);
    case 'wildcard':
      return wildcardText(query, textFields);
    case 'regex': {
      const { keyword, written } = fieldsOf(query.field);
      const pattern = regexLiteral(query.pattern);
      return any([keyword, written].map((name) => `${name}:${pattern}`));
    }
    case 'cidr':
      return addressText(fieldsOf(query.field).address, networkRange(query.network, query.prefix));
    case 'range':
      return rangeText(query);
  }
}

interface SolrFields {
  readonly keyword: string;
  readonly written: string;
  readonly words: string;
  readonly number: string | null;
  readonly address: string;
}

/** Names as the parser reads them. */
function fieldsOf(field: string | null): SolrFields {
  if (field === null) {
    const { anyKeyword, anyWords, anyAddress } = Own;
    return { keyword: anyKeyword, written: anyKeyword, words: anyWords, number: null, address: anyAddress };
  }
  const base = fieldBase(field).replaceAll('-', '\\-');
  return {
    keyword: base + As.keyword,
    written: base + As.written,
    words: base + As.words,
    number: base + As.number,
    address: base + As.address,
  };
}

function termText({ field, value }: Of<'term'>, textFields: ReadonlySet<string>): string {
  const { keyword, written, words, number, address } = fieldsOf(field);
  const lines = field === null || isText(field, textFields);
  const clauses: string[] = [];
  if (lines && hasWord(value)) clauses.push(`${words}:${quoted(value)}`);
  else if (lines && field !== null && value !== '') clauses.push(`${keyword}:*${escaped(value)}*`);
  if (field === null || !lines) clauses.push(`${keyword}:${quoted(value)}`);
  const asNumber = parseNumber(value);
  if (asNumber === null) clauses.push(`${written}:${quoted(value)}`);
  else if (number === null) clauses.push(`${written}:${quoted(String(asNumber))}`);
  else clauses.push(`${number}:${quoted(String(asNumber))}`);
  const asAddress = parseAddress(value);
  if (asAddress !== null) clauses.push(`${address}:${quoted(addressKey(asAddress))}`);
  return any(clauses);
}

function wildcardText({ field, pattern }: Of<'wildcard'>, textFields: ReadonlySet<string>): string {
  if (/^\*+$/.test(pattern)) return field === null ? ALL : existsText(field);
  const { keyword, written, words } = fieldsOf(field);
  const glob = globText(pattern);
  const clauses = [`${written}:${glob}`];
  if (field === null || !isText(field, textFields)) clauses.push(`${keyword}:${glob}`);
  if (field === null || isText(field, textFields))
    clauses.push(/^[\p{L}\p{N}_*?]+$/u.test(pattern) ? `${words}:${glob}` : `${keyword}:*${glob}*`);
  return any(clauses);
}

function rangeText(query: Of<'range'>): string {
  const { keyword, number, address } = fieldsOf(query.field);
  const { from, to } = query;
  if (from === null && to === null) return existsText(query.field);
  const low = from === null ? null : parseAddress(from);
  const high = to === null ? null : parseAddress(to);
  const bits = (low ?? high)?.bits;
  if (bits !== undefined && (from === null || low?.bits === bits) && (to === null || high?.bits === bits)) {
    const family = bits === 32 ? '4' : '6';
    return bounds(
      address,
      low === null ? family : addressKey(low),
      // The character after all digits.
      high === null ? `${family}g` : addressKey(high),
      query,
    );
  }
  const clauses = [bounds(keyword, from, to, query)];
  const numbers = [from, to].map((value) => (value === null ? null : parseNumber(value)));
  if ((from === null) === (numbers[0] === null) && (to === null) === (numbers[1] === null))
    clauses.push(
      bounds(
        number!,
        from === null ? null : String(numbers[0]),
        to === null ? null : String(numbers[1]),
        query,
      ),
    );
  return any(clauses);
}

function bounds(name: string, from: string | null, to: string | null, query: Of<'range'>): string {
  const open = query.includeFrom ? '[' : '{';
  const close = query.includeTo ? ']' : '}';
  return `${name}:${open}${from === null ? '*' : quoted(from)} TO ${to === null ? '*' : quoted(to)}${close}`;
}

function addressText(name: string, { bits, low, high }: AddressRange): string {
  return `${name}:[${addressKey({ bits, number: low })} TO ${addressKey({ bits, number: high })}]`;
}

function existsText(field: string): string {
  return `${Own.names}:${quoted(canonical(field).slice(0, 8000))}`;
}

function isText(field: string, textFields: ReadonlySet<string>): boolean {
  return textFields.has(field) || textFields.has(canonical(field));
}

function every(parts: readonly string[]): string {
  const needed = parts.filter((part) => part !== ALL);
  return needed.length === 0 ? ALL : `(${needed.map((part) => `+${part}`).join(' ')})`;
}

function any(parts: readonly string[]): string {
  const different = [...new Set(parts)];
  return different.length === 0 ? NONE : `(${different.join(' ')})`;
}

/**
 * Between quotation marks only those and the backslash mean something. They are written by their codes: in ranges the parser takes a
 * backslash before the closing mark for one with it, even where another one is before that.
 */
export function quoted(value: string): string {
  return `"${value.replaceAll('\\', '\\u005c').replaceAll('"', '\\u0022')}"`;
}

/** Outside of them, all but letters, digits and `_` may; and words such as AND do. */
function escaped(value: string): string {
  return value.replaceAll(/[^\p{L}\p{N}_]/gu, '\\$&');
}

/** `*` and `?` as they are, what a backslash stands before as itself. */
function globText(pattern: string): string {
  let text = '';
  for (let i = 0; i < pattern.length; i++) {
    const c = pattern[i]!;
    if (c === '*' || c === '?') text += c;
    else {
      const literal = c === '\\' && i + 1 < pattern.length ? pattern[++i]! : c;
      // Pairs of surrogates stay together.
      text += /[\p{L}\p{N}_\uD800-\uDFFF]/u.test(literal) ? literal : `\\${literal}`;
    }
  }
  return text.startsWith('*') || text.startsWith('?') || text.startsWith('\\') ? text : `\\${text}`;
}

/** Texts are kept in lower case; a slash would end the expression. */
function regexLiteral(pattern: string): string {
  const text = luceneRegex(pattern).toLowerCase();
  let out = '';
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!;
    if (c === '\\') out += c + (text[++i] ?? '\\');
    else out += c === '/' ? '\\/' : c;
  }
  // To the parser a backslash before the slash at the end would be one with it.
  return `/${out.endsWith('\\\\') ? `${out.slice(0, -2)}[\\\\]` : out}/`;
}

function hasWord(value: string): boolean {
  return /[\p{L}\p{N}_]/u.test(value);
}

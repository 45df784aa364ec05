/** A query tree as the server's query. Never as its query language: what a user typed is a value and nothing else. */

import {
  type AddressRange,
  addressDigits,
  isMapped,
  networkRange,
  parseAddress,
  storedRanges,
} from '../addresses.ts';
import { IndexError } from '../errors.ts';
import type { Scope } from '../event-index.ts';
import type { Query } from '../query/ast.ts';
import { hasCase, parseNumber } from '../query-values.ts';
import type { Json } from '../remote/json.ts';
import { numberDigits } from '../remote/number-digits.ts';
import { luceneRegex } from '../remote/regex.ts';
import { type FieldTypes, physicalOf } from './field-types.ts';
import { LINE } from './mapping.ts';
import { canonical, MORE, NAMES } from './names.ts';
import { GLOB_SCRIPT } from './scripts.ts';
import { addressToken, tokenName, tokenStart } from './tokens.ts';

type Clause = Json;
type Of<T extends Query['type']> = Extract<Query, { type: T }>;
type Valued = Of<'term' | 'wildcard' | 'regex' | 'cidr' | 'range'>;

const ALL: Clause = { match_all: {} };
const NONE: Clause = { match_none: {} };
const numeric: ReadonlySet<string> = new Set([
  'long',
  'integer',
  'short',
  'byte',
  'unsigned_long',
  'double',
  'float',
  'half_float',
  'scaled_float',
]);
const wholeNumbers: ReadonlySet<string> = new Set(['long', 'integer', 'short', 'byte', 'date']);

/** What a request narrows by. */
export function scopeClause(scope: Scope, types: FieldTypes): Clause {
  const filter = [queryClause(scope.query, types)];
  const { from, to } = scope.timeRange ?? { from: null, to: null };
  if (from !== null || to !== null) {
    filter.push({
      range: {
        timestamp: {
          ...(from === null ? {} : { gte: Math.trunc(from) }),
          ...(to === null ? {} : { lt: Math.trunc(to) }),
          format: 'epoch_millis',
        },
      },
    });
  }
  if (scope.alertsOnly === true) {
    filter.push(
      any([
        { term: { is_alert: 'true' } },
        { terms: { [MORE]: ['t', 'b'].map((kind) => `is_alert=${kind}:true`) } },
      ]),
    );
  }
  return { bool: { filter } };
}

/** @throws IndexError SKP_INDEX_QUERY for what means nothing, or cannot be asked of the server. */
export function queryClause(query: Query, types: FieldTypes): Clause {
  switch (query.type) {
    case 'all':
      return ALL;
    case 'none':
      return NONE;
    case 'and':
      return query.clauses.length === 0
        ? ALL
        : { bool: { filter: query.clauses.map((clause) => queryClause(clause, types)) } };
    case 'or':
      return any(query.clauses.map((clause) => queryClause(clause, types)));
    case 'not':
      return { bool: { must_not: [queryClause(query.clause, types)] } };
    case 'exists':
      return existsClause(query.field);
    default:
      check(query, types);
      return query.field === null ? anyField(query, types) : oneField(query, query.field, types);
  }
}

/** What is wrong with a query is so wherever it is asked. */
function check(query: Valued, types: FieldTypes): void {
  if (query.type === 'cidr') networkRange(query.network, query.prefix);
  if (query.type !== 'regex') return;
  luceneRegex(query.pattern);
  if (query.field === null) return;
  const found = types.of(physicalOf(query.field));
  if (found.length === 0 || found.some(({ type }) => textual(type))) return;
  throw new IndexError(
    'SKP_INDEX_QUERY',
    `regular expressions look at text, and ${query.field} is ${found.map(({ type }) => type).join(', ')} in this index`,
    { hint: 'Use a range, a network or a wildcard.' },
  );
}

function textual(type: string): boolean {
  return type === 'keyword' || type === 'wildcard' || type === 'text' || type === 'match_only_text';
}

function oneField(query: Valued, field: string, types: FieldTypes): Clause {
  const physical = physicalOf(field);
  const clauses = fieldClauses(query, physical, types);
  clauses.push(...tokenClauses(query, canonical(field)));
  return any(clauses);
}

function fieldClauses(query: Valued, physical: string, types: FieldTypes): Clause[] {
  const found = types.of(physical);
  return found.flatMap(({ type, indices }) => {
    const clause = typeClause(query, physical, type, types);
    if (clause === null) return [];
    // A value that one type cannot have is an error for the server, and not no answer.
    return found.length === 1 || indices === null
      ? [clause]
      : [{ bool: { filter: [{ terms: { _index: indices } }, clause] } }];
  });
}

function anyField(query: Valued, types: FieldTypes): Clause {
  const clauses = types.all.flatMap((physical) => fieldClauses(query, physical, types));
  clauses.push(...tokenClauses(query, null));
  return any(clauses);
}

function typeClause(query: Valued, physical: string, type: string, types: FieldTypes): Clause | null {
  if (type === 'text' || type === 'match_only_text') return textClause(query, physical, types);
  if (type === 'keyword' || type === 'wildcard') return keywordClause(query, physical);
  if (type === 'ip') return addressClause(query, physical);
  if (type === 'boolean') {
    if (query.type === 'wildcard') return globClause(physical, query.pattern);
    const value = query.type === 'term' ? query.value.toLowerCase() : '';
    return value === 'true' || value === 'false' ? { term: { [physical]: value } } : null;
  }
  if (numeric.has(type) || type === 'date') return numberClause(query, physical, type);
  return null;
}

function keywordClause(query: Valued, field: string): Clause | null {
  switch (query.type) {
    case 'term': {
      const address = parseAddress(query.value);
      // Other spellings of the address are found by its word.
      const value = { value: query.value, ...(hasCase(query.value) ? { case_insensitive: true } : {}) };
      return address === null || query.value.length > 0 ? { term: { [field]: value } } : null;
    }
    case 'wildcard':
      return anything(query.pattern)
        ? { exists: { field } }
        : { wildcard: { [field]: { value: query.pattern, case_insensitive: true } } };
    case 'regex':
      return regexClause(field, query.pattern);
    case 'range':
      return addressBounds(query) === null ? textRange(field, query) : null;
    default:
      return null;
  }
}

/** Words of a line; its whole where words do not tell. */
function textClause(query: Valued, field: string, types: FieldTypes): Clause | null {
  const line = types.hasLine(field) ? `${field}.${LINE}` : null;
  switch (query.type) {
    case 'term':
      if (/[\p{L}\p{N}_]/u.test(query.value)) return { match_phrase: { [field]: query.value } };
      return line === null || query.value === ''
        ? null
        : { wildcard: { [line]: { value: `*${escapeGlob(query.value)}*` } } };
    case 'wildcard': {
      if (anything(query.pattern)) return { exists: { field } };
      if (/^[\p{L}\p{N}_*?]+$/u.test(query.pattern))
        return { wildcard: { [field]: { value: query.pattern.toLowerCase() } } };
      if (line === null) throw noLine(field);
      return { wildcard: { [line]: { value: `*${query.pattern}*`, case_insensitive: true } } };
    }
    case 'regex':
      if (line === null) throw noLine(field);
      return regexClause(line, query.pattern);
    case 'range':
      return line === null || addressBounds(query) !== null ? null : textRange(line, query);
    default:
      return null;
  }
}

function noLine(field: string): IndexError {
  return new IndexError(
    'SKP_INDEX_QUERY',
    `${field} has only its words in this index; patterns with other characters cannot be searched for`,
  );
}

function addressClause(query: Valued, field: string): Clause | null {
  switch (query.type) {
    case 'term': {
      const address = parseAddress(query.value);
      return address === null || isMapped(address) ? null : { term: { [field]: query.value } };
    }
    case 'cidr':
      return rangesClause(field, networkRange(query.network, query.prefix));
    case 'range': {
      const range = addressBounds(query);
      return range === null ? null : rangesClause(field, range);
    }
    case 'wildcard': {
      if (anything(query.pattern)) return { exists: { field } };
      const network = /^((?:\d{1,3}\.){1,3})\*$/.exec(query.pattern)?.[1];
      const octets = network?.split('.').filter((octet) => octet !== '') ?? [];
      if (
        octets.length > 0 &&
        octets.every((octet) => Number(octet) < 256 && String(Number(octet)) === octet)
      ) {
        const address = [...octets, '0', '0', '0'].slice(0, 4).join('.');
        return rangesClause(field, networkRange(address, octets.length * 8));
      }
      return globClause(field, query.pattern);
    }
    default:
      return null;
  }
}

function rangesClause(field: string, range: AddressRange): Clause {
  return any(storedRanges(range).map((part) => ({ range: { [field]: part } })));
}

function numberClause(query: Valued, field: string, type: string): Clause | null {
  const format = type === 'date' ? { format: 'epoch_millis' } : {};
  switch (query.type) {
    case 'term': {
      const number = parseNumber(query.value);
      if (number === null || (wholeNumbers.has(type) && !Number.isSafeInteger(number))) return null;
      if (type === 'date') return { range: { [field]: { gte: number, lte: number, ...format } } };
      if (!holds(type, number)) return null;
      return { term: { [field]: number } };
    }
    case 'range': {
      const bounds: Record<string, number> = {};
      for (const [value, operator] of boundsOf(query)) {
        let number = parseNumber(value);
        if (number === null) return null;
        let by = operator;
        if (type === 'date' && !Number.isInteger(number)) {
          number = by.startsWith('g') ? Math.ceil(number) : Math.floor(number);
          by = by.startsWith('g') ? 'gte' : 'lte';
        }
        if (type === 'date') number = Math.max(-8.64e15, Math.min(8.64e15, number));
        bounds[by] = number;
      }
      return Object.keys(bounds).length === 0
        ? { exists: { field } }
        : { range: { [field]: { ...bounds, ...format } } };
    }
    case 'wildcard':
      return anything(query.pattern) ? { exists: { field } } : globClause(field, query.pattern);
    default:
      return null;
  }
}

/** The server refuses to compare with a number that the type cannot hold. */
function holds(type: string, number: number): boolean {
  const bits = { byte: 8, short: 16, integer: 32 }[type];
  return bits === undefined || Math.abs(number) < 2 ** (bits - 1);
}

function existsClause(field: string): Clause {
  const physical = physicalOf(field);
  return any([
    ...(physical === '' ? [] : [{ exists: { field: physical } }, { term: { _ignored: physical } }]),
    { term: { [NAMES]: canonical(field).slice(0, 500) } },
  ]);
}

/** Values that stand apart, as words; of any field when there is no name. */
function tokenClauses(query: Valued, name: string | null): Clause[] {
  const word = (kind: 't' | 'n' | 'b' | 'j', value: string): Clause =>
    name === null
      ? { wildcard: { [MORE]: { value: `*=${kind}:${escapeGlob(value)}`, case_insensitive: true } } }
      : { term: { [MORE]: { value: tokenStart(name, kind) + value, case_insensitive: true } } };
  const glob = (kind: 't' | 'n' | 'b' | 'j', pattern: string): Clause => ({
    wildcard: {
      [MORE]: {
        value: (name === null ? `*=${kind}:` : escapeGlob(tokenStart(name, kind))) + pattern,
        case_insensitive: true,
      },
    },
  });
  switch (query.type) {
    case 'term': {
      const clauses = [word('t', query.value)];
      const lower = query.value.toLowerCase();
      if (lower === 'true' || lower === 'false') clauses.push(word('b', lower));
      const number = parseNumber(query.value);
      if (number !== null)
        clauses.push(
          name === null
            ? word('n', String(number))
            : { term: { [MORE]: tokenStart(name, 'd') + numberDigits(number) } },
        );
      const address = parseAddress(query.value);
      if (address !== null && (address.bits === 128 || name === null)) {
        clauses.push(
          name === null
            ? { wildcard: { [MORE]: { value: `*${addressToken('', address)}` } } }
            : { term: { [MORE]: addressToken(name, address) } },
        );
      }
      return clauses;
    }
    case 'wildcard':
      if (anything(query.pattern)) return name === null ? [ALL] : [{ term: { [NAMES]: name.slice(0, 500) } }];
      return [
        glob('t', query.pattern),
        glob('n', query.pattern),
        glob('b', query.pattern),
        glob('j', query.pattern),
      ];
    case 'regex': {
      const start = name === null ? '[^=]*=' : `${escapeRegex(tokenName(name))}=`;
      const value = `${start}[tnj]:(${luceneRegex(query.pattern)})`;
      return [{ regexp: { [MORE]: { value, flags: 'NONE', case_insensitive: true } } }];
    }
    case 'cidr': {
      const { bits, low, high } = networkRange(query.network, query.prefix);
      return addressWords(name, bits, low, high);
    }
    case 'range': {
      if (name === null) return [];
      const addresses = addressBounds(query);
      if (addresses !== null) return addressWords(name, addresses.bits, addresses.low, addresses.high);
      const texts: Record<string, string> = {};
      const numbers: Record<string, string> = {};
      let areNumbers = true;
      for (const [value, operator] of boundsOf(query)) {
        texts[operator] = tokenStart(name, 't') + value;
        const number = parseNumber(value);
        if (number === null) areNumbers = false;
        else numbers[operator] = tokenStart(name, 'd') + numberDigits(number);
      }
      const clauses = [tokenRange(name, 't', texts)];
      if (areNumbers) clauses.push(tokenRange(name, 'd', numbers));
      return clauses;
    }
  }
}

function tokenRange(name: string, kind: 't' | 'd', bounds: Readonly<Record<string, string>>): Clause {
  const start = tokenStart(name, kind);
  const low = 'gte' in bounds || 'gt' in bounds ? {} : { gte: start };
  // The character after the colon.
  const high = 'lte' in bounds || 'lt' in bounds ? {} : { lt: `${start.slice(0, -1)};` };
  return { range: { [MORE]: { ...low, ...high, ...bounds } } };
}

function addressWords(name: string | null, bits: 32 | 128, low: bigint, high: bigint): Clause[] {
  const kind = bits === 32 ? '4' : '6';
  const from = addressDigits(bits, low);
  const to = addressDigits(bits, high);
  if (name !== null) {
    const start = tokenStart(name, kind);
    return [{ range: { [MORE]: { gte: start + from, lte: start + to } } }];
  }
  // Of a network the digits that all have in common, those that may be different in the next, and any after them.
  let same = 0;
  while (same < from.length && from[same] === to[same]) same++;
  const next = same === from.length ? '' : `[${digitsBetween(from[same]!, to[same]!)}]`;
  const rest = Math.max(0, from.length - same - 1);
  const value = `[^=]*=${kind}:${from.slice(0, same)}${next}${rest === 0 ? '' : `[0-9a-f]{${rest}}`}`;
  return [{ regexp: { [MORE]: { value, flags: 'NONE' } } }];
}

function digitsBetween(from: string, to: string): string {
  const digits = '0123456789abcdef';
  return digits.slice(digits.indexOf(from), digits.indexOf(to) + 1);
}

function addressBounds({ from, to, includeFrom, includeTo }: Of<'range'>): AddressRange | null {
  const low = from === null ? null : parseAddress(from);
  const high = to === null ? null : parseAddress(to);
  if ((from !== null && low === null) || (to !== null && high === null)) return null;
  const bits = low?.bits ?? high?.bits;
  if (bits === undefined || (low !== null && high !== null && low.bits !== high.bits)) return null;
  return {
    bits,
    low: low === null ? 0n : low.number + (includeFrom ? 0n : 1n),
    high: high === null ? (1n << BigInt(bits)) - 1n : high.number - (includeTo ? 0n : 1n),
  };
}

function boundsOf({ from, to, includeFrom, includeTo }: Of<'range'>): (readonly [string, string])[] {
  const bounds: (readonly [string, string])[] = [];
  if (from !== null) bounds.push([from, includeFrom ? 'gte' : 'gt']);
  if (to !== null) bounds.push([to, includeTo ? 'lte' : 'lt']);
  return bounds;
}

/** Bounds in lower case, as everywhere; values have the case that they have. */
function textRange(field: string, query: Of<'range'>): Clause {
  const bounds = boundsOf(query).map(([value, operator]) => [operator, value.toLowerCase()]);
  return bounds.length === 0 ? { exists: { field } } : { range: { [field]: Object.fromEntries(bounds) } };
}

function regexClause(field: string, pattern: string): Clause {
  return { regexp: { [field]: { value: luceneRegex(pattern), flags: 'NONE', case_insensitive: true } } };
}

function globClause(field: string, pattern: string): Clause {
  return {
    script: {
      script: { lang: 'painless', source: GLOB_SCRIPT, params: { f: field, p: pattern.toLowerCase() } },
    },
  };
}

function any(clauses: readonly Clause[]): Clause {
  const parts = clauses.filter((clause) => clause !== NONE);
  if (parts.length === 0) return NONE;
  return parts.length === 1 ? parts[0]! : { bool: { should: parts, minimum_should_match: 1 } };
}

function anything(pattern: string): boolean {
  return /^\*+$/.test(pattern);
}

function escapeGlob(text: string): string {
  return text.replace(/[*?\\]/g, '\\$&');
}

function escapeRegex(text: string): string {
  return text.replace(/[^\p{L}\p{N}_]/gu, '\\$&');
}

import { isIPv6 } from 'node:net';
import type { Query } from '../query/ast.ts';
import { hasCase, parseNumber } from '../query-values.ts';
import { addressCondition, addressRange, networkCondition } from './addresses.ts';
import type { Bindings } from './binding.ts';
import type { Needed } from './ngram-filter.ts';
import type { Place } from './places.ts';
import { anywhere, rawContains, type TextTest, wordColumns } from './raw/raw-lines.ts';
import type { Probe } from './value-index.ts';
import { type Column, fieldColumns, placeColumn, presentSql, resolveField } from './values.ts';

/** Tells which conditions on a column need not be looked at. */
export interface ValueOracle {
  /** Columns that it knows the values of. */
  readonly covered: ReadonlySet<string>;
  /** Whether rows have such a value; the condition is taken for true or false where the answer is for all or none. */
  ask(probe: Probe): 'none' | 'some' | 'all';
}

export interface ConditionOptions {
  /** Fields with lines of text, in which terms find words. */
  readonly textFields: ReadonlySet<string>;
}

/**
 * SQL that is true for the rows of a place that a query means; it may be NULL instead of false. The meaning of each kind of
 * query is in docs/search.md. Every value is bound.
 *
 * @throws IndexError SKP_INDEX_QUERY for patterns, networks and dates that mean nothing.
 */
export function condition(
  query: Query,
  place: Place,
  bindings: Bindings,
  options: ConditionOptions,
  oracle: ValueOracle,
): string {
  return new ConditionWriter(place, bindings, options, oracle).write(query);
}

const NONE: ReadonlySet<string> = new Set();

class ConditionWriter {
  readonly #place: Place;
  readonly #bindings: Bindings;
  readonly #options: ConditionOptions;
  readonly #oracle: ValueOracle;

  constructor(place: Place, bindings: Bindings, options: ConditionOptions, oracle: ValueOracle) {
    this.#place = place;
    this.#bindings = bindings;
    this.#options = options;
    this.#oracle = oracle;
  }

  write(query: Query): string {
    switch (query.type) {
      case 'all':
        return 'true';
      case 'none':
        return 'false';
      case 'and':
        return all(query.clauses.map((clause) => this.write(clause)));
      case 'or':
        return any(query.clauses.map((clause) => this.write(clause)));
      case 'not':
        return `NOT coalesce(${this.write(query.clause)}, false)`;
      case 'term': {
        // An address of version 6 is found in any of its spellings.
        const spelled = isIPv6(query.value);
        return this.#each(
          query.field,
          (column, text) => this.#term(column, text, query.value),
          (text) => (spelled && !text ? null : { text: query.value, exact: !text }),
          spelled ? NONE : this.#wordsOfLines(),
        );
      }
      case 'wildcard':
        return this.#each(
          query.field,
          (column, text) => this.#wildcard(column, text, query.pattern),
          () => ({
            text: longestText(splitWildcard(query.pattern)),
            exact: false,
          }),
        );
      case 'regex':
        return this.#each(query.field, (column) => this.#regex(column, query.pattern));
      case 'cidr':
        return this.#each(query.field, (column) =>
          column.kind === 't'
            ? networkCondition(column.sql, query.network, query.prefix, this.#bindings)
            : 'false',
        );
      case 'exists':
        return any(this.#columns(query.field).map(presentSql));
      case 'range':
        return any(
          this.#columns(query.field).map((column) =>
            this.#asked(column, null, (one) => this.#range(one, query)),
          ),
        );
    }
  }

  /** Columns whose values stand as words in every raw line: where one of them is the term, the line has it. */
  #wordsOfLines(): ReadonlySet<string> {
    const { raw, sensor } = this.#place;
    const line = raw === null ? undefined : sensor.byColumn.get(raw.column)?.field.name;
    return raw !== null && line !== undefined && this.#options.textFields.has(line) ? wordColumns(raw) : NONE;
  }

  #columns(field: string): readonly Column[] {
    return fieldColumns(this.#place, field, this.#bindings);
  }

  /**
   * A condition on one field, or on any: every column then, and words within the lines of text. `needed`: the text without which it is
   * true of no text. `implied`: columns of which it is true only where it is true of another.
   */
  #each(
    field: string | null,
    test: (column: Column, text: boolean) => string,
    needed: (text: boolean) => Needed | null = () => null,
    implied: ReadonlySet<string> = NONE,
  ): string {
    if (field !== null) {
      const name = resolveField(this.#place.sensor, field)?.name ?? field;
      const text = this.#options.textFields.has(name);
      return any(
        this.#columns(field).map((column) => this.#asked(column, needed(text), (one) => test(one, text))),
      );
    }
    const tests: string[] = [];
    for (const column of this.#place.columns) {
      const owner = this.#place.sensor.byColumn.get(column);
      if (owner === undefined || implied.has(column)) continue;
      const text = this.#options.textFields.has(owner.field.name);
      const found = placeColumn(this.#place, column, owner.kind);
      tests.push(this.#asked(found, needed(text), (one) => test(one, text)));
    }
    if (this.#place.sensor.overflowed && this.#place.columns.has('more'))
      tests.push(test({ kind: 't', sql: 'more' }, true));
    return any(tests);
  }

  /** A condition on one column; `false` where the values of the segment say so. */
  #asked(column: Column, needed: Needed | null, test: (column: Column) => string): string {
    const whole = test(column);
    const { name, kind } = column;
    if (name === undefined || whole === 'true' || whole === 'false' || !this.#oracle.covered.has(name))
      return whole;
    const value: Column = { ...column, sql: kind === 'i' ? 'try_cast(value AS BIGINT)' : 'value' };
    const answer = this.#oracle.ask({
      column: name,
      test: test(value),
      whole,
      needed: kind === 't' ? needed : null,
    });
    return answer === 'none' ? 'false' : answer === 'all' ? 'true' : whole;
  }

  #term(column: Column, text: boolean, value: string): string {
    switch (column.kind) {
      case 'i':
      case 'd':
        return this.#numberEquals(column, value);
      case 'b': {
        const lower = value.toLowerCase();
        return lower === 'true' ? column.sql : lower === 'false' ? `NOT ${column.sql}` : 'false';
      }
      case 'j':
        return `list_contains(json_extract_string(lower(${column.sql}), '$[*]'), lower(${this.#bindings.text(value)}))`;
      case 't':
        if (text) return this.#words(column, value);
        return (
          addressCondition(column.sql, value, this.#bindings) ??
          (cannotHave(column, value)
            ? 'false'
            : hasCase(value)
              ? `${folded(column)} = lower(${this.#bindings.text(value)})`
              : `${column.sql} = ${this.#bindings.text(value)}`)
        );
    }
  }

  #numberEquals(column: Column, value: string): string {
    const number = parseNumber(value);
    if (number === null) return 'false';
    if (column.kind === 'd') return `${column.sql} = ${this.#bindings.double(number)}`;
    return Number.isSafeInteger(number)
      ? `${column.sql} = ${this.#bindings.integer(BigInt(number))}`
      : 'false';
  }

  /** The value stands in the text, not within a longer word. The plain search for it goes first: it is much faster. */
  #words(column: Column, value: string): string {
    const before = /^[\p{L}\p{N}_]/u.test(value);
    const after = /[\p{L}\p{N}_]$/u.test(value);
    if (!before && !after) return this.#contains(column, value);
    const { raw } = column;
    if (raw === undefined) return this.#textHasWord(column, value, before, after);
    const word = (letter: string): RegExp => {
      const ends = [before ? `(^|[^${letter}])` : '', after ? `([^${letter}]|$)` : ''];
      return new RegExp(ends.join(escapeRegex(value)), 'iu');
    };
    const inLiteral = word('\\p{L}\\p{N}_');
    return rawContains(raw, this.#place.columns, value, {
      contains: this.#rawTest((one, part) => this.#textContains(one, part)),
      test: this.#rawTest((one, part) => this.#textHasWord(one, part, before, after)),
      inLiteral: (literal) => inLiteral.test(literal),
      asWord: true,
    });
  }

  #textHasWord(column: Column, value: string, before: boolean, after: boolean): string {
    const pattern = `(?is)${before ? '(^|[^\\pL\\pN_])' : ''}${escapeRegex(value)}${after ? '([^\\pL\\pN_]|$)' : ''}`;
    const contains = this.#textContains(column, value);
    return inTurn(contains, `regexp_matches(${column.sql}, ${this.#bindings.text(pattern)})`, column);
  }

  /** A test of values that raw lines are made of. */
  #rawTest(test: (column: Column, part: string) => string): TextTest {
    const { lower, caseless } = this.#place;
    return (sql, name, part) => {
      const one: Column = { kind: 't', sql };
      if (name === null) return test(one, part);
      return this.#asked(
        { ...one, name, lower: lower.has(name), caseless: caseless.has(name) },
        { text: part, exact: false },
        (asked) => test(asked, part),
      );
    };
  }

  /** The value stands anywhere in the text. */
  #contains(column: Column, value: string): string {
    const { kind, raw } = column;
    if (raw !== undefined) {
      const contains = this.#rawTest((one, part) => this.#textContains(one, part));
      return rawContains(raw, this.#place.columns, value, anywhere(contains));
    }
    if (kind === 't' || kind === 'j') return this.#textContains(column, value);
    return this.#textContains({ ...column, sql: `${column.sql}::VARCHAR` }, value);
  }

  #textContains(column: Column, value: string): string {
    if (cannotHave(column, value)) return 'false';
    if (!hasCase(value)) return `contains(${column.sql}, ${this.#bindings.text(value)})`;
    return `contains(${folded(column)}, lower(${this.#bindings.text(value)}))`;
  }

  #wildcard(column: Column, text: boolean, pattern: string): string {
    const parts = splitWildcard(pattern);
    const sql = column.kind === 't' || column.kind === 'j' ? column.sql : `${column.sql}::VARCHAR`;
    if (parts.length === 1 && parts[0]!.type === 'any') return presentSql(column);
    const [first, middle, last] = parts;
    if (parts.length === 3 && first!.type === 'any' && middle!.type === 'text' && last!.type === 'any') {
      return this.#contains(column, middle!.text);
    }
    if (text) {
      const inner = parts
        .map((part) =>
          part.type === 'text' ? escapeRegex(part.text) : part.type === 'any' ? '[^\\s]*' : '[^\\s]',
        )
        .join('');
      const words = `regexp_matches(${sql}, ${this.#bindings.text(`(?is)(^|[^\\pL\\pN_])${inner}([^\\pL\\pN_]|$)`)})`;
      const longest = longestText(parts);
      return longest.length < 2 ? words : inTurn(this.#contains(column, longest), words, column);
    }
    const like = parts
      .map((part) =>
        part.type === 'text' ? part.text.replace(/[%_\\]/g, '\\$&') : part.type === 'any' ? '%' : '_',
      )
      .join('');
    return hasCase(pattern)
      ? `${column.lower === true ? sql : `lower(${sql})`} LIKE lower(${this.#bindings.text(like)}) ESCAPE '\\'`
      : `${sql} LIKE ${this.#bindings.text(like)} ESCAPE '\\'`;
  }

  #regex(column: Column, pattern: string): string {
    if (column.kind === 'b') return 'false';
    const sql = column.kind === 't' || column.kind === 'j' ? column.sql : `${column.sql}::VARCHAR`;
    return `regexp_full_match(${sql}, ${this.#bindings.text(`(?is)${pattern}`)})`;
  }

  #range(column: Column, query: Extract<Query, { type: 'range' }>): string {
    if (column.kind === 'b' || column.kind === 'j') return 'false';
    const bounds: string[] = [];
    if (column.kind === 't') {
      const addresses = addressRange(column.sql, query, this.#bindings);
      if (addresses !== null) return addresses;
    }
    for (const [value, operator] of [
      [query.from, query.includeFrom ? '>=' : '>'],
      [query.to, query.includeTo ? '<=' : '<'],
    ] as const) {
      if (value === null) continue;
      if (column.kind === 't') {
        bounds.push(
          hasCase(value)
            ? `${folded(column)} ${operator} lower(${this.#bindings.text(value)})`
            : `${column.sql} ${operator} ${this.#bindings.text(value)}`,
        );
        continue;
      }
      const number = parseNumber(value);
      if (number === null) return 'false';
      bounds.push(
        column.kind === 'i' && Number.isSafeInteger(number)
          ? `${column.sql} ${operator} ${this.#bindings.integer(BigInt(number))}`
          : `${column.sql} ${operator} ${this.#bindings.double(number)}`,
      );
    }
    return bounds.length === 0 ? `${column.sql} IS NOT NULL` : all(bounds);
  }
}

export function all(conditions: readonly string[]): string {
  const parts = conditions.filter((c) => c !== 'true');
  if (parts.includes('false')) return 'false';
  return parts.length === 0 ? 'true' : parts.length === 1 ? parts[0]! : `(${parts.join(' AND ')})`;
}

export function any(conditions: readonly string[]): string {
  const parts = conditions.filter((c) => c !== 'false');
  if (parts.includes('true')) return 'true';
  return parts.length === 0 ? 'false' : parts.length === 1 ? parts[0]! : `(${parts.join(' OR ')})`;
}

/** Both conditions, the first before the second where the second is dear. */
function inTurn(first: string, second: string, column: Column): string {
  if (first === 'false' || first === 'true') return first === 'true' ? second : first;
  return column.raw === undefined && column.name !== undefined
    ? `(${first} AND ${second})`
    : `CASE WHEN ${first} THEN ${second} ELSE false END`;
}

/** The text in lower case. */
function folded(column: Column): string {
  return column.lower === true ? column.sql : `lower(${column.sql})`;
}

/** The value has letters and the column has none. */
function cannotHave(column: Column, value: string): boolean {
  return (column.caseless === true || column.kind === 'i') && /[a-z]/i.test(value);
}

type WildcardPart = { readonly type: 'any' | 'one' | 'text'; readonly text: string };

function splitWildcard(pattern: string): WildcardPart[] {
  const parts: WildcardPart[] = [];
  let text = '';
  const flush = (): void => {
    if (text !== '') parts.push({ type: 'text', text });
    text = '';
  };
  for (let i = 0; i < pattern.length; i++) {
    const c = pattern[i]!;
    if (c === '\\' && i + 1 < pattern.length) text += pattern[++i];
    else if (c === '*') {
      flush();
      if (parts.at(-1)?.type !== 'any') parts.push({ type: 'any', text: '' });
    } else if (c === '?') {
      flush();
      parts.push({ type: 'one', text: '' });
    } else text += c;
  }
  flush();
  return parts;
}

function longestText(parts: readonly WildcardPart[]): string {
  return parts.reduce((best, { text }) => (text.length > best.length ? text : best), '');
}

function escapeRegex(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

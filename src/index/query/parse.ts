/**
 * The query syntax of Lucene's classic query parser, as Elasticsearch's `query_string` reads it, to a tree. How operators bind:
 * clauses.ts; what values mean: values.ts; where names of fields end: word.ts.
 */
import type { Query } from './ast.ts';
import { all, or } from './build.ts';
import {
  addClause,
  type Clause,
  type Conjunction,
  joinClauses,
  type Occurrence,
  warnOfIdle,
} from './clauses.ts';
import { QueryError } from './errors.ts';
import { matchesGlob } from './glob.ts';
import type { QueryOptions } from './options.ts';
import { Scanner } from './scanner.ts';
import { type Bound, comparison, phraseQuery, rangeQuery, wordQuery } from './values.ts';
import { splitField } from './word.ts';

/**
 * Reads a query. An empty one is all events.
 *
 * - `term`, `"a phrase"`, `te?m*`, `/regular expression/`, each after `field:` or alone (then any field)
 * - `field:[a TO b]`, `field:{a TO b}`, `field:>=5`, dates (`now-15m`, `now/d`, ISO 8601) among the bounds
 * - `field:10.0.0.0/8`, `_exists_:field`, `field:*`, `field:(a OR b)`
 * - AND OR NOT, && || !, + -, parentheses; `\` before a character takes its meaning away
 * - `^2` (boost) is read and has no effect; `~` (fuzziness, slop) is refused
 *
 * Field names may be written with dots or with colons; in the tree they have dots.
 *
 * @throws QueryError with the place, what was expected there, and how to mend it
 */
export function parseQuery(text: string, options: QueryOptions = {}): Query {
  const maxLength = options.maxLength ?? 32_768;
  if (text.length > maxLength) {
    throw new QueryError('SKP_QUERY_LIMIT', text, maxLength, {
      expected: `at most ${maxLength} characters`,
      found: `${text.length}`,
    });
  }
  return new Parser(text, options).parse();
}

class Parser {
  readonly #scanner: Scanner;
  readonly #fields: ReadonlySet<string>;
  readonly #options: QueryOptions;
  readonly #maxDepth: number;
  readonly #maxClauses: number;
  #clauses = 0;

  constructor(text: string, options: QueryOptions) {
    this.#scanner = new Scanner(text);
    this.#fields = new Set(options.fields);
    this.#options = options;
    this.#maxDepth = options.maxDepth ?? 64;
    this.#maxClauses = options.maxClauses ?? 1024;
  }

  parse(): Query {
    const query = this.#clausesOf(null, 0);
    if (!this.#scanner.done)
      this.#scanner.fail('a term or an operator', undefined, 'There is no "(" for this ")".');
    return query;
  }

  /** Up to the end or a closing parenthesis. */
  #clausesOf(field: string | null, depth: number): Query {
    const scanner: Scanner = this.#scanner;
    const clauses: Clause[] = [];
    const andByDefault = this.#options.defaultOperator === 'AND';
    for (;;) {
      scanner.skipSpace();
      if (scanner.done || scanner.peek() === ')') break;
      const start = scanner.at;
      const conjunction = this.#conjunction();
      if (conjunction !== 'none' && clauses.length === 0) {
        scanner.fail(
          'a term before the operator',
          start,
          'Write "and" in small letters or quotes to search for the word.',
        );
      }
      scanner.skipSpace();
      const modifier = this.#modifier();
      scanner.skipSpace();
      if (scanner.done || scanner.peek() === ')') scanner.fail('a term after the operator');
      const query = this.#clause(field, depth);

      addClause(clauses, { query, start, conjunction, modifier }, andByDefault);
    }
    if (this.#options.onWarning !== undefined) warnOfIdle(clauses, this.#options.onWarning);
    return joinClauses(clauses);
  }

  #conjunction(): Conjunction {
    const scanner: Scanner = this.#scanner;
    if (scanner.takeKeyword('AND') || scanner.take('&&')) return 'and';
    if (scanner.takeKeyword('OR') || scanner.take('||')) return 'or';
    return 'none';
  }

  #modifier(): Occurrence {
    const scanner: Scanner = this.#scanner;
    if (scanner.takeKeyword('NOT') || scanner.take('-') || scanner.take('!')) return 'forbidden';
    return scanner.take('+') ? 'required' : 'optional';
  }

  /** One clause of `field`, or of the field that it names itself. */
  #clause(field: string | null, depth: number): Query {
    const scanner: Scanner = this.#scanner;
    if (++this.#clauses > this.#maxClauses) {
      throw new QueryError('SKP_QUERY_LIMIT', scanner.text, scanner.at, {
        expected: `at most ${this.#maxClauses} clauses`,
        hint: 'Search for a wildcard, a range or a network instead of many values.',
      });
    }
    const query = this.#value(field, depth, true);
    this.#suffixes();
    return query;
  }

  #value(field: string | null, depth: number, mayNameField: boolean): Query {
    const scanner: Scanner = this.#scanner;
    const start = scanner.at;
    switch (scanner.peek()) {
      case '(':
        return this.#group(field, depth);
      case '"':
        return phraseQuery(field, scanner.readPhrase(), this.#options);
      case '[':
      case '{':
        return this.#range(field);
      case '<':
      case '>':
        if (field !== null) return this.#comparison(field);
        break;
      case '/': {
        const end = scanner.regexEnd();
        if (end !== null) return this.#regex(field, end);
        break;
      }
      case ':':
        if (mayNameField && scanner.peek(1) !== ':') scanner.fail('the name of a field before ":"');
        break;
    }
    const word = scanner.readWord(mayNameField);
    if (word.text === '') {
      if (scanner.peek() === '^' || scanner.peek() === '~') scanner.fail(`a term before "${scanner.peek()}"`);
      scanner.fail(
        'a term',
        undefined,
        'Put a backslash before brackets and quotes that you search for, or quote the text.',
      );
    }
    if (/^(?:AND|OR|NOT)$/.test(word.text) && !word.escaped.includes(true)) {
      scanner.fail(
        'a term',
        start,
        `Write ${word.text.toLowerCase()} in small letters or quotes to search for the word.`,
      );
    }
    if (!mayNameField) return wordQuery(field, word, this.#options);
    const last = word.text.length - 1;
    // What follows the colon is no word: a group, a phrase, a range, a pattern, or something after a space.
    if (word.text[last] === ':' && !word.escaped[last] && !endsInAddress(word.text)) {
      return this.#valueOfField(word.text.slice(0, last), start, depth);
    }
    const split = splitField(word, (name) => this.#isField(name));
    if (split.field === null) return wordQuery(field, split.value, this.#options);
    if (split.value.text === '') scanner.fail('a value after the name of the field');
    return this.#inField(split.field, start, (name) => wordQuery(name, split.value, this.#options));
  }

  #valueOfField(written: string, start: number, depth: number): Query {
    this.#scanner.skipSpace();
    if (this.#scanner.done || this.#scanner.peek() === ')') {
      this.#scanner.fail(
        `a value after ${written}:`,
        undefined,
        `Write ${written}:* for events that have the field.`,
      );
    }
    const from = this.#scanner.at;
    const counted = this.#clauses;
    return this.#inField(written, start, (name) => {
      // For a name with a wildcard the value is read once for each field.
      this.#scanner.at = from;
      this.#clauses = Math.max(this.#clauses, counted);
      return this.#value(name, depth, false);
    });
  }

  /** Finds the field that was written, or the several ones of a wildcard. */
  #inField(written: string, start: number, read: (field: string | null) => Query): Query {
    if (written === '*') return read(null);
    if (written === '_exists_') return exists(read('_exists_'), this.#scanner, start);
    if (!/[*?]/.test(written)) return read(this.#nameOf(written));
    const pattern = written.replaceAll(':', '.');
    const names = [...this.#fields].filter((name) => matchesGlob(pattern, name));
    if (names.length === 0 || names.length > 100) {
      throw new QueryError('SKP_QUERY_UNSUPPORTED', this.#scanner.text, start, {
        expected: 'the name of a field, or a pattern of 1 to 100 known fields',
        found: `${JSON.stringify(written)}, which fits ${names.length}`,
      });
    }
    return or(names.map(read));
  }

  #isField(written: string): boolean {
    if (written === '_exists_' || written === '*') return true;
    const name = written.replaceAll(':', '.');
    // Alerts inside of a meta-alert have the fields of alerts.
    return (
      this.#fields.has(written) ||
      this.#fields.has(name) ||
      this.#fields.has(name.replace(/^metron_alert\./, ''))
    );
  }

  #nameOf(written: string): string {
    return this.#fields.has(written) ? written : written.replaceAll(':', '.');
  }

  #group(field: string | null, depth: number): Query {
    const scanner: Scanner = this.#scanner;
    const start = scanner.at;
    if (depth >= this.#maxDepth) {
      throw new QueryError('SKP_QUERY_LIMIT', scanner.text, start, {
        expected: `parentheses at most ${this.#maxDepth} levels deep`,
      });
    }
    scanner.at++;
    scanner.skipSpace();
    if (scanner.peek() === ')') scanner.fail('a term inside of the parentheses');
    const query = this.#clausesOf(field, depth + 1);
    if (!scanner.take(')'))
      scanner.fail('")"', undefined, `The parenthesis at character ${start + 1} is not closed.`);
    return query;
  }

  #regex(field: string | null, end: number): Query {
    const scanner: Scanner = this.#scanner;
    const start = scanner.at;
    const pattern = scanner.text.slice(start + 1, end).replaceAll('\\/', '/');
    scanner.at = end + 1;
    try {
      new RegExp(pattern);
    } catch (cause) {
      const why =
        cause instanceof Error ? cause.message.replace(/^Invalid regular expression: /, '') : String(cause);
      scanner.fail('a regular expression', start, `${why}. Quote the text to search for slashes.`);
    }
    // Engines that run in linear time, which events are searched with, have none of these.
    if (/\(\?<?[=!]|\\[1-9]|\\k</.test(pattern)) {
      throw new QueryError('SKP_QUERY_UNSUPPORTED', scanner.text, start, {
        expected: 'a regular expression without look-around and back-references',
        hint: 'Join two clauses with AND or AND NOT instead.',
      });
    }
    return { type: 'regex', field, pattern };
  }

  /** `>5`, `>= "2026-01-01"`, read at the sign. */
  #comparison(field: string): Query {
    const scanner: Scanner = this.#scanner;
    const sign = scanner.peek();
    scanner.at++;
    const operator = scanner.take('=') ? `${sign}=` : sign;
    scanner.skipSpace();
    const literal = scanner.peek() === '\\';
    const bound = scanner.peek() === '"' ? scanner.readPhrase() : scanner.readWord(false).text;
    if (bound === '') scanner.fail(`a value after ${operator}`);
    return comparison(field, operator, { text: bound, literal }, this.#options);
  }

  #range(field: string | null): Query {
    const scanner: Scanner = this.#scanner;
    const start = scanner.at;
    if (field === null)
      scanner.fail('the name of a field before a range', start, 'Write field:[low TO high].');
    const includeFrom = scanner.peek() === '[';
    scanner.at++;
    const from = this.#bound(start);
    scanner.skipSpace();
    if (!scanner.takeKeyword('TO'))
      scanner.fail('TO between the bounds of the range', undefined, 'Write [low TO high], TO in capitals.');
    const to = this.#bound(start);
    scanner.skipSpace();
    if (scanner.done)
      scanner.fail('"]" or "}"', undefined, `The range at character ${start + 1} is not closed.`);
    const includeTo = scanner.take(']');
    if (!includeTo && !scanner.take('}'))
      scanner.fail('"]" or "}" after the upper bound', undefined, 'Quote a bound that has spaces in it.');
    return rangeQuery(field, from, to, includeFrom, includeTo, this.#options);
  }

  #bound(start: number): Bound {
    const scanner: Scanner = this.#scanner;
    scanner.skipSpace();
    if (scanner.peek() === '"') return { text: scanner.readPhrase(), literal: false };
    const literal = scanner.peek() === '\\';
    const at = scanner.at;
    let text = '';
    while (!scanner.done && !/[\s[\]{}"]/.test(scanner.peek())) {
      if (scanner.peek() === '\\') text += scanner.readEscape();
      else text += scanner.text[scanner.at++];
    }
    if (text === '' || (text === 'TO' && !literal)) {
      scanner.fail(
        'a bound of the range',
        at,
        `Write * for an open one. The range begins at character ${start + 1}.`,
      );
    }
    return { text: text === '*' && !literal ? null : text, literal };
  }

  #suffixes(): void {
    const scanner: Scanner = this.#scanner;
    while (scanner.peek() === '^' || scanner.peek() === '~') {
      if (scanner.peek() === '~') {
        throw new QueryError('SKP_QUERY_UNSUPPORTED', scanner.text, scanner.at, {
          expected: 'no fuzziness',
          hint: 'Use wildcards (te?m*) or a regular expression instead; write \\~ for the character itself.',
        });
      }
      const boost = /^\^\d{1,9}(?:\.\d{1,9})?/.exec(scanner.text.slice(scanner.at, scanner.at + 24));
      if (boost === null) scanner.fail('a number after "^"', scanner.at + 1);
      scanner.at += boost[0].length;
    }
  }
}

/** `fe80::` is a whole address, not a field whose value is missing. */
function endsInAddress(text: string): boolean {
  return /^[0-9a-fA-F:]*::$/.test(text);
}

/** The value of `_exists_` is the name of a field. */
function exists(value: Query, scanner: Scanner, start: number): Query {
  if (value.type === 'all') return all;
  if (value.type === 'term') return { type: 'exists', field: value.value.replaceAll(':', '.') };
  return scanner.fail('the name of a field after _exists_:', start);
}

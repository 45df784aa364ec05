/** A small reading of the query syntax, enough to develop the pages against; the product's own lives in `src/index/query`. */
import type { Event } from './events.ts';

export class QueryError extends Error {
  readonly position: number;
  constructor(message: string, position: number) {
    super(message);
    this.position = position;
  }
}

type Test = (event: Event) => boolean;
interface Token {
  kind: string;
  text: string;
  at: number;
}

function lex(query: string): Token[] {
  const tokens: Token[] = [];
  const pattern =
    /\s+|(AND|OR|NOT|&&|\|\||!)(?![\w:])|([()])|"((?:\\.|[^"\\])*)"|([[{])\s*(\S+)\s+TO\s+([^\]}\s]+)\s*([\]}])|((?:\\.|[^\s()":[\]{}])+):|((?:\\.|[^\s()":[\]{}])+)/y;
  while (pattern.lastIndex < query.length) {
    const at = pattern.lastIndex;
    const m = pattern.exec(query);
    if (!m)
      throw new QueryError(
        query[at] === '"' ? 'This quotation mark is not closed.' : `“${query[at]}” is not expected here.`,
        at,
      );
    if (m[1])
      tokens.push({
        kind: m[1].replace('&&', 'AND').replace('||', 'OR').replace('!', 'NOT'),
        text: m[1],
        at,
      });
    else if (m[2]) tokens.push({ kind: m[2], text: m[2], at });
    else if (m[3] !== undefined) tokens.push({ kind: 'quoted', text: m[3].replace(/\\(.)/g, '$1'), at });
    else if (m[4]) tokens.push({ kind: 'range', text: [m[4], m[5], m[6], m[7]].join('\n'), at });
    else if (m[8]) tokens.push({ kind: 'field', text: m[8].replace(/\\(.)/g, '$1'), at });
    else if (m[9]) tokens.push({ kind: 'word', text: m[9], at });
  }
  return tokens;
}

export function compile(query: string): Test {
  const tokens = lex(query);
  let at = 0;
  const end = () => ({ kind: 'end', text: '', at: query.length });
  const peek = () => tokens[at] ?? end();
  const or = (): Test => {
    const tests = [and()];
    while (peek().kind === 'OR' || !['end', ')', 'AND'].includes(peek().kind)) {
      if (peek().kind === 'OR') at++;
      tests.push(and());
    }
    return (e) => tests.some((t) => t(e));
  };
  const and = (): Test => {
    const tests = [not()];
    while (peek().kind === 'AND') {
      at++;
      tests.push(not());
    }
    return (e) => tests.every((t) => t(e));
  };
  const not = (): Test => {
    if (peek().kind === 'NOT') {
      at++;
      const t = not();
      return (e) => !t(e);
    }
    return atom();
  };
  const atom = (): Test => {
    const token = tokens[at++] ?? end();
    if (token.kind === '(') {
      const t = or();
      if (peek().kind !== ')') throw new QueryError('A closing parenthesis is missing.', peek().at);
      at++;
      return t;
    }
    if (token.kind === 'field') {
      const value = tokens[at++] ?? end();
      if (token.text === '_exists_') return (e) => e[value.text] !== undefined;
      return test(token.text, value);
    }
    if (token.kind === 'word' || token.kind === 'quoted') return test(null, token);
    throw new QueryError(
      token.kind === 'end' ? 'The query ends too early.' : `“${token.text}” is not expected here.`,
      token.at,
    );
  };
  const test = (field: string | null, value: Token): Test => {
    const over = (check: (v: unknown) => boolean): Test =>
      field === null || field === '*'
        ? (e) => Object.values(e).some(check)
        : (e) => e[field] !== undefined && check(e[field]);
    if (value.kind === 'range') {
      const [open, from = '*', to = '*', close] = value.text.split('\n');
      return over((v) => {
        const n = Number(v);
        return (
          (from === '*' || (open === '[' ? n >= +from : n > +from)) &&
          (to === '*' || (close === ']' ? n <= +to : n < +to))
        );
      });
    }
    if (value.kind === 'quoted') {
      const q = value.text.toLowerCase();
      return over(
        (v) => String(v).toLowerCase() === q || (field === null && String(v).toLowerCase().includes(q)),
      );
    }
    if (value.kind === 'word') {
      if (value.text === '*') return over(() => true);
      const re = new RegExp(
        `^${value.text
          .replace(/\\(.)/g, '$1')
          .replace(/[.+^${}()|[\]\\]/g, '\\$&')
          .replace(/\*/g, '.*')
          .replace(/\?/g, '.')}$`,
        'is',
      );
      return field === null
        ? over((v) =>
            String(v)
              .split(/[\s/:,]+/)
              .some((w) => re.test(w)),
          )
        : over((v) => re.test(String(v)));
    }
    throw new QueryError('A value is missing here.', value.at);
  };
  if (tokens.length === 0) return () => true;
  const result = or();
  if (at < tokens.length) throw new QueryError(`“${peek().text}” is not expected here.`, peek().at);
  return result;
}

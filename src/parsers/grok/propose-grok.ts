/**
 * Proposes a Grok pattern for sample lines: what differs between them becomes a capture of the narrowest pattern that fits all, what is
 * the same stays as it is. From where the lines differ in their build, the rest is one capture.
 */
import type { Dictionary } from './dictionary.ts';
import { compileGrok } from './grok.ts';

export interface GrokProposal {
  /** Fits all lines. */
  readonly pattern: string;
  /** Whether the pattern covers the whole lines, or takes their ends as one piece. */
  readonly whole: boolean;
}

interface Token {
  readonly text: string;
  /** The pattern that fits the token; null for what stands between values. */
  readonly kind: string | null;
}

/** Narrow patterns first: the first that fits at a place takes it. */
const kinds: readonly (readonly [name: string, expression: RegExp])[] = [
  ['TIMESTAMP_ISO8601', /\d{4}-\d\d-\d\d[T ]\d\d:?\d\d(?::?\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?/y],
  [
    'HTTPDATE',
    /\d{1,2}\/(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}/y,
  ],
  ['SYSLOGTIMESTAMP', /(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) +\d{1,2} \d\d:\d\d:\d\d/y],
  ['UUID', /[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}(?!\w)/y],
  ['MAC', /(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}(?![\w:])/y],
  ['IP', /(?:\d{1,3}\.){3}\d{1,3}(?![\w.])/y],
  ['IP', /(?=[0-9A-Fa-f:]*:[0-9A-Fa-f]*:)[0-9A-Fa-f:]{3,39}(?![\w:])/y],
  ['URI', /[a-z][a-z0-9+.-]*:\/\/[^\s"'<>]+/y],
  ['EMAILADDRESS', /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/y],
  ['QUOTEDSTRING', /"(?:[^"\\]|\\.)*"/y],
  ['NUMBER', /-?\d+\.\d+(?![\w.])/y],
  ['INT', /-?\d+(?![\w.-])/y],
  ['UNIXPATH', /(?:\/[\w%!$@:.,~+-]*)+/y],
  ['USERNAME', /[\w.-]+/y],
];

/** Patterns that may stand for several kinds, narrow first, with what they fit. */
const wider: readonly (readonly [name: string, fits: RegExp])[] = [
  ['NUMBER', /^-?\d+(?:\.\d+)?$/],
  ['USERNAME', /^[\w.-]+$/],
  ['NOTSPACE', /^\S+$/],
];

const names: Readonly<Record<string, string>> = {
  TIMESTAMP_ISO8601: 'time',
  HTTPDATE: 'time',
  SYSLOGTIMESTAMP: 'time',
  IP: 'ip',
  MAC: 'mac',
  URI: 'url',
  EMAILADDRESS: 'email',
  QUOTEDSTRING: 'text',
  NUMBER: 'number',
  INT: 'number',
  UNIXPATH: 'path',
  UUID: 'uuid',
};

/** @throws RangeError when there is no line to learn from */
export function proposeGrok(lines: readonly string[], dictionary: Dictionary): GrokProposal {
  const samples = lines.filter((line) => line.trim() !== '');
  if (samples.length === 0) throw new RangeError('A pattern needs a line at least');
  const rows = samples.map(tokensOf);
  let common = sameBuild(rows);
  // Two lines that begin alike by chance fit until a pattern says otherwise; then less is taken for common.
  for (;;) {
    const pattern = patternOf(rows, common);
    if (samples.every((line) => fits(pattern.pattern, dictionary, line))) return pattern;
    if (common === 0) return { pattern: '%{GREEDYDATA:message}', whole: false };
    common = common >> 1;
  }
}

function fits(pattern: string, dictionary: Dictionary, line: string): boolean {
  const { regex, match } = compileGrok(`^${pattern}$`, dictionary);
  return regex.test(line) && match(line) !== null;
}

function tokensOf(line: string): readonly Token[] {
  const tokens: Token[] = [];
  scan: for (let at = 0; at < line.length; ) {
    for (const [kind, expression] of kinds) {
      expression.lastIndex = at;
      const text = expression.exec(line)?.[0];
      if (text === undefined || text === '') continue;
      tokens.push({ text, kind });
      at += text.length;
      continue scan;
    }
    const between = /\s+|[\s\S]/y;
    between.lastIndex = at;
    const text = between.exec(line)?.[0] ?? '';
    tokens.push({ text, kind: null });
    at += text.length;
  }
  return tokens;
}

/** How many tokens all rows have in common, in their build: the same between the values, values at the same places. */
function sameBuild(rows: readonly (readonly Token[])[]): number {
  const [first = [], ...others] = rows;
  let count = 0;
  while (
    count < first.length &&
    others.every((row) => {
      const mine = row[count];
      const its = first[count];
      if (mine === undefined || its === undefined) return false;
      return mine.kind === null || its.kind === null ? mine.text === its.text : true;
    })
  )
    count += 1;
  // Where a row goes on and another has ended, the end differs.
  return count;
}

function patternOf(rows: readonly (readonly Token[])[], common: number): GrokProposal {
  const taken = new Map<string, number>();
  const parts: string[] = [];
  for (let column = 0; column < common; column += 1) {
    const tokens = rows.map((row) => row[column]).filter((token) => token !== undefined);
    const [first] = tokens;
    if (first === undefined) break;
    const same = tokens.every(({ text }) => text === first.text);
    if (first.kind === null || (same && isWord(first.text))) parts.push(literal(first.text));
    else {
      const kind = kindOf(tokens);
      parts.push(`%{${kind}:${nameOf(kind, rows, column, taken)}}`);
    }
  }
  const whole = rows.every((row) => row.length === common);
  return { pattern: whole ? parts.join('') : `${parts.join('')}%{GREEDYDATA:message}`, whole };
}

/** Words explain a line; numbers, addresses and the like are values even when all samples have the same. */
function isWord(text: string): boolean {
  return /^[A-Za-z][A-Za-z_-]*$/.test(text);
}

function kindOf(tokens: readonly Token[]): string {
  const kind = tokens[0]?.kind ?? 'NOTSPACE';
  if (tokens.every((token) => token.kind === kind)) return kind;
  return wider.find(([, fitting]) => tokens.every(({ text }) => fitting.test(text)))?.[0] ?? 'DATA';
}

function literal(text: string): string {
  return /^\s+$/.test(text) && text.length > 1 ? '\\s+' : text.replaceAll(/[\\^$.|?*+()[\]{}]/g, '\\$&');
}

/** The word before (`port 22`, `user=bob`) names a value; else its kind does. */
function nameOf(
  kind: string,
  rows: readonly (readonly Token[])[],
  column: number,
  taken: Map<string, number>,
): string {
  const [row = []] = rows;
  const word = row[column - 2];
  // A word that differs between the lines is a value itself, and names nothing; in a single line nobody can tell.
  const before = rows.every((other) => other[column - 2]?.text === word?.text) ? word : undefined;
  const between = row[column - 1];
  const named =
    before !== undefined &&
    isWord(before.text) &&
    before.text.length > 1 &&
    (between?.text === '=' || between?.text === ' ' || between?.text === ':') &&
    !fillers.has(before.text.toLowerCase());
  const base = named ? before.text.toLowerCase().replaceAll('-', '_') : (names[kind] ?? 'word');
  const count = (taken.get(base) ?? 0) + 1;
  taken.set(base, count);
  return count === 1 ? base : `${base}_${count}`;
}

const fillers = new Set([
  'a',
  'an',
  'and',
  'at',
  'by',
  'for',
  'from',
  'in',
  'is',
  'of',
  'on',
  'or',
  'the',
  'to',
  'with',
]);

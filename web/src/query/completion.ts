/** Completion of Lucene queries: what could stand at the caret. */
export interface Suggestion {
  readonly kind: 'field' | 'operator' | 'value';
  readonly label: string;
  readonly hint: string;
  /** Text put in place of `[start, end)` of the query. */
  readonly insert: string;
  readonly start: number;
  readonly end: number;
}

export interface CompletionSource {
  /** Field names and their types. */
  readonly columns: Readonly<Record<string, string>>;
  /** Values seen in a field, most frequent first. */
  readonly values: Readonly<Record<string, readonly string[]>>;
}

const OPERATORS: readonly (readonly [string, string])[] = [
  ['AND', 'both'],
  ['OR', 'either'],
  ['NOT', 'leave out'],
];
const MOST = 9;

/** The word the caret stands in or behind: from the last space, bracket or unquoted start to the caret. */
function wordBefore(text: string, caret: number): { start: number; quoted: boolean } {
  let start = 0;
  let quoted = false;
  for (let at = 0; at < caret; at++) {
    const char = text[at];
    if (char === '\\') at++;
    else if (char === '"') quoted = !quoted;
    else if (!quoted && (char === ' ' || char === '(' || char === ')' || char === '\t' || char === '!'))
      start = at + 1;
  }
  return { start, quoted };
}

function colonOf(word: string): number {
  for (let at = 0; at < word.length; at++) {
    if (word[at] === '\\') at++;
    else if (word[at] === ':') return at;
  }
  return -1;
}

export function complete(text: string, caret: number, source: CompletionSource): readonly Suggestion[] {
  const { start, quoted } = wordBefore(text, caret);
  const word = text.slice(start, caret).replace(/^[+-]/, '');
  const from = caret - word.length;
  const colon = colonOf(word);
  if (colon >= 0) return completeValue(word.slice(0, colon), word.slice(colon + 1), caret, source);
  if (quoted) return [];

  const before = text.slice(0, start).trimEnd();
  const afterClause =
    before !== '' && !/(^|[\s(])(AND|OR|NOT|&&|\|\||!|\()$/.test(before) && !before.endsWith('(');
  const operators = afterClause ? completeOperator(word, from, caret) : [];
  const wantsNot = !afterClause && word !== '' && 'NOT'.startsWith(word.toUpperCase());
  const not: Suggestion[] = wantsNot
    ? [{ kind: 'operator', label: 'NOT', hint: 'leave out', insert: 'NOT ', start: from, end: caret }]
    : [];
  // Behind a complete clause an operator is what comes next; fields only when a word was begun.
  const fields = afterClause && word === '' ? [] : completeField(word, from, caret, source);
  return [...operators, ...fields, ...not].slice(0, MOST);
}

function completeOperator(word: string, start: number, end: number): Suggestion[] {
  return OPERATORS.filter(([name]) => name.startsWith(word.toUpperCase())).map(([name, hint]) => ({
    kind: 'operator',
    label: name,
    hint,
    insert: `${name} `,
    start,
    end,
  }));
}

function completeField(word: string, start: number, end: number, source: CompletionSource): Suggestion[] {
  const needle = word.toLowerCase();
  const ranked: [rank: number, field: string][] = [];
  for (const field of [...Object.keys(source.columns), '_exists_']) {
    const name = field.toLowerCase();
    const at = name.indexOf(needle);
    if (at < 0) continue;
    // Names that start with the word first, then parts that do, then anything; short before long.
    const rank = at === 0 ? 0 : /[._:-]/.test(name[at - 1] ?? '') ? 1 : 2;
    if (field === '_exists_' && needle === '') continue;
    ranked.push([rank * 1000 + field.length, field]);
  }
  ranked.sort((a, b) => a[0] - b[0] || (a[1] < b[1] ? -1 : 1));
  return ranked.slice(0, MOST).map(([, field]) => ({
    kind: 'field',
    label: field,
    hint: field === '_exists_' ? 'has the field' : (source.columns[field] ?? ''),
    insert: `${field.replace(/[\s:\\]/g, '\\$&')}:`,
    start,
    end,
  }));
}

const FORMS: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  ip: [
    ['10.0.0.0/8', 'a network'],
    ['*', 'any value'],
  ],
  number: [
    ['[10 TO 20]', 'from to, both included'],
    ['>=10', 'at least'],
    ['*', 'any value'],
  ],
  date: [
    ['[now-1h TO now]', 'from to'],
    ['*', 'any value'],
  ],
  boolean: [
    ['true', ''],
    ['false', ''],
  ],
  text: [['*', 'any value']],
};

function completeValue(field: string, typed: string, caret: number, source: CompletionSource): Suggestion[] {
  const start = caret - typed.length;
  const name = field.replace(/\\(.)/g, '$1');
  if (name === '_exists_') {
    return completeField(typed, start, caret, source).map((one) => ({
      ...one,
      insert: `${one.insert.slice(0, -1)} `,
    }));
  }
  const needle = typed.replace(/^"/, '').toLowerCase();
  const known = Object.hasOwn(source.values, name) ? (source.values[name] ?? []) : [];
  const suggestions: Suggestion[] = known
    .filter((value) => value.toLowerCase().includes(needle) && value.toLowerCase() !== needle)
    .slice(0, MOST)
    .map((value) => ({
      kind: 'value',
      label: value,
      hint: '',
      insert: `${/^[\w.@-]+$/.test(value) && !/^(AND|OR|NOT)$/.test(value) ? value : `"${value.replace(/["\\]/g, '\\$&')}"`} `,
      start,
      end: caret,
    }));
  if (typed === '') {
    for (const [form, hint] of FORMS[formOf(source.columns[name])] ?? []) {
      if (suggestions.length < MOST)
        suggestions.push({ kind: 'value', label: form, hint, insert: `${form} `, start, end: caret });
    }
  }
  return suggestions;
}

function formOf(type: string | undefined): string {
  if (type === 'ip' || type === 'date' || type === 'boolean') return type;
  return type === 'integer' || type === 'long' || type === 'float' || type === 'double' ? 'number' : 'text';
}

/** The query with a suggestion put in, and where the caret goes. */
export function applySuggestion(text: string, suggestion: Suggestion): { text: string; caret: number } {
  const rest = text.slice(suggestion.end);
  const insert =
    suggestion.insert.endsWith(' ') && /^\s/.test(rest) ? suggestion.insert.trimEnd() : suggestion.insert;
  return { text: text.slice(0, suggestion.start) + insert + rest, caret: suggestion.start + insert.length };
}

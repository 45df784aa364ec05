/** What may be written at a place of a query: for a search bar. */
import { isDateField } from './options.ts';

export interface Completion {
  /** What is put in, escaped where it must be. */
  readonly text: string;
  readonly kind: 'field' | 'value' | 'operator';
  /** One line about it. */
  readonly detail: string;
}

export interface Completions {
  /** Characters of the query that a chosen completion takes the place of. */
  readonly from: number;
  readonly to: number;
  /** Best first, at most 50. */
  readonly items: readonly Completion[];
}

export interface CompletionSource {
  /** Fields by name, with dots; the value is said beside the name (its type, say). */
  readonly fields: ReadonlyMap<string, string> | readonly string[];
  /** Known values of a field, the most frequent first. */
  readonly values?: (field: string) => readonly string[];
}

const most = 50;
const operators: readonly Completion[] = [
  { text: 'AND ', kind: 'operator', detail: 'both' },
  { text: 'OR ', kind: 'operator', detail: 'one or the other' },
  { text: 'AND NOT ', kind: 'operator', detail: 'the first without the second' },
];
const beginnings: readonly Completion[] = [
  { text: 'NOT ', kind: 'operator', detail: 'without what follows' },
  { text: '_exists_:', kind: 'operator', detail: 'events that have a field' },
  { text: '(', kind: 'operator', detail: 'a group' },
];
const ofNumbers: readonly Completion[] = [
  { text: '>=', kind: 'operator', detail: 'that much or more' },
  { text: '<', kind: 'operator', detail: 'less' },
  { text: '[1 TO 10]', kind: 'operator', detail: 'a range, both ends included' },
];
const ofDates: readonly Completion[] = [
  { text: '[now-15m TO now]', kind: 'operator', detail: 'the last 15 minutes' },
  { text: '[now-24h TO now]', kind: 'operator', detail: 'the last 24 hours' },
  { text: '>=now/d', kind: 'operator', detail: 'today (UTC)' },
];
const ofAddresses: readonly Completion[] = [{ text: '10.0.0.0/8', kind: 'operator', detail: 'a network' }];
const ofAny: readonly Completion[] = [{ text: '*', kind: 'operator', detail: 'any value' }];

/**
 * Completions at `cursor`, a number of characters from the beginning of `text`. Pure: the same answer for the same arguments.
 * Text that cannot be read as a query yet is no hindrance.
 */
export function completions(text: string, cursor: number, source: CompletionSource): Completions {
  const at = Math.max(0, Math.min(cursor, text.length));
  const place = placeAt(text, at);
  const fields = fieldDetails(source.fields);
  if (place.kind === 'nowhere') return { from: at, to: at, items: [] };
  if (place.kind === 'after-clause') return { from: at, to: at, items: operators };

  const to = endOfWord(text, at);
  const written = text.slice(place.start, at);
  const parts = place.field === null ? splitTyped(written, fields) : { field: place.field, rest: written };
  const from = place.start + written.length - parts.rest.length;
  if (parts.field === null) return { from, to, items: nameItems(parts.rest, fields) };
  if (parts.field === '_exists_') return { from, to, items: existsItems(parts.rest, fields) };
  return { from, to, items: valueItems(parts.field, parts.rest, place.quoted, source) };
}

type Place =
  | { readonly kind: 'nowhere' }
  | { readonly kind: 'after-clause' }
  /** In a word, a phrase or before one; `field` is the one named before a group or phrase. */
  | {
      readonly kind: 'word';
      readonly start: number;
      readonly field: string | null;
      readonly quoted: boolean;
    };

/** Reads up to the cursor, loosely. */
function placeAt(text: string, cursor: number): Place {
  const groups: (string | null)[] = [null];
  let complete = false;
  let at = 0;
  for (;;) {
    while (at < cursor && /\s/.test(text[at]!)) at++;
    if (at >= cursor) break;
    const character = text[at]!;
    if (character === ')') {
      if (groups.length > 1) groups.pop();
      complete = true;
      at++;
      continue;
    }
    if (/^(?:[-+!(]|&&|\|\|)/.test(text.slice(at, at + 2))) {
      if (character === '(') groups.push(groups.at(-1) ?? null);
      complete = false;
      at += character === '&' || character === '|' ? 2 : 1;
      continue;
    }
    const start = at;
    at = wordEndFrom(text, at, cursor);
    const word = text.slice(start, at);
    const next = at < cursor ? text[at]! : '';
    const named = /(?:^|[^\\]):$/.test(word) ? fieldName(word.slice(0, -1)) : null;
    const field = named ?? groups.at(-1) ?? null;
    if (next === '"' && (word === '' || named !== null)) {
      const end = phraseEnd(text, at);
      if (end >= cursor) return { kind: 'word', start: at + 1, field, quoted: true };
      at = end + 1;
    } else if (next === '[' || next === '{') {
      const end = rangeEnd(text, at);
      if (end >= cursor) return { kind: 'nowhere' };
      at = end + 1;
    } else if (next === '(' && named !== null) {
      groups.push(named);
      at++;
      complete = false;
      continue;
    } else if (at >= cursor) {
      return { kind: 'word', start, field: groups.at(-1) ?? null, quoted: false };
    } else if (word === '') at++;
    complete = !/^(?:AND|OR|NOT)$/.test(word);
  }
  const afterSpace = cursor === 0 || /[\s(]/.test(text[cursor - 1]!);
  if (complete && afterSpace) return { kind: 'after-clause' };
  if (complete) return { kind: 'nowhere' };
  return { kind: 'word', start: cursor, field: groups.at(-1) ?? null, quoted: false };
}

function wordEndFrom(text: string, start: number, cursor: number): number {
  let at = start;
  while (at < cursor && !/[\s()[\]{}"]/.test(text[at]!)) at += text[at] === '\\' ? 2 : 1;
  return Math.min(at, cursor);
}

function endOfWord(text: string, cursor: number): number {
  let at = cursor;
  while (at < text.length && !/[\s()[\]{}"]/.test(text[at]!)) at++;
  return at;
}

function phraseEnd(text: string, quote: number): number {
  for (let at = quote + 1; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '"') return at;
  }
  return text.length;
}

function rangeEnd(text: string, bracket: number): number {
  const end = text.slice(bracket).search(/[\]}]/);
  return end === -1 ? text.length : bracket + end;
}

/** The field and what follows it in a word with colons: the longest known one, else up to the last colon. */
function splitTyped(
  word: string,
  fields: ReadonlyMap<string, string>,
): { readonly field: string | null; readonly rest: string } {
  const colons = [...word.matchAll(/\\.|:/g)].filter(([found]) => found === ':').map(({ index }) => index);
  const known = colons.findLast(
    (at) => word.startsWith('_exists_:') || fields.has(fieldName(word.slice(0, at))),
  );
  const at = word.startsWith('_exists_:') ? '_exists_'.length : known;
  if (at !== undefined) return { field: fieldName(word.slice(0, at)), rest: word.slice(at + 1) };
  // While a name with colons is being written (source:ty), it is no value yet.
  const asName = fieldName(word);
  if (colons.length === 0 || [...fields.keys()].some((name) => name.startsWith(asName)))
    return { field: null, rest: word };
  return { field: fieldName(word.slice(0, colons.at(-1))), rest: word.slice(colons.at(-1)! + 1) };
}

function fieldName(written: string): string {
  return written.replaceAll('\\', '').replaceAll(':', '.');
}

function nameItems(written: string, fields: ReadonlyMap<string, string>): Completion[] {
  const names = matching([...fields.keys()], fieldName(written));
  const items = names.map(
    (name): Completion => ({ text: `${escaped(name)}:`, kind: 'field', detail: fields.get(name)! }),
  );
  const other = beginnings.filter(({ text }) => text.toLowerCase().startsWith(written.toLowerCase()));
  return (written === '' ? [...items.slice(0, most - other.length), ...other] : [...items, ...other]).slice(
    0,
    most,
  );
}

function existsItems(written: string, fields: ReadonlyMap<string, string>): Completion[] {
  return matching([...fields.keys()], fieldName(written))
    .slice(0, most)
    .map((name) => ({ text: escaped(name), kind: 'field', detail: fields.get(name)! }));
}

function valueItems(field: string, written: string, quoted: boolean, source: CompletionSource): Completion[] {
  const values = matching(source.values?.(field) ?? [], quoted ? written : written.replaceAll('\\', ''));
  const items = values.map(
    (value): Completion => ({
      text: quoted
        ? value.replaceAll(/[\\"]/g, '\\$&')
        : needsQuotes(value)
          ? `"${value.replaceAll(/[\\"]/g, '\\$&')}"`
          : value,
      kind: 'value',
      detail: field,
    }),
  );
  if (quoted || written !== '') return items.slice(0, most);
  const special = isDateField(field)
    ? ofDates
    : /(?:^|[._])(?:ip|addr)(?:$|[._])/.test(field)
      ? ofAddresses
      : ofNumbers;
  return [...items.slice(0, most - special.length - 1), ...special, ...ofAny];
}

/** What begins with the text goes before what holds it after a dot or underscore, and that before what holds it anywhere. */
function matching(candidates: readonly string[], written: string): string[] {
  const wanted = written.toLowerCase();
  if (wanted === '') return [...candidates];
  const ranks: string[][] = [[], [], []];
  for (const candidate of candidates) {
    const at = candidate.toLowerCase().indexOf(wanted);
    if (at === -1) continue;
    ranks[at === 0 ? 0 : /[._:\-/ ]/.test(candidate[at - 1]!) ? 1 : 2]!.push(candidate);
  }
  return ranks.flat();
}

function needsQuotes(value: string): boolean {
  return value === '' || /[\s()[\]{}"\\*?:^~]/.test(value) || /^[-+!/&|<>]|^(?:AND|OR|NOT|TO)$/.test(value);
}

function escaped(name: string): string {
  return name.replaceAll(/[\s:()[\]{}"\\*?]/g, '\\$&');
}

function fieldDetails(fields: CompletionSource['fields']): ReadonlyMap<string, string> {
  return isList(fields) ? new Map(fields.map((name) => [name, ''])) : fields;
}

function isList<T>(value: readonly T[] | object): value is readonly T[] {
  return Array.isArray(value);
}

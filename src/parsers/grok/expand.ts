/**
 * Expands the references in a Grok pattern: `%{NAME}`, `%{NAME:field}`, `%{NAME=expression}`, `%{NAME:field=expression}`.
 * Each distinct reference becomes a group `(?<grok_N>…)`; its textual repeats share the group, and the first of them is read,
 * as in java-grok.
 */
import { distance } from 'fastest-levenshtein';
import { ParserConfigError } from '../errors.ts';
import type { Dictionary } from './dictionary.ts';

/**
 * `metron`: a field name has letters, digits, `_` and `:`, a type may follow (`%{NUMBER:bytes:int}`), and a reference without a field
 * gives one named after the pattern.
 * `logstash`: field names may have dots, dashes and brackets (`[source][ip]` is `source.ip`), a type may follow
 * (`:int`, `:float`, `:boolean`), and a reference without a field gives none.
 */
export type GrokDialect = 'metron' | 'logstash';

export type CaptureType = 'auto' | 'text' | 'int' | 'float' | 'boolean';

export interface Capture {
  readonly field: string;
  readonly type: CaptureType;
}

export interface Expansion {
  readonly regex: string;
  /** By the name of the group (`grok_0`, `grok_1`, …). */
  readonly captures: ReadonlyMap<string, Capture | undefined>;
}

const mostExpansions = 1000;
const longestRegex = 1_000_000;

const references: Readonly<Record<GrokDialect, RegExp>> = {
  metron: /%\{((?<pattern>[A-Za-z0-9_[\]\\^`]+)(?::(?<field>[A-Za-z0-9_:]+))?)(?:=(?<definition>[^{}]+))?\}/,
  logstash: /%\{((?<pattern>[A-Za-z0-9_]+)(?::(?<field>[A-Za-z0-9_@.:[\]-]+))?)(?:=(?<definition>[^{}]+))?\}/,
};

/** Expands `pattern`. Throws `ParserConfigError` for a name without a definition and for definitions that never end. */
export function expandGrok(pattern: string, dictionary: Dictionary, dialect: GrokDialect): Expansion {
  const known = new Map(dictionary);
  const captures = new Map<string, Capture | undefined>();
  const reference = references[dialect];
  let regex = pattern;
  for (let i = 0; ; i++) {
    const found = reference.exec(regex)?.groups;
    if (found === undefined) break;
    if (i >= mostExpansions || regex.length > longestRegex) {
      throw new ParserConfigError(`The Grok pattern ${JSON.stringify(pattern)} does not come to an end`, {
        hint: `A definition refers to itself, or there are more than ${mostExpansions} references`,
      });
    }
    const name = found['pattern']!;
    const { definition, field } = found;
    if (definition !== undefined) known.set(name, definition);
    const body = known.get(name);
    if (body === undefined) throw undefinedPattern(name, known);
    const written = reference.exec(regex)![0];
    captures.set(`grok_${i}`, dialect === 'metron' ? looseCapture(field ?? name) : typedCapture(field));
    regex = regex.split(written).join(`(?<grok_${i}>${body})`);
  }
  const left = /%\{[^}]*\}?/.exec(regex);
  if (left !== null) {
    throw new ParserConfigError(`The Grok reference ${left[0]} cannot be read`, {
      hint: 'A field name may have letters, digits, _ and : (with grokDialect "logstash" also . - [ and ])',
    });
  }
  return { regex, captures };
}

const types: ReadonlyMap<string, CaptureType> = new Map([
  ['int', 'int'],
  ['integer', 'int'],
  ['long', 'int'],
  ['float', 'float'],
  ['double', 'float'],
  ['bool', 'boolean'],
  ['boolean', 'boolean'],
  ['string', 'text'],
  ['text', 'text'],
  ['keyword', 'text'],
]);

/** What stands behind the last colon is a type where it is one, else part of the name. */
function looseCapture(written: string): Capture {
  const colon = written.lastIndexOf(':');
  const type = colon > 0 ? types.get(written.slice(colon + 1)) : undefined;
  return type === undefined ? { field: written, type: 'auto' } : { field: written.slice(0, colon), type };
}

function typedCapture(written: string | undefined): Capture | undefined {
  if (written === undefined) return undefined;
  const [name = '', type = ''] = written.split(':');
  const field = name.startsWith('[') ? name.slice(1, -1).replaceAll('][', '.') : name;
  if (type === '') return { field, type: 'text' };
  const known = types.get(type);
  if (known !== undefined) return { field, type: known };
  throw new ParserConfigError(`Unknown type ${JSON.stringify(type)} in the Grok reference to ${written}`, {
    hint: 'Known types: int, float, boolean, string',
  });
}

function undefinedPattern(name: string, known: Dictionary): ParserConfigError {
  let nearest = '';
  for (const other of known.keys())
    if (nearest === '' || distance(name, other) < distance(name, nearest)) nearest = other;
  return new ParserConfigError(`The Grok pattern ${name} is not defined`, {
    hint: nearest === '' ? 'There are no patterns at all' : `Did you mean ${nearest}?`,
  });
}

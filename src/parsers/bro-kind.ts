/**
 * Bro's tagged JSON of a kind that came before (see json-kinds.ts), made into messages from the captures of its expression: the members' texts are at
 * hand, so that the reference's `original_string` needs no number written anew.
 */
import { isShortDecimal } from './bro-original.ts';
import type { Skeleton } from './json-kind-source.ts';
import type { Message } from './parser.ts';
import type { Shape } from './zeek-json.ts';
import { moveFirst } from './zeek-names.ts';
import { decimalText, setTime } from './zeek-time.ts';

/** Undefined for a record that has to be read in the usual way. */
export type BroKind = (captures: RegExpExecArray) => Message | undefined;

/** `shapeOf`: how records with these members become messages. Undefined when records of the kind have to be read in the usual way. */
export function compileBroKind(
  skeleton: Skeleton,
  shapeOf: (keys: readonly string[]) => Shape | undefined,
  logOf: (tag: string) => string,
): BroKind | undefined {
  const { leaves } = skeleton;
  const tagged = membersOf(skeleton);
  if (tagged === undefined) return undefined;
  const { keys, tag } = tagged;
  if (!leaves.every((leaf) => leaf === 'text' || leaf === 'number' || leaf === 'list')) return undefined;
  const shape = shapeOf(keys);
  const time = keys.indexOf('ts');
  if (shape === undefined || leaves[time] !== 'number') return undefined;
  const values = keys.map((key, i) => {
    const capture = `m[${i + 1}]`;
    return `${JSON.stringify(key)}:${leaves[i] === 'text' ? capture : leaves[i] === 'number' ? `Number(${capture})` : `v(${capture})`}`;
  });
  const texts = keys.map((key, i) => {
    const capture = `m[${i + 1}]`;
    return `${JSON.stringify(` ${key}:`)}+${leaves[i] === 'number' ? `n(${capture})` : capture}`;
  });
  const checks = keys.map((_key, i) => {
    const capture = `m[${i + 1}]`;
    const check = leaves[i] === 'list' ? 'l' : leaves[i] === 'number' ? 'n' : undefined;
    return check === undefined ? `${capture}!==undefined` : `${check}(${capture})`;
  });
  const read = new Function(
    'v',
    'l',
    'n',
    `return (m)=>${checks.join('&&')}?{${values.join(',')}}:undefined`,
  )(listOf, isPlainList, isPlainNumber) as (captures: RegExpExecArray) => Message | undefined;
  const write = new Function('n', `return (m)=>${texts.join('+')}`)(numberText) as (
    captures: RegExpExecArray,
  ) => string;
  const log = logOf(tag);
  const head = `${log.toUpperCase()} |`;
  return (captures) => {
    const record = read(captures);
    if (record === undefined) return undefined;
    const message = shape.move(record);
    for (const { from, to } of shape.plan.lists) moveFirst(message, to, record[from]);
    message['protocol'] = log;
    setTime(message, record['ts']);
    message['original_string'] = head + write(captures);
    return message;
  };
}

/** The tag and the names of the members of the object inside of it; undefined when the record is of another form. */
function membersOf({ code, leaves }: Skeleton): { tag: string; keys: string[] } | undefined {
  let outer: unknown;
  try {
    outer = JSON.parse(code.replaceAll('\0', '0'));
  } catch {
    return undefined;
  }
  if (typeof outer !== 'object' || outer === null) return undefined;
  const members: [string, unknown][] = Object.entries(outer);
  const [tag = '_path', inner] = members[0] ?? [];
  if (members.length !== 1 || tag === '_path' || typeof inner !== 'object' || inner === null)
    return undefined;
  const keys = Object.keys(inner);
  // Whole numbers come first among an object's names, wherever they stand in the text.
  if (keys.some((key) => /^\d+$/.test(key))) return undefined;
  return keys.length === leaves.length && Object.values(inner).every((value) => value === 0)
    ? { tag, keys }
    : undefined;
}

/** Lists that are rendered as they are written: no blanks, no escapes, no slashes, no fractions that are shortened. */
const plainList = /^\[(?:"[^"\\/]*"(?:,"[^"\\/]*")*|\d{1,9}(?:\.0)?(?:,\d{1,9}(?:\.0)?)*)\]$/;

function listOf(text: string): unknown {
  return text === '[]' ? [] : JSON.parse(text);
}

function isPlainList(text: string): boolean {
  return text === '[]' || plainList.test(text);
}

/** Not below zero, and nothing that a double does not hold. */
function isPlainNumber(text: string | undefined): boolean {
  return text !== undefined && text.charCodeAt(0) !== 0x2d && (text.length < 16 || text.indexOf('.') > 0);
}

function numberText(raw: string): string {
  return isShortDecimal(raw) ? raw : decimalText(Number(raw));
}

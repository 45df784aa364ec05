/**
 * Messages as the engine likes them. An object filled under computed names turns into a hash table after a dozen fields, which then
 * costs at every later look and when it is written as JSON; one made by a literal, or by assignments with names in the code,
 * stays a struct. These functions write such code for names known at run time. Names enter it as quoted JSON only.
 */
import type { Message } from './parser.ts';

/** What becomes of one member: kept under `to`, in the order given. */
export interface MemberMove {
  readonly from: string;
  readonly to: string;
}

function quoted(name: string): string {
  return JSON.stringify(name);
}

/** As a key of a literal. In brackets `__proto__` is a key like any other; without them it would set the prototype. */
function keyed(name: string): string {
  return name === '__proto__' ? '["__proto__"]' : quoted(name);
}

/** A function that makes a message with the moved members, then the fields `extra` (undefined until they are set). */
export function compileMover(
  moves: readonly MemberMove[],
  extra: readonly string[],
): (source: Message) => Message {
  const fields = moves.map(({ from, to }) => `${keyed(to)}:o[${quoted(from)}]`);
  for (const name of extra) fields.push(`${keyed(name)}:undefined`);
  return new Function('o', `return {${fields.join(',')}}`) as (source: Message) => Message;
}

/** A function that sets the fields `names` from a list of values, leaving out values and names that are undefined. */
export function compileFiller(
  names: readonly (string | undefined)[],
): (target: Message, values: readonly unknown[]) => void {
  const lines = names.map((name, i) =>
    name === undefined ? '' : `if((v=a[${i}])!==undefined)${setter(name)}`,
  );
  return new Function('o', 'a', `let v;${lines.join('\n')}`) as (
    target: Message,
    values: readonly unknown[],
  ) => void;
}

function setter(name: string): string {
  return name === '__proto__'
    ? 'Object.defineProperty(o,"__proto__",{value:v,enumerable:true,configurable:true,writable:true});'
    : `o[${quoted(name)}]=v;`;
}

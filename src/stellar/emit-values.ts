import type { ExistsNode, IndexNode, ListNode, MapNode, VariableNode } from './ast.ts';
import type { Code } from './code.ts';
import type { Emitter } from './emitter.ts';
import { elementAt } from './indexing.ts';

/** Code of variables, collections and their members. */

const inherited = new Set(Object.getOwnPropertyNames(Object.prototype));

/** How many scopes have names of their own in the code; those behind them are searched in a loop. */
export const directScopes = 3;

export function emitVariable(to: Emitter, node: VariableNode): Code {
  const { name } = node;
  const parameter = to.parameter(name);
  to.variables.add(name);
  if (parameter !== undefined) return { text: parameter, safe: true };
  if (name === '_') return { text: 'allFields(scopes)', isData: true, safe: true };
  if (to.options.strictVariables === true && !to.isInLambda) {
    return to.fallible(node.offset, node, `lookupStrict(scopes, ${JSON.stringify(name)})`);
  }
  return { text: `(${read(name)} ?? null)`, safe: true };
}

/** Reads a variable; undefined or null when no scope has it. */
function read(name: string): string {
  const key = JSON.stringify(name);
  if (inherited.has(name)) return `lookupOwn(scopes, ${key})`;
  // Most messages stand alone: what would come behind is not looked at then.
  let behind = '';
  for (let i = 1; i < directScopes; i += 1) behind += `s${i}[${key}] ?? `;
  return `s0[${key}] ?? (n > 1 ? ${behind}(n > ${directScopes} ? lookup(scopes, ${directScopes}, ${key}) : null) : null)`;
}

export function emitExists(to: Emitter, { name }: ExistsNode): Code {
  const parameter = to.parameter(name);
  to.variables.add(name);
  if (name === '_' && parameter === undefined) return to.constant(true);
  const value = parameter ?? `(${read(name)})`;
  return { text: `(${value} != null)`, isBoolean: true, isData: true, isSmall: true, safe: true };
}

export function emitList(to: Emitter, node: ListNode): Code {
  const items = node.items.map((item) => to.emitNested(item));
  return {
    text: `[${items.map((item) => item.text).join(', ')}]`,
    isData: true,
    safe: items.every((item) => item.safe === true),
  };
}

export function emitMap(to: Emitter, node: MapNode): Code {
  const parts = node.entries.flatMap(({ key, value }) => [to.emitNested(key), to.emitNested(value)]);
  return {
    ...to.fallible(node.offset, node, `literalMap([${parts.map((part) => part.text).join(', ')}])`),
    isData: true,
  };
}

export function emitIndex(to: Emitter, node: IndexNode): Code {
  const container = to.emit(node.container);
  const index = to.emitNested(node.index);
  if (container.constant !== undefined && index.constant !== undefined) {
    try {
      return to.constant(elementAt(container.constant.value, index.constant.value));
    } catch {
      // Raises when it is evaluated, if it ever is.
    }
  }
  return to.applied(node.operatorOffset, node, [container, index], (a, b) => `elementAt(${a}, ${b})`);
}

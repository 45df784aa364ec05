import type { ConditionalNode, MatchNode, Node } from './ast.ts';
import type { Code } from './code.ts';
import type { Emitter } from './emitter.ts';

/** Code of if and match. */

/** A value as a condition: a boolean, null or an empty collection; anything else raises. */
function condition(to: Emitter, node: Node): Code {
  const code = to.emit(node);
  if (code.isBoolean === true) return code;
  if (code.constant?.value === null) return to.constant(false);
  return {
    ...to.fallibleAfter(node.offset, node, code, (value) => `condition(${value})`),
    isBoolean: true,
    isData: true,
    isSmall: true,
  };
}

export function emitConditional(to: Emitter, node: ConditionalNode): Code {
  const test = condition(to, node.test);
  const then = to.emit(node.then);
  const otherwise = to.emit(node.otherwise);
  if (typeof test.constant?.value === 'boolean') return test.constant.value ? then : otherwise;
  return {
    text: `(${test.text} ? ${then.text} : ${otherwise.text})`,
    isBoolean: then.isBoolean === true && otherwise.isBoolean === true,
    isData: then.isData === true && otherwise.isData === true,
    isSmall: then.isSmall === true && otherwise.isSmall === true,
    safe: test.safe === true && then.safe === true && otherwise.safe === true,
    awaits: then.awaits === true || otherwise.awaits === true,
  };
}

export function emitMatch(to: Emitter, node: MatchNode): Code {
  const parts: string[] = [];
  let isSmall = true;
  for (const { check, action } of node.clauses) {
    const bareTrue =
      check.kind === 'literal' && check.value === true && check.parenthesized !== true && !to.nested;
    const test = bareTrue ? 'false' : condition(to, check).text;
    const code = to.emit(action);
    isSmall &&= code.isSmall === true && code.isData === true;
    parts.push(`${test} ? ${acted(to, code)}`);
  }
  const last = to.emit(node.otherwise);
  parts.push(acted(to, last));
  return {
    text: `(${parts.join(' : ')})`,
    isData: false,
    isSmall: isSmall && last.isSmall === true && last.isData === true,
  };
}

/** An action that is a lambda is called. */
function acted(to: Emitter, code: Code): string {
  if (code.isData === true) return code.text;
  if (code.awaits === true) {
    to.frame.awaits = true;
    return `await call(${code.text})`;
  }
  return `call(${code.text})`;
}

import type { Node } from './ast.ts';
import { capabilityHint } from './capabilities.ts';
import { positionsIn } from './errors.ts';
import type { ExpressionProblem } from './expression.ts';
import type { FunctionRegistry } from './registry.ts';
import { childrenOf } from './tree.ts';

/** Whether one of the functions needs a capability that is not among those offered. */
export function anyLacking(
  functions: Iterable<string>,
  registry: FunctionRegistry,
  offered: ReadonlySet<string>,
): boolean {
  for (const name of functions) {
    const capability = registry.get(name)?.capability;
    if (capability !== undefined && !offered.has(capability)) return true;
  }
  return false;
}

/** The calls of a tree whose function needs a capability that is not among those offered. */
export function capabilityProblems(
  source: string,
  tree: Node,
  registry: FunctionRegistry,
  offered: ReadonlySet<string>,
): ExpressionProblem[] {
  const positionOf = positionsIn(source);
  const problems: ExpressionProblem[] = [];
  const pending: Node[] = [tree];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (node.kind === 'call') {
      const capability = registry.get(node.name)?.capability;
      if (capability !== undefined && !offered.has(capability)) {
        problems.push({
          code: 'SKP_STELLAR_CAPABILITY',
          message: `${node.name} needs the capability '${capability}', which expressions in this place do not have`,
          hint: capabilityHint(capability),
          position: positionOf(node.offset),
        });
      }
    }
    pending.push(...childrenOf(node));
  }
  return problems.sort((a, b) => a.position.offset - b.position.offset);
}

import type { Node } from './ast.ts';

/** The parts of a node, in the order in which they stand in the source. */
export function childrenOf(node: Node): readonly Node[] {
  switch (node.kind) {
    case 'literal':
    case 'variable':
    case 'exists':
      return [];
    case 'list':
      return node.items;
    case 'map':
      return node.entries.flatMap(({ key, value }) => [key, value]);
    case 'index':
      return [node.container, node.index];
    case 'call':
      return node.args;
    case 'lambda':
      return [node.body];
    case 'arithmetic':
    case 'coalesce':
    case 'comparison':
    case 'logic':
      return [node.left, node.right];
    case 'in':
      return [node.item, node.container];
    case 'negate':
    case 'not':
      return [node.operand];
    case 'conditional':
      return [node.test, node.then, node.otherwise];
    case 'match':
      return [...node.clauses.flatMap(({ check, action }) => [check, action]), node.otherwise];
  }
}

/** How many nodes a tree has. */
export function sizeOfTree(node: Node): number {
  let size = 1;
  for (const child of childrenOf(node)) size += sizeOfTree(child);
  return size;
}

import type { Node } from './ast.ts';

/** The members of a list literal that is known when compiling, undefined for anything else. */
export function constantItems(node: Node): unknown[] | undefined {
  if (node.kind !== 'list') return undefined;
  const items: unknown[] = [];
  for (const item of node.items) {
    if (item.kind !== 'literal') return undefined;
    items.push(item.value);
  }
  return items;
}

/**
 * Takes out of an expression what cannot change a match, so that V8's linear engine, which knows neither look-ahead nor
 * atomic groups, can run it: a negative look-ahead that what follows already implies, and an atomic group inside which
 * there is nothing to go back to (each choice in it is settled by the next character).
 */
import { type CharSet, disjoint, everything, lineTerminators, nothing, union } from './char-set.ts';
import { choice, type RegexNode, type RepeatNode, sequence } from './regex-node.ts';

/** Rewrites `node` for an unanchored search after which anything may come. */
export function simplifyRegex(node: RegexNode): RegexNode {
  return simplify(node, everything, true);
}

/**
 * `follow`: the characters with which what stands behind the node may begin; `everything` where a match may end. `last`: nothing
 * stands behind it, so that its first match is the one that counts and it is never gone back into.
 */
function simplify(node: RegexNode, follow: CharSet, last: boolean): RegexNode {
  switch (node.kind) {
    case 'sequence':
      return simplifySequence(node.items, follow, last);
    case 'choice':
      return choice(node.options.map((option) => simplify(option, follow, last)));
    case 'repeat':
      return { ...node, body: simplify(node.body, followInside(node, follow), last && node.max <= 1) };
    case 'group':
      return { ...node, body: simplify(node.body, follow, last) };
    case 'atomic': {
      // Inside, a look-ahead decides which way is kept for good: what follows outside must not be used to drop it.
      const body = simplify(node.body, everything, true);
      if (last) return body;
      return settled(body, follow) ? simplify(body, follow, false) : { kind: 'atomic', body };
    }
    case 'look': {
      const body = simplify(node.body, everything, true);
      if (node.ahead && node.negative && !nullable(body) && disjoint(firstOf(body), follow))
        return sequence([]);
      return { ...node, body };
    }
    default:
      return node;
  }
}

function simplifySequence(items: readonly RegexNode[], follow: CharSet, last: boolean): RegexNode {
  const out: RegexNode[] = [];
  let after = follow;
  for (let i = items.length - 1; i >= 0; i--) {
    const item = simplify(items[i]!, after, last && i === items.length - 1);
    if (item.kind === 'sequence') out.push(...item.items.toReversed());
    else out.push(item);
    after = followBefore(item, after);
  }
  return sequence(out.reverse());
}

/** What may follow the place just before `item`, when `after` may follow it. */
function followBefore(item: RegexNode, after: CharSet): CharSet {
  if (item.kind === 'assertion' && (item.what === 'lastLineEnd' || item.what === 'end'))
    return lineTerminators;
  return nullable(item) ? union(firstOf(item), after) : firstOf(item);
}

function followInside(node: RepeatNode, follow: CharSet): CharSet {
  return node.max > 1 ? union(follow, firstOf(node.body)) : follow;
}

/** Whether the node can match without taking a character. */
export function nullable(node: RegexNode): boolean {
  switch (node.kind) {
    case 'set':
      return false;
    case 'sequence':
      return node.items.every(nullable);
    case 'choice':
      return node.options.some(nullable);
    case 'repeat':
      return node.min === 0 || nullable(node.body);
    case 'group':
    case 'atomic':
      return nullable(node.body);
    default:
      return true;
  }
}

/** The characters with which a match of the node that takes any can begin. */
function firstOf(node: RegexNode): CharSet {
  switch (node.kind) {
    case 'set':
      return node.set;
    case 'sequence': {
      let first: CharSet = nothing;
      for (const item of node.items) {
        first = union(first, firstOf(item));
        if (!nullable(item)) break;
      }
      return first;
    }
    case 'choice':
      return node.options.reduce<CharSet>((first, option) => union(first, firstOf(option)), nothing);
    case 'repeat':
      return node.max === 0 ? nothing : firstOf(node.body);
    case 'group':
    case 'atomic':
      return firstOf(node.body);
    case 'reference':
      return everything;
    default:
      return nothing;
  }
}

/**
 * Whether the next character settles every choice in the node and the way that is tried first is the right one, so that going
 * back into it can never help. (A lazy loop or an empty option tried first stops short of what the text would allow.)
 */
function settled(node: RegexNode, follow: CharSet): boolean {
  switch (node.kind) {
    case 'sequence': {
      let after = follow;
      for (let i = node.items.length - 1; i >= 0; i--) {
        const item = node.items[i]!;
        if (!settled(item, after)) return false;
        after = followBefore(item, after);
      }
      return true;
    }
    case 'choice': {
      let seen: CharSet = nothing;
      for (const [i, option] of node.options.entries()) {
        const empty = nullable(option);
        const first = empty ? union(firstOf(option), follow) : firstOf(option);
        if (empty && i < node.options.length - 1) return false;
        if (!disjoint(first, seen) || !settled(option, follow)) return false;
        seen = union(seen, first);
      }
      return true;
    }
    case 'repeat':
      if (
        node.min !== node.max &&
        (node.lazy || nullable(node.body) || !disjoint(firstOf(node.body), follow))
      )
        return false;
      return settled(node.body, followInside(node, follow));
    case 'group':
    case 'atomic':
      return settled(node.body, follow);
    case 'reference':
      return false;
    default:
      return true;
  }
}

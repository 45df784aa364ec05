import { add, divide, multiply, negate, remainder, subtract } from '../arithmetic.ts';
import type { Node } from '../ast.ts';
import { compareConstants } from '../code.ts';
import { isIn } from '../compare.ts';
import { conditionTruth, truth } from '../convert.ts';
import { StellarError } from '../errors.ts';
import type { Capabilities } from '../expression.ts';
import { standardRegistry } from '../functions/index.ts';
import { elementAt } from '../indexing.ts';
import { mapHas, mapSet } from '../members.ts';
import { AllFields, Lambda, LiteralMap } from '../values.ts';

/** Evaluates a tree by walking it, as plainly as can be: what the generated code must agree with. */
export class TreeWalker {
  readonly #scope: Record<string, unknown>;
  readonly #capabilities: Capabilities;
  // Far more than the compiled code is given, so that only its budget decides.
  #runsLeft = 5_000_000;

  constructor(scope: Record<string, unknown>, capabilities: Capabilities) {
    this.#scope = scope;
    this.#capabilities = capabilities;
  }

  walk(node: Node, locals: ReadonlyMap<string, unknown>, nested: boolean): unknown {
    const go = (child: Node) => this.walk(child, locals, nested);
    const goNested = (child: Node) => this.walk(child, locals, true);
    switch (node.kind) {
      case 'literal':
        return node.value;
      case 'variable':
        return this.#read(node.name, locals);
      case 'exists':
        return this.#read(node.name, locals) !== null;
      case 'list':
        return node.items.map(goNested);
      case 'map': {
        const map = new LiteralMap();
        const pairs = node.entries.map(({ key, value }) => [goNested(key), goNested(value)] as const);
        for (const [key, value] of pairs) if (!mapHas(map, key)) mapSet(map, key, value);
        return map;
      }
      case 'call': {
        const definition = standardRegistry.get(node.name);
        const args = node.args.map(goNested);
        if (definition === undefined) throw new StellarError('SKP_STELLAR_UNKNOWN_FUNCTION', node.name);
        const [least, most] = definition.arity ?? [0, Number.POSITIVE_INFINITY];
        if (args.length < least || args.length > most)
          throw new StellarError('SKP_STELLAR_ARGUMENTS', node.name);
        return definition.call(this.#capabilities, ...args) ?? null;
      }
      case 'lambda':
        return new Lambda(node.parameters.length, false, (...args) => {
          this.#runsLeft -= 1;
          if (this.#runsLeft < 0) throw new StellarError('SKP_STELLAR_BUDGET', 'too many runs');
          const inner = new Map(locals);
          node.parameters.forEach((name, i) => {
            inner.set(name, args[i] ?? null);
          });
          return this.walk(node.body, inner, false);
        });
      case 'arithmetic':
        return { '+': add, '-': subtract, '*': multiply, '/': divide, '%': remainder }[node.operator](
          go(node.left),
          goNested(node.right),
        );
      case 'negate':
        return negate(go(node.operand));
      case 'coalesce':
        return go(node.left) ?? goNested(node.right);
      case 'index':
        return elementAt(go(node.container), goNested(node.index));
      case 'comparison':
        return compareConstants(node.operator, go(node.left), goNested(node.right));
      case 'in':
        return isIn(go(node.item), goNested(node.container)) !== node.negated;
      case 'logic':
        if (node.operator === 'and') return truth(go(node.left)) && truth(goNested(node.right));
        return truth(go(node.left)) || truth(goNested(node.right));
      case 'not':
        return !truth(go(node.operand));
      case 'conditional':
        return go(this.#holds(go(node.test)) ? node.then : node.otherwise);
      case 'match': {
        for (const { check, action } of node.clauses) {
          const bare =
            check.kind === 'literal' && check.value === true && check.parenthesized !== true && !nested;
          if (!bare && this.#holds(go(check))) return this.#called(go(action));
        }
        return this.#called(go(node.otherwise));
      }
    }
  }

  #read(name: string, locals: ReadonlyMap<string, unknown>): unknown {
    if (locals.has(name)) return locals.get(name);
    if (name === '_') return new AllFields([this.#scope]);
    return Object.hasOwn(this.#scope, name) ? (this.#scope[name] ?? null) : null;
  }

  #holds(value: unknown): boolean {
    const held = conditionTruth(value);
    if (held === undefined) throw new StellarError('SKP_STELLAR_CONDITION', 'not a condition');
    return held;
  }

  #called(value: unknown): unknown {
    return value instanceof Lambda ? value.apply() : value;
  }
}

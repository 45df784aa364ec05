import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { add, divide, multiply, negate, remainder, subtract } from './arithmetic.ts';
import type { Node } from './ast.ts';
import { compareConstants } from './code.ts';
import { isIn, strictEquals } from './compare.ts';
import { compile } from './compiler.ts';
import { conditionTruth, truth } from './convert.ts';
import { StellarError } from './errors.ts';
import { standardRegistry } from './functions/index.ts';
import { arbitraryExpression, arbitraryMessage } from './fuzz.ts';
import { elementAt } from './indexing.ts';
import { mapHas } from './members.ts';
import { parse } from './parser.ts';
import { AllFields, Lambda, LiteralMap, textOf } from './values.ts';

/** Evaluates a tree by walking it, as plainly as can be: what the generated code must agree with. */
class TreeWalker {
  readonly #scope: Record<string, unknown>;

  constructor(scope: Record<string, unknown>) {
    this.#scope = scope;
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
        for (const [key, value] of pairs) if (!mapHas(map, key)) map.set(key, value);
        return map;
      }
      case 'call': {
        const definition = standardRegistry.get(node.name);
        const args = node.args.map(goNested);
        if (definition === undefined) throw new StellarError('SKP_STELLAR_UNKNOWN_FUNCTION', node.name);
        const [least, most] = definition.arity ?? [0, Number.POSITIVE_INFINITY];
        if (args.length < least || args.length > most)
          throw new StellarError('SKP_STELLAR_ARGUMENTS', node.name);
        return definition.call(capabilities, ...args) ?? null;
      }
      case 'lambda':
        return new Lambda(node.parameters.length, false, (...args) => {
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

const capabilities = { clock: { now: () => 0 }, timeZone: 'UTC' };

type Outcome = { readonly value: unknown } | { readonly raised: string };

function outcome(run: () => unknown): Outcome {
  try {
    return { value: run() };
  } catch (error) {
    if (error instanceof StellarError) return { raised: error.code };
    throw error;
  }
}

function same(a: Outcome, b: Outcome): boolean {
  if ('raised' in a || 'raised' in b) return 'raised' in a && 'raised' in b && a.raised === b.raised;
  if (a.value instanceof Lambda || b.value instanceof Lambda)
    return a.value instanceof Lambda && b.value instanceof Lambda;
  return strictEquals(a.value, b.value) || textOf(a.value) === textOf(b.value);
}

describe('generated code', () => {
  it('agrees with a walk over the tree on every expression and message', () => {
    let compared = 0;
    fc.assert(
      fc.property(arbitraryExpression, arbitraryMessage, (source, message) => {
        let tree: Node;
        try {
          tree = parse(source);
        } catch {
          return;
        }
        // Each side has a message of its own: functions change collections in place.
        const walked = outcome(() => new TreeWalker(structuredClone(message)).walk(tree, new Map(), false));
        const compiled = compile(source, standardRegistry, { calls: 'deferred' });
        const evaluated = outcome(() => compiled.evaluate([structuredClone(message)], capabilities));
        compared += 1;
        if (!same(walked, evaluated)) {
          expect({ source, outcome: describeOutcome(evaluated) }).toEqual({
            source,
            outcome: describeOutcome(walked),
          });
        }
      }),
      { numRuns: Number(process.env['SKOPOS_FUZZ_RUNS'] ?? 2000) },
    );
    expect(compared).toBeGreaterThan(500);
  });
});

function describeOutcome(result: Outcome): string {
  return 'raised' in result ? result.raised : textOf(result.value);
}

import type { Node } from '../ast.ts';
import { strictEquals } from '../compare.ts';
import { compile } from '../compiler.ts';
import { StellarError } from '../errors.ts';
import { standardFunctions, standardRegistry } from '../functions/index.ts';
import { lint } from '../lint.ts';
import { parse } from '../parser.ts';
import { print } from '../print.ts';
import { kindOf, Lambda, textOf, toPlain } from '../values.ts';
import { Random, RandomExpressions, randomMessage } from './random-expression.ts';
import { TreeWalker } from './tree-walker.ts';

/** Compiles and evaluates random expressions and says what went wrong. */
export interface FuzzReport {
  readonly expressions: number;
  /** Those that parsed and were evaluated both ways. */
  compared: number;
  /** Those of them that gave a value and no error. */
  valued: number;
  readonly failures: { readonly source: string; readonly detail: string }[];
  /** Longest evaluation, in milliseconds, and whose. */
  slowest: { milliseconds: number; source: string };
}

// Those with a capability need what is not here.
const names = standardFunctions
  .filter((definition) => definition.capability === undefined && definition.async !== true)
  .map(({ name }) => name);

const capabilities = { clock: { now: () => 1_500_000_000_000 }, timeZone: 'UTC' };

type Outcome = { readonly value: unknown } | { readonly raised: string };

export function fuzz(expressions: number, seed: number): FuzzReport {
  const report: FuzzReport = {
    expressions,
    compared: 0,
    valued: 0,
    failures: [],
    slowest: { milliseconds: 0, source: '' },
  };
  const random = new Random(seed);
  const generator = new RandomExpressions(random, names);
  for (let i = 0; i < expressions && report.failures.length < 10; i += 1) {
    const source = i % 4 === 3 ? generator.mutated() : generator.expression();
    try {
      const detail = examine(source, randomMessage(random), report);
      if (detail !== undefined) report.failures.push({ source, detail });
    } catch (error) {
      report.failures.push({
        source,
        detail: `crash: ${error instanceof Error ? error.stack : String(error)}`,
      });
    }
  }
  return report;
}

function examine(source: string, message: string, report: FuzzReport): string | undefined {
  let tree: Node;
  try {
    tree = parse(source);
  } catch (error) {
    if (error instanceof StellarError) return undefined;
    throw error;
  }
  const printed = print(tree);
  if (shape(parse(printed)) !== shape(tree)) return `prints as ${printed}, which is another tree`;
  lint(source, standardRegistry, { fields: ['a', 'n'] });
  const compiled = compile(source, standardRegistry, { calls: 'deferred' });
  const started = performance.now();
  const evaluated = outcome(() => compiled.evaluate([JSON.parse(message)], capabilities));
  const milliseconds = performance.now() - started;
  if (milliseconds > report.slowest.milliseconds) report.slowest = { milliseconds, source };
  const walked = outcome(() =>
    new TreeWalker(JSON.parse(message), capabilities).walk(tree, new Map(), false),
  );
  report.compared += 1;
  if ('value' in evaluated) {
    report.valued += 1;
    if (evaluated.value === undefined) return 'gave undefined';
    outcome(() => JSON.stringify(toPlain(evaluated.value)));
  } else if (compiled.evaluate.length !== 2) return 'is no evaluation';
  if (Object.keys(Object.prototype).length > 0) return 'changed the prototype of all objects';
  if (same(walked, evaluated)) return undefined;
  return `gave ${shown(evaluated)} where the tree walker gave ${shown(walked)} for ${message}`;
}

function outcome(run: () => unknown): Outcome {
  try {
    return { value: run() };
  } catch (error) {
    if (error instanceof StellarError) return { raised: error.code };
    // The tree walker gives no error a place; what a function throws is its own business there.
    if (error instanceof RangeError || error instanceof TypeError) return { raised: 'SKP_STELLAR_FUNCTION' };
    throw error;
  }
}

function same(a: Outcome, b: Outcome): boolean {
  if ('raised' in a || 'raised' in b) {
    if (!('raised' in a && 'raised' in b)) return 'raised' in b && b.raised === 'SKP_STELLAR_BUDGET';
    return a.raised === b.raised || b.raised === 'SKP_STELLAR_BUDGET';
  }
  if (a.value instanceof Lambda || b.value instanceof Lambda)
    return a.value instanceof Lambda && b.value instanceof Lambda;
  try {
    return strictEquals(a.value, b.value) || textOf(a.value) === textOf(b.value);
  } catch (error) {
    if (error instanceof StellarError) return true;
    throw error;
  }
}

function shown(result: Outcome): string {
  return 'raised' in result ? result.raised : textOf(result.value).slice(0, 200);
}

/** A tree without its places and its needless parentheses, as text. */
export function shape(tree: Node): string {
  return JSON.stringify(
    tree,
    function (this: Readonly<Record<string, unknown>>, key: string, value: unknown) {
      if (key === 'offset' || key === 'end' || key === 'operatorOffset') return undefined;
      if (key === 'parenthesized' && this['kind'] !== 'literal') return undefined;
      const written = this[key];
      const kind = kindOf(written);
      return kind === undefined ? value : `${kind} ${textOf(written)}`;
    },
  );
}

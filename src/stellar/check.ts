import { compile } from './compiler.ts';
import { positionAt, StellarError, type StellarErrorCode } from './errors.ts';
import type { CompileOptions, ExpressionProblem } from './expression.ts';
import type { FunctionRegistry } from './registry.ts';

/**
 * What is wrong with an expression, without evaluating it: the syntax error, or all unknown functions and wrong argument
 * counts. Empty when it compiles. Never raises.
 */
export function checkExpression(
  source: string,
  registry: FunctionRegistry,
  options: CompileOptions = {},
): readonly ExpressionProblem[] {
  try {
    return compile(source, registry, { ...options, calls: 'deferred' }).problems;
  } catch (error) {
    if (!(error instanceof StellarError)) throw error;
    const position = error.position ?? positionAt(source, 0);
    return [{ code: error.code as StellarErrorCode, message: error.detail, hint: error.hint, position }];
  }
}

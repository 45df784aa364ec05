import { anyLacking, capabilityProblems } from './capability-check.ts';
import { CodeGenerator } from './codegen.ts';
import { locate, StellarError } from './errors.ts';
import type { CompiledExpression, CompileOptions } from './expression.ts';
import { parse } from './parser.ts';
import type { FunctionRegistry } from './registry.ts';
import { runtime } from './runtime.ts';

type Evaluate = CompiledExpression['evaluate'];

/** What generated code names besides its own: its tables, and all of the runtime. */
const parameters = ['K', 'F', 'source', 'places', ...Object.keys(runtime)].join(', ');
const runtimeValues = Object.values(runtime);

/**
 * Compiles one expression to a JavaScript function. A blank source is the value null (as a predicate: true). Raises
 * `StellarError` with code, position, caret text and hint for syntax errors and, unless `calls` is `deferred`, for unknown
 * functions and wrong argument counts.
 */
export function compile(
  source: string,
  registry: FunctionRegistry,
  options: CompileOptions = {},
): CompiledExpression {
  const generator = new CodeGenerator(source, registry, options);
  const blank = source.trim() === '';
  let javascript: string;
  let evaluate: Evaluate;
  try {
    const tree = blank
      ? ({ kind: 'literal', value: options.predicate === true ? true : null, offset: 0, end: 0 } as const)
      : parse(source);
    javascript = generator.generate(tree);
    if (options.capabilities !== undefined && anyLacking(generator.functions, registry, options.capabilities))
      generator.problems.push(...capabilityProblems(source, tree, registry, options.capabilities));
    // The text holds only what the generator wrote: names and literals of the expression enter it through JSON.
    const factory = new Function(parameters, javascript);
    evaluate = factory(
      generator.constants,
      generator.bodies,
      source,
      generator.places,
      ...runtimeValues,
    ) as Evaluate;
  } catch (error) {
    if (error instanceof StellarError) throw error;
    if (error instanceof RangeError || error instanceof SyntaxError) throw tooLargeToCompile(error);
    throw locate(error, source, 0);
  }
  const problem = generator.problems[0];
  if (problem !== undefined && options.calls !== 'deferred') {
    throw new StellarError(problem.code, problem.message, {
      source,
      offset: problem.position.offset,
      hint: problem.hint,
    });
  }
  return {
    source,
    variables: [...generator.variables],
    functions: [...generator.functions],
    isAsync: generator.isAsync,
    problems: generator.problems,
    javascript,
    evaluate,
  };
}

/** For an expression on which the stack ran out, or JavaScript's own parser. */
export function tooLargeToCompile(cause: Error): StellarError {
  return new StellarError(
    'SKP_STELLAR_TOO_DEEP',
    'the expression is too large or nests too deeply to be compiled',
    { cause, hint: 'split it into several statements' },
  );
}

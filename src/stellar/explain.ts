import { CodeGenerator } from './codegen.ts';
import { tooLargeToCompile } from './compiler.ts';
import { positionsIn, type SourcePosition, type SourceSpan } from './errors.ts';
import type { CompileOptions } from './expression.ts';
import { parse } from './parser.ts';
import type { FunctionRegistry } from './registry.ts';

/** A place in the generated code that may raise, and the part of the expression that it stands for. */
export interface ExplainedPlace {
  /** In the generated code, both counted from 1. */
  readonly line: number;
  readonly column: number;
  /** Where an error from there points in the expression. */
  readonly position: SourcePosition;
  readonly span: SourceSpan;
  /** The part's source. */
  readonly text: string;
}

export interface Explanation {
  /** The JavaScript that an evaluation runs. */
  readonly javascript: string;
  readonly isAsync: boolean;
  readonly variables: readonly string[];
  readonly functions: readonly string[];
  readonly places: readonly ExplainedPlace[];
}

// Names and literals of the expression stand in JSON strings, which are passed over.
const marks = /"(?:[^"\\]|\\.)*"|(?<!let )\bat = (\d+)(?=, )/g;

/**
 * What an expression compiles to, with a map from the code back to the expression: before code that may raise, `at` is set to
 * the row of its place. Raises `StellarError` for an expression that does not parse.
 */
export function explain(
  source: string,
  registry: FunctionRegistry,
  options: CompileOptions = {},
): Explanation {
  const generator = new CodeGenerator(source, registry, options);
  const blank = options.predicate === true ? true : null;
  let javascript: string;
  try {
    const tree =
      source.trim() === '' ? ({ kind: 'literal', value: blank, offset: 0, end: 0 } as const) : parse(source);
    javascript = generator.generate(tree);
  } catch (error) {
    throw error instanceof RangeError ? tooLargeToCompile(error) : error;
  }
  const places: ExplainedPlace[] = [];
  const placeInCode = positionsIn(javascript);
  const placeInSource = positionsIn(source);
  for (const found of javascript.matchAll(marks)) {
    if (found[1] === undefined) continue;
    const row = Number(found[1]) * 3;
    const [caret = 0, offset = 0, end = 0] = generator.places.slice(row, row + 3);
    const { line, column } = placeInCode(found.index);
    places.push({
      line,
      column,
      position: placeInSource(caret),
      span: { offset, end },
      text: source.slice(offset, end),
    });
  }
  return {
    javascript,
    isAsync: generator.isAsync,
    variables: [...generator.variables],
    functions: [...generator.functions],
    places,
  };
}

/** Stellar for those who write expressions: what there is, what is wrong with one, what will surprise, what it does to a sample. */
import { type ConfigChecks, ConfigError, parseDocument } from '../config/index.ts';
import type { Message } from '../parsers/index.ts';
import { compileStellar, stellarRegistry } from '../pipeline/index.ts';
import {
  type Capabilities,
  checkExpression,
  compile,
  type Explanation,
  errorData,
  explain,
  type LintWarning,
  lint,
  StellarError,
  type StellarErrorData,
} from '../stellar/index.ts';
import { builtInTransformations, createTransformations } from '../transforms/index.ts';

export interface FunctionDescription {
  readonly name: string;
  readonly description: string;
  /** Metron's form: `name - what it is`. */
  readonly params: readonly string[];
  readonly returns: string;
}

export interface LintReport {
  readonly valid: boolean;
  /** Why it does not compile: a syntax error, or all unknown functions and wrong argument counts. */
  readonly problems: readonly StellarErrorData[];
  readonly warnings: readonly LintWarning[];
}

export interface StellarWorkbench {
  transformations(): readonly string[];
  functions(): readonly FunctionDescription[];
  /** Those that take one argument: what a chain of transformations can be made of. */
  simpleFunctions(): readonly FunctionDescription[];
  /** Whether each expression compiles. */
  validate(expressions: readonly string[]): Record<string, boolean>;
  lint(
    expression: string,
    options: { readonly predicate?: boolean | undefined; readonly fields?: readonly string[] | undefined },
  ): LintReport;
  /** Throws `StellarError` for an expression that does not parse. */
  explain(expression: string, options: { readonly predicate?: boolean | undefined }): Explanation;
  /**
   * A sample after the field transformations of a parser's configuration. Throws `ConfigError` for a configuration that is
   * wrong and `StellarError` for an expression that fails.
   */
  transform(sample: Readonly<Record<string, unknown>>, parserConfig: unknown): Message;
}

const capabilities: Capabilities = { clock: { now: () => Date.now() }, timeZone: 'UTC' };

function describe(name: string): FunctionDescription[] {
  const definition = stellarRegistry().get(name);
  if (definition === undefined) return [];
  const { description, parameters, returns } = definition;
  return [
    {
      name,
      description,
      params: parameters.map((parameter) => `${parameter.name} - ${parameter.description}`),
      returns: returns.description,
    },
  ];
}

/** `checks` judges configurations. */
export function createStellarWorkbench(checks: ConfigChecks = {}): StellarWorkbench {
  const names = stellarRegistry()
    .list()
    .map(({ name }) => name);
  const simple = names.filter((name) => stellarRegistry().get(name)?.parameters.length === 1);
  return {
    transformations: () => builtInTransformations.map(({ name }) => name),
    functions: () => names.flatMap(describe),
    simpleFunctions: () => simple.flatMap(describe),
    validate(expressions) {
      // Without a prototype: an expression may be any text, __proto__ among them.
      const valid: Record<string, boolean> = Object.create(null);
      for (const expression of expressions)
        valid[expression] = checkExpression(expression, stellarRegistry()).length === 0;
      return valid;
    },
    lint(expression, { predicate = false, fields }) {
      const problems = problemsOf(expression);
      return {
        valid: problems.length === 0,
        problems,
        warnings: lint(expression, stellarRegistry(), { predicate, fields }),
      };
    },
    explain: (expression, { predicate = false }) =>
      explain(expression, stellarRegistry(), { predicate, calls: 'deferred' }),
    transform(sample, parserConfig) {
      const file = 'sensorParserConfig';
      const { value, problems } = parseDocument('parser', JSON.stringify(parserConfig) ?? 'null', {
        file,
        checks,
      });
      if (value === null) throw new ConfigError(problems);
      const message: Message = { ...sample };
      const services = { compile: compileStellar, capabilities };
      const context = { parserConfig: value.parserConfig, metadata: null };
      for (const transformation of createTransformations(value.fieldTransformations, services))
        transformation.apply(message, context);
      return message;
    },
  };
}

function problemsOf(expression: string): readonly StellarErrorData[] {
  try {
    const { problems } = compile(expression, stellarRegistry(), { calls: 'deferred' });
    return problems.map(({ code, message, hint, position }) =>
      errorData(new StellarError(code, message, { hint, source: expression, offset: position.offset })),
    );
  } catch (error) {
    if (error instanceof StellarError) return [errorData(error)];
    throw error;
  }
}

import type { Services } from './capabilities.ts';
import type { SourcePosition, StellarErrorCode } from './errors.ts';

/**
 * The public shape of Stellar: a registry of functions, a compiler, compiled expressions.
 * Facts of the language: the reference system's Stellar (grammar, number rules, functions).
 */

/**
 * Variables are looked up in these objects in order; the first that has a value (neither undefined nor null) wins; absent
 * is null. Names that every object inherits (`constructor`, `toString`, …) count only where an object has them itself.
 */
export type Scopes = readonly Readonly<Record<string, unknown>>[];

/**
 * What functions may reach outside of the expression. Each function names what it needs; compiling with a capability absent
 * is fine, calling the function then raises `StellarError` with the capability's name.
 */
export interface Capabilities extends Services {
  /** Milliseconds since 1970. Dates fall back on the system's clock when absent. */
  readonly clock?: { now(): number };
  readonly globalConfig?: () => Readonly<Record<string, unknown>>;
  /** Reference data: metadata map of an indicator, undefined when absent. */
  readonly enrichmentStore?: {
    get(table: string, type: string, indicator: string): unknown | Promise<unknown>;
  };
  readonly geo?: { get(ip: string): Record<string, unknown> | null };
  readonly asn?: { get(ip: string): Record<string, unknown> | null };
  /** The zone of dates that name none, for example `Europe/Berlin`; this machine's when absent. */
  readonly timeZone?: string;
  /** Environment variables and process properties that expressions may read. */
  readonly system?: {
    environment(name: string): string | undefined;
    property(name: string): string | undefined;
  };
  readonly [name: string]: unknown;
}

export interface FunctionParameter {
  readonly name: string;
  readonly type: string;
  readonly description: string;
  readonly optional?: boolean;
  readonly variadic?: boolean;
}

export interface FunctionExample {
  readonly expression: string;
  /** The result as plain JSON data (`toPlain`). */
  readonly result: unknown;
  readonly variables?: Record<string, unknown>;
}

/**
 * What a call runs. Arguments come one by one: an argument that was not written is undefined, one that was is never
 * undefined (absent values are null). Called without `this`. Raise `StellarError` (`argumentError`, `typeError`) for what
 * cannot be worked with; the compiler adds the place.
 */
export type FunctionBody = (capabilities: Capabilities, ...args: unknown[]) => unknown;

/** An argument that is known when the expression is compiled. */
export interface Constant {
  readonly value: unknown;
}

/** One function: documentation and code in one object. Examples run as tests. */
export interface StellarFunction {
  readonly name: string;
  readonly category: string;
  readonly description: string;
  readonly parameters: readonly FunctionParameter[];
  readonly returns: { readonly type: string; readonly description: string };
  readonly since?: string;
  readonly examples: readonly FunctionExample[];
  /** Same arguments, same result, no capability: may be folded at compile time. */
  readonly pure: boolean;
  readonly capability?: string;
  /** May return a promise: expressions that call it compile to an async function. */
  readonly async?: boolean;
  /** Minimum and maximum argument count; checked at compile time where the call is written out. */
  readonly arity?: readonly [number, number];
  readonly call: FunctionBody;
  /** Runs instead of `call` when a lambda argument awaits something. */
  readonly callAsync?: (capabilities: Capabilities, ...args: unknown[]) => Promise<unknown>;
  /**
   * A faster body for a call whose arguments are known in part (a literal pattern, literal subnets); undefined when there
   * is none. Takes all arguments just as `call` does.
   */
  readonly prepare?: (constants: readonly (Constant | undefined)[]) => FunctionBody | undefined;
}

/** What is wrong with an expression, as data. */
export interface ExpressionProblem {
  readonly code: StellarErrorCode;
  readonly message: string;
  readonly hint: string | undefined;
  readonly position: SourcePosition;
}

export interface CompileOptions {
  /** The result must be a boolean (or null); a blank source is true. */
  readonly predicate?: boolean;
  /**
   * Whether an unknown function or a wrong argument count is refused when compiling (the default) or, as Metron has it,
   * only when evaluation reaches the call.
   */
  readonly calls?: 'checked' | 'deferred';
  /** Raise on a variable that no scope has, outside of lambdas, instead of reading null. */
  readonly strictVariables?: boolean;
  /**
   * The names of the capabilities that evaluation will be given. A call of a function that needs another one is a problem, with its
   * place. Absent: any; the call fails when it is evaluated without.
   */
  readonly capabilities?: ReadonlySet<string>;
  /** How many times lambdas may run in one evaluation (1,000,000). */
  readonly stepBudget?: number;
}

export interface CompiledExpression {
  readonly source: string;
  /** Names of the variables read, `_` included when the expression uses the whole message. */
  readonly variables: readonly string[];
  /** Names of the functions called. */
  readonly functions: readonly string[];
  readonly isAsync: boolean;
  /** Calls that will fail if evaluation gets there (only with `calls: 'deferred'`; otherwise such an expression is refused). */
  readonly problems: readonly ExpressionProblem[];
  /** Generated JavaScript, for `--explain`. */
  readonly javascript: string;
  /**
   * Value (`values.ts` tells how it looks; `toPlain` turns it into JSON data), or a promise of it when `isAsync`.
   * Raises `StellarError` with a position in the source.
   */
  evaluate(scopes: Scopes, capabilities: Capabilities): unknown;
}

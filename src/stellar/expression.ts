/**
 * The public shape of Stellar: a registry of functions, a compiler, compiled expressions.
 * Facts of the language: the reference system's Stellar (grammar, number rules, functions).
 */

/** Variables are looked up in these objects in order; the first that has the name (not undefined) wins; absent is null. */
export type Scopes = readonly Readonly<Record<string, unknown>>[];

/**
 * What functions may reach outside of the expression. Each function names what it needs; compiling with a capability absent
 * is fine, calling the function then raises `StellarError` with the capability's name.
 */
export interface Capabilities {
  readonly clock?: { now(): number };
  readonly globalConfig?: () => Readonly<Record<string, unknown>>;
  /** Reference data: metadata map of an indicator, undefined when absent. */
  readonly enrichmentStore?: {
    get(table: string, type: string, indicator: string): unknown | Promise<unknown>;
  };
  readonly geo?: { get(ip: string): Record<string, unknown> | null };
  readonly asn?: { get(ip: string): Record<string, unknown> | null };
  readonly [name: string]: unknown;
}

export interface FunctionParameter {
  readonly name: string;
  readonly type: string;
  readonly description: string;
  readonly optional?: boolean;
  readonly variadic?: boolean;
}

/** One function: documentation and code in one object. Examples run as tests. */
export interface StellarFunction {
  readonly name: string;
  readonly category: string;
  readonly description: string;
  readonly parameters: readonly FunctionParameter[];
  readonly returns: { readonly type: string; readonly description: string };
  readonly since?: string;
  readonly examples: readonly { readonly expression: string; readonly result: unknown; readonly variables?: Record<string, unknown> }[];
  /** Same arguments, same result, no capability: may be folded at compile time. */
  readonly pure: boolean;
  readonly capability?: string;
  /** Returns a promise: expressions that call it compile to an async function. */
  readonly async?: boolean;
  /** Minimum and maximum argument count; checked at compile time where the call is written out. */
  readonly arity?: readonly [number, number];
  call(args: readonly unknown[], capabilities: Capabilities): unknown;
}

export interface CompiledExpression {
  readonly source: string;
  /** Names of the variables read, `_` included when the expression uses the whole message. */
  readonly variables: readonly string[];
  readonly isAsync: boolean;
  /** Generated JavaScript, for `--explain`. */
  readonly javascript: string;
  /** Value, or a promise of it when `isAsync`. Raises `StellarError` with a position in the source. */
  evaluate(scopes: Scopes, capabilities: Capabilities): unknown;
}

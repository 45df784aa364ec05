import {
  type Capabilities,
  CompileCache,
  type CompiledExpression,
  type FunctionRegistry,
  parseAssignment,
  type ShellVariable,
  StellarError,
} from '../stellar/index.ts';

export interface SessionOptions {
  readonly registry: FunctionRegistry;
  /** What functions may reach; the session adds its variables (`shell`) and its globals (`globalConfig`). */
  readonly capabilities?: Capabilities;
  readonly globals?: Readonly<Record<string, unknown>>;
  readonly variables?: Readonly<Record<string, unknown>>;
  /**
   * Awaited before an expression runs, with the capabilities that its functions need: what is dear to open (databases) is
   * opened when somebody asks for it.
   */
  readonly prepare?: (capabilities: ReadonlySet<string>) => Promise<void> | void;
}

/** The state of a shell: variables, globals, and how expressions run over them. Knows nothing of a terminal. */
export class Session {
  readonly registry: FunctionRegistry;
  readonly #cache: CompileCache;
  readonly #capabilities: Capabilities;
  readonly #prepare: SessionOptions['prepare'];
  readonly #variables = new Map<string, ShellVariable>();
  /** The variables' values as a scope. Without a prototype: a variable may have any name. */
  readonly #scope: Record<string, unknown> = Object.create(null);
  readonly #globals: Map<string, unknown>;

  constructor(options: SessionOptions) {
    this.registry = options.registry;
    this.#cache = new CompileCache(options.registry, {}, 1_000);
    this.#globals = new Map(Object.entries(options.globals ?? {}));
    this.#prepare = options.prepare;
    this.#capabilities = {
      ...options.capabilities,
      globalConfig: () => this.globals,
      shell: {
        variables: () => this.variables,
        variable: (name: string) => this.#variables.get(name),
      },
    };
    for (const [name, value] of Object.entries(options.variables ?? {})) this.assign(name, value, null);
  }

  get variables(): readonly ShellVariable[] {
    return [...this.#variables.values()];
  }

  get globals(): Readonly<Record<string, unknown>> {
    return Object.fromEntries(this.#globals);
  }

  assign(name: string, value: unknown, expression: string | null): void {
    this.#variables.set(name, { name, value, expression });
    this.#scope[name] = value;
  }

  define(name: string, value: unknown): void {
    this.#globals.set(name, value);
  }

  undefine(name: string): boolean {
    return this.#globals.delete(name);
  }

  compile(source: string): CompiledExpression {
    return this.#cache.get(source);
  }

  /** The value of an expression over the session's variables; names that none has are null. */
  async evaluate(source: string): Promise<unknown> {
    const compiled = this.compile(source);
    if (this.#prepare !== undefined) await this.#prepare(this.#needed(compiled));
    return await compiled.evaluate([this.#scope], this.#capabilities);
  }

  #needed(compiled: CompiledExpression): ReadonlySet<string> {
    const needed = new Set<string>();
    for (const name of compiled.functions) {
      const capability = this.registry.get(name)?.capability;
      if (capability !== undefined) needed.add(capability);
    }
    return needed;
  }
}

const variableName = /^[A-Za-z_$][A-Za-z0-9_.:$]*$/;

/**
 * `name := expression`, undefined for anything else: a `:=` inside of a string or a comment assigns nothing. (The reference
 * cuts at any `:=` and takes any text before it as a name.)
 */
export function assignmentOf(line: string): { target: string; expression: string } | undefined {
  const cut = line.indexOf(':=');
  if (cut < 0) return undefined;
  const before = line.slice(0, cut).trim();
  if (variableName.test(before)) return parseAssignment(line);
  if (/['"#?]|\/\//.test(before)) return undefined;
  throw new StellarError(
    'SKP_STELLAR_ASSIGNMENT',
    before === ''
      ? "nothing stands before ':='"
      : `${JSON.stringify(before)} cannot be the name of a variable`,
    {
      source: line,
      offset: before === '' ? cut : line.indexOf(before),
      hint: 'write name := expression; a name is made of letters, digits, and _ . : between them',
    },
  );
}

/** Runs the observed cases of the shell and its completion among those of Stellar. */
import { complete, Shell } from '../src/shell/index.ts';
import { FunctionRegistry, standardRegistry, textOf } from '../src/stellar/index.ts';
import { decodeVariables, matches } from '../src/stellar/vector-values.ts';

export interface ShellVector {
  readonly id: string;
  readonly expr: string;
  readonly expect?: unknown;
  readonly error?: boolean;
  readonly shell?: boolean;
  readonly complete?: boolean;
  readonly terminate?: boolean;
  readonly setup?: readonly string[];
  readonly presetVars?: Record<string, unknown>;
  readonly expectVars?: Record<string, unknown>;
  readonly expectGlobals?: Record<string, unknown>;
  readonly functions?: readonly string[];
  readonly variables?: readonly string[];
}

export function isShellVector(vector: ShellVector): boolean {
  return vector.shell === true || vector.complete === true;
}

/** Null when the case passes, else what was seen. */
export async function runShellVector(vector: ShellVector): Promise<string | null> {
  if (vector.complete === true) {
    const { candidates } = complete(vector.expr, {
      functions: vector.functions ?? [],
      variables: vector.variables ?? [],
      commands: vector.functions ?? [],
    });
    return matches([...((vector.expect ?? []) as string[])].sort(), candidates)
      ? null
      : `completes to ${candidates.join(' ')}`;
  }
  const registry =
    vector.functions === undefined
      ? standardRegistry
      : new FunctionRegistry(
          vector.functions.map((name) => ({ ...standardRegistry.get('TO_UPPER')!, name })),
        );
  const shell = new Shell({ registry, variables: decodeVariables(vector.presetVars ?? {}) });
  for (const line of vector.setup ?? []) await shell.run(line);
  const result = await shell.run(vector.expr);
  const variables = Object.fromEntries(shell.session.variables.map(({ name, value }) => [name, value]));
  for (const [name, value] of Object.entries(vector.expectVars ?? {})) {
    if (!matches(value, variables[name])) return `${name} is ${textOf(variables[name])}`;
  }
  if (vector.expectVars !== undefined && vector.error === true && shell.session.variables.length > 0)
    return 'a failed assignment left a variable';
  for (const [name, value] of Object.entries(vector.expectGlobals ?? {})) {
    if (!matches(value, shell.session.globals[name]))
      return `global ${name} is ${textOf(shell.session.globals[name])}`;
  }
  if (vector.terminate === true) return result.status === 'terminate' ? null : `the session goes on`;
  if (vector.error === true) return result.status === 'error' ? null : 'no error';
  if (result.status !== 'success') return `ended with ${result.status}`;
  const value = result.kind === 'value' ? result.value : result.kind === 'text' ? result.text : null;
  return matches(vector.expect, value) ? null : `gave ${textOf(value)}`;
}

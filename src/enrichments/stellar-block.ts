/**
 * Stellar blocks of a stage: groups of assignments. Groups are independent of each other and of the other adapters of the
 * stage; the statements inside a group run in order and see the results before them.
 */
import { parseStellarGroups, type StellarBlock } from '../config/snapshot.ts';
import { SkoposError } from '../errors.ts';
import {
  type Capabilities,
  type CompiledExpression,
  type Scopes,
  StellarError,
  toPlain,
} from '../stellar/index.ts';
import { emptyFragment, type Fragment } from './adapter.ts';

export interface StellarGroup {
  /** Empty for the default group. */
  readonly name: string;
  readonly statements: readonly Statement[];
}

interface Statement {
  /** Null: evaluated for nothing, as Metron does with list entries without `:=`. */
  readonly target: string | null;
  readonly expression: CompiledExpression;
}

export type Compile = (source: string) => CompiledExpression;

/** Compiles a Stellar block in any of its forms. */
export function compileStellarGroups(block: StellarBlock, compile: Compile): readonly StellarGroup[] {
  return parseStellarGroups(block).map(({ group, statements }) => ({
    name: group,
    statements: statements.map(({ target, expression }) => {
      if (target === '__proto__') {
        throw new SkoposError(
          'SKP_ENRICHMENT_TARGET',
          `A Stellar statement assigns to ${target}, which cannot be a field`,
        );
      }
      return { target, expression: compile(expression) };
    }),
  }));
}

/** The variables that a group reads from the message: what Metron hands to it, and what an error record shows. */
export function inputFields(group: StellarGroup): readonly string[] {
  return [...new Set(group.statements.flatMap((statement) => statement.expression.variables))];
}

/** Runs a group on one message. `outer` are the scopes behind the message: the stage's configuration, then the sensor's. */
export function runGroup(
  group: StellarGroup,
  message: Readonly<Record<string, unknown>>,
  outer: Scopes,
  capabilities: Capabilities,
): Fragment | Promise<Fragment> {
  const results: Record<string, unknown> = {};
  const scopes = [results, message, ...outer];
  for (const [index, { target, expression }] of group.statements.entries()) {
    const value = evaluate(expression, scopes, capabilities);
    if (value instanceof Promise) return continueLater(group, index, value, results, scopes, capabilities);
    if (target !== null) results[target] = value;
  }
  return explode(results);
}

async function continueLater(
  group: StellarGroup,
  from: number,
  first: Promise<unknown>,
  results: Record<string, unknown>,
  scopes: Scopes,
  capabilities: Capabilities,
): Promise<Fragment> {
  let value: unknown = await first;
  for (let index = from; index < group.statements.length; index++) {
    const { target, expression } = group.statements[index]!;
    if (index > from) value = await evaluate(expression, scopes, capabilities);
    if (target !== null) results[target] = value;
  }
  return explode(results);
}

function evaluate(expression: CompiledExpression, scopes: Scopes, capabilities: Capabilities): unknown {
  try {
    return expression.evaluate(scopes, capabilities);
  } catch (error) {
    throw error instanceof StellarError
      ? error
      : new SkoposError('SKP_ENRICHMENT_STELLAR', `${expression.source}: ${String(error)}`, { cause: error });
  }
}

/** Nulls are temporaries and go; a map becomes one field an entry. */
function explode(results: Readonly<Record<string, unknown>>): Fragment {
  const keys: string[] = [];
  const values: unknown[] = [];
  for (const name of Object.keys(results)) {
    const raw = results[name];
    if (raw === null || raw === undefined) continue;
    const value = typeof raw === 'object' ? toPlain(raw) : raw;
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      for (const [key, entry] of Object.entries(value)) {
        keys.push(`${name}.${key}`);
        values.push(entry);
      }
    } else {
      keys.push(name);
      values.push(value);
    }
  }
  return keys.length === 0 ? emptyFragment : { keys, values };
}

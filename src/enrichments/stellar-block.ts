/**
 * Stellar blocks of a stage: groups of assignments. Groups are independent of each other and of the other adapters of the
 * stage; the statements inside a group run in order and see the results before them.
 */
import { SkoposError } from '../errors.ts';
import { type Capabilities, type CompiledExpression, type Scopes, StellarError } from '../stellar/index.ts';
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

/** Reads `fieldMap.stellar.config` in its map, list and grouped forms. */
export function compileStellarGroups(config: unknown, compile: Compile): readonly StellarGroup[] {
  if (Array.isArray(config)) return [{ name: '', statements: listStatements(config, compile) }];
  const groups: StellarGroup[] = [];
  const loose: Statement[] = [];
  for (const [name, value] of Object.entries(config as Record<string, unknown>)) {
    if (Array.isArray(value)) groups.push({ name, statements: listStatements(value, compile) });
    else if (typeof value === 'object' && value !== null) {
      groups.push({
        name,
        statements: Object.entries(value).map(([target, source]) =>
          assignment(target, String(source), compile),
        ),
      });
    } else loose.push(assignment(name, String(value), compile));
  }
  if (loose.length > 0) groups.push({ name: '', statements: loose });
  return groups;
}

function listStatements(list: readonly unknown[], compile: Compile): Statement[] {
  return list.map((entry) => {
    const text = String(entry);
    const at = text.indexOf(':=');
    return at < 0
      ? { target: null, expression: compile(text) }
      : assignment(text.slice(0, at).trim(), text.slice(at + 2), compile);
  });
}

function assignment(target: string, source: string, compile: Compile): Statement {
  if (target === '' || target === '__proto__') {
    throw new SkoposError(
      'SKP_ENRICHMENT_TARGET',
      `A Stellar statement assigns to ${JSON.stringify(target)}`,
      {
        hint: "Name a field on the left of :=, such as  is_internal := IN_SUBNET(ip_src_addr, '10.0.0.0/8').",
      },
    );
  }
  return { target, expression: compile(source.trim()) };
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
    const value = results[name];
    if (value === null || value === undefined) continue;
    if (value instanceof Map) {
      for (const [key, entry] of value) {
        keys.push(`${name}.${key}`);
        values.push(entry);
      }
    } else if (isPlainObject(value)) {
      for (const key of Object.keys(value)) {
        keys.push(`${name}.${key}`);
        values.push(value[key]);
      }
    } else {
      keys.push(name);
      values.push(value);
    }
  }
  return keys.length === 0 ? emptyFragment : { keys, values };
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

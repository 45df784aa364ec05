/** What a plug-in is: a function of the expression language, a parser, an engine; told apart by `kind`, so that others can follow. */
import type * as z from 'zod';
import type { EngineKind, EngineOf } from '../engines/index.ts';
import { SkoposError } from '../errors.ts';
import type { ParserType } from '../parsers/index.ts';
import type { StellarFunction } from '../stellar/index.ts';

type WithDefaults = 'category' | 'parameters' | 'examples' | 'pure';

/** A function that expressions call by its name. */
export interface FunctionPlugin
  extends Omit<StellarFunction, WithDefaults>,
    Partial<Pick<StellarFunction, WithDefaults>> {
  readonly kind: 'function';
}

/** A parser that sensors name in `parserClassName`. */
export interface ParserPlugin extends Omit<ParserType, 'classNames'> {
  readonly kind: 'parser';
  readonly classNames?: readonly string[];
}

/** An engine of the bus, the index or the store, which a section of cluster.json names in `type`. */
export type EnginePlugin<K extends EngineKind = EngineKind> = Omit<EngineOf[K], 'schema'> & {
  readonly kind: 'engine';
  readonly of: K;
  readonly name: string;
  readonly description: string;
  /** The keys of its section besides `type`; absent: it has none. */
  readonly schema?: (zod: typeof z) => z.ZodObject;
};

type AnyEnginePlugin = EnginePlugin<'bus'> | EnginePlugin<'index'> | EnginePlugin<'store'>;

export type PluginDefinition = FunctionPlugin | ParserPlugin | AnyEnginePlugin;

/** A plug-in as the program takes it: checked, with its defaults. */
export type Plugin =
  | { readonly kind: 'function'; readonly function: StellarFunction }
  | { readonly kind: 'parser'; readonly parser: ParserType }
  | NamedEngine<'bus'>
  | NamedEngine<'index'>
  | NamedEngine<'store'>;

interface NamedEngine<K extends EngineKind> {
  readonly kind: 'engine';
  readonly of: K;
  readonly engine: EngineOf[K] & { readonly name: string; readonly description: string };
}

export class PluginError extends SkoposError {}

/** Known across copies of this module. */
const mark = Symbol.for('skopos.plugin');

/**
 * Makes a plug-in: what a file in `functions/` or `plugins/` of the configuration exports. Throws `PluginError` naming the part that
 * is wrong.
 *
 *     export default definePlugin({
 *       kind: 'function',
 *       name: 'SHOUT',
 *       description: 'A text in capitals with an exclamation mark.',
 *       parameters: [{ name: 'text', type: 'string', description: 'The text' }],
 *       returns: { type: 'string', description: 'The text, louder' },
 *       call: (_, text) => (typeof text === 'string' ? `${text.toUpperCase()}!` : null),
 *     });
 */
export function definePlugin(definition: PluginDefinition): Plugin {
  const plugin = pluginOf(definition);
  Object.defineProperty(plugin, mark, { value: true });
  return Object.freeze(plugin);
}

export function isPlugin(value: unknown): value is Plugin {
  return typeof value === 'object' && value !== null && mark in value;
}

function pluginOf(definition: PluginDefinition): Plugin {
  switch (definition?.kind) {
    case 'function':
      return { kind: 'function', function: checkedFunction(definition) };
    case 'parser':
      return { kind: 'parser', parser: checkedParser(definition) };
    case 'engine':
      return checkedEngine(definition);
    default:
      throw new PluginError(
        'SKP_PLUGIN_KIND',
        `a plug-in cannot be of the kind ${JSON.stringify((definition as { kind?: unknown } | undefined)?.kind)}`,
        { hint: "the kinds are 'function', 'parser' and 'engine'" },
      );
  }
}

function checkedFunction({ kind: _, ...definition }: FunctionPlugin): StellarFunction {
  const name = nameOf(definition, /^[A-Z][A-Z0-9_]*$/, 'capital letters, digits and _');
  const where = `the function ${name}`;
  requireText(definition, 'description', where);
  if (typeof definition.returns?.type !== 'string' || typeof definition.returns.description !== 'string')
    throw missing(where, 'returns', '{ type, description }');
  for (const method of ['call', 'callAsync', 'prepare'] as const)
    if (method === 'call' || definition[method] !== undefined) requireMethod(definition, method, where);
  const { parameters = [], arity } = definition;
  if (!Array.isArray(parameters) || parameters.some((one) => typeof one?.name !== 'string'))
    throw missing(where, 'parameters', 'a list of { name, type, description }');
  if (arity !== undefined && !(arity.length === 2 && arity[0] >= 0 && arity[0] <= arity[1]))
    throw missing(where, 'arity', '[least, most]');
  return Object.freeze({
    ...definition,
    category: definition.category ?? 'plug-ins',
    parameters,
    examples: definition.examples ?? [],
    // Unless it says so, a function may give another result each time: it is not folded when compiling.
    pure: definition.pure ?? false,
  });
}

function checkedParser({ kind: _, ...definition }: ParserPlugin): ParserType {
  const name = nameOf(definition, /^[A-Za-z0-9][A-Za-z0-9_.-]*$/, 'letters, digits, ".", "_" and "-"');
  const where = `the parser ${name}`;
  requireText(definition, 'description', where);
  requireMethod(definition, 'configure', where);
  const classNames = definition.classNames ?? [];
  if (!Array.isArray(classNames) || classNames.some((one) => typeof one !== 'string'))
    throw missing(where, 'classNames', 'a list of names');
  return Object.freeze({ ...definition, classNames });
}

const engineKinds: readonly EngineKind[] = ['bus', 'index', 'store'];

function checkedEngine(plugin: AnyEnginePlugin): Plugin {
  const { kind, of, schema, ...definition } = plugin;
  const name = nameOf(definition, /^[a-z][a-z0-9-]*$/, 'small letters, digits and "-"');
  const where = `the engine ${name}`;
  if (!engineKinds.includes(of))
    throw missing(where, 'of', engineKinds.map((one) => `'${one}'`).join(' or '));
  requireText(definition, 'description', where);
  requireMethod(definition, 'open', where);
  if (typeof definition.shared !== 'boolean')
    throw missing(where, 'shared', 'true where all processes of an installation see the same, else false');
  if (schema !== undefined) requireMethod({ schema }, 'schema', where);
  const engine = {
    ...definition,
    // Here and not above: threads that only open an engine check nothing.
    async schema(): Promise<z.ZodObject> {
      const zod = await import('zod');
      return schema?.(zod) ?? zod.strictObject({});
    },
  };
  return { kind, of, engine: Object.freeze(engine) } as Plugin;
}

function nameOf(definition: { readonly name: unknown }, pattern: RegExp, made: string): string {
  const { name } = definition;
  if (typeof name === 'string' && name.length <= 100 && pattern.test(name)) return name;
  throw new PluginError('SKP_PLUGIN_NAME', `a plug-in cannot be called ${JSON.stringify(name)}`, {
    hint: `names are made of ${made}`,
  });
}

function requireText(definition: object, key: string, where: string): void {
  const value: unknown = Reflect.get(definition, key);
  if (typeof value !== 'string' || value.trim() === '') throw missing(where, key, 'a text');
}

function requireMethod(definition: object, key: string, where: string): void {
  if (typeof Reflect.get(definition, key) !== 'function') throw missing(where, key, 'a function');
}

function missing(where: string, key: string, expected: string): PluginError {
  return new PluginError('SKP_PLUGIN_SHAPE', `${where} needs '${key}': ${expected}`);
}

/** What a plug-in is: a function of the expression language, a parser; told apart by `kind`, so that others can follow. */
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

export type PluginDefinition = FunctionPlugin | ParserPlugin;

/** A plug-in as the program takes it: checked, with its defaults. */
export type Plugin =
  | { readonly kind: 'function'; readonly function: StellarFunction }
  | { readonly kind: 'parser'; readonly parser: ParserType };

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
    default:
      throw new PluginError(
        'SKP_PLUGIN_KIND',
        `a plug-in cannot be of the kind ${JSON.stringify((definition as { kind?: unknown } | undefined)?.kind)}`,
        { hint: "the kinds are 'function' and 'parser'" },
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

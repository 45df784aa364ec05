/** The parsers that come with Skopos. A parser is one file and one line here. */
import { jsonMap } from './jsonmap.ts';
import type { Parser, ParserEnvironment, ParserType } from './parser.ts';
import { ParserRegistry } from './registry.ts';
import { bro, zeek } from './zeek.ts';

export const builtInParsers: readonly ParserType[] = [jsonMap, zeek, bro];

const registry = new ParserRegistry(builtInParsers);

/**
 * Builds a built-in parser. `className` is what `parserClassName` says: a class name of Metron or a short name. Throws
 * `ParserConfigError` when there is none or `parserConfig` is wrong. With plug-ins, use a `ParserRegistry` of your own.
 */
export function createParser(
  className: string,
  parserConfig: Readonly<Record<string, unknown>>,
  environment: ParserEnvironment,
): Parser {
  return registry.create(className, parserConfig, environment);
}

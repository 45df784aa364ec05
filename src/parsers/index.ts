export { builtInParsers, createParser } from './builtin.ts';
export { ParseError, ParserConfigError } from './errors.ts';
export type { Message, Parser, ParserEnvironment, ParserType, ParseSink } from './parser.ts';
export { ParserRegistry } from './registry.ts';

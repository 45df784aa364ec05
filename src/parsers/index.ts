export type { Message, ParserEnvironment, Parser, ParserType, ParseSink } from './parser.ts';

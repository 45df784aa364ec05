export { builtInParsers, createParser } from './builtin.ts';
export { ParseError, ParserConfigError } from './errors.ts';
export { type FrameListener, type ZeekFramingOptions, ZeekTsvFraming, zeekTsvFraming } from './framing.ts';
export { type IntendedDifference, intendedDifferences } from './intended-differences.ts';
export type { Message, Parser, ParserEnvironment, ParserType, ParseSink } from './parser.ts';
export { ParserRegistry } from './registry.ts';
export {
  type FieldTransformation,
  type ParserFailure,
  ParserRunner,
  type RunnerOptions,
  type RunnerSink,
  recordMetadata,
  type TransformationContext,
} from './runner.ts';
export { type ParserVectorOptions, runParserVectors, type VectorReport } from './vectors.ts';

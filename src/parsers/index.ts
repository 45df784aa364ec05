export { builtInParsers, createParser } from './builtin.ts';
export { type CharsetDecoder, charsetDecoder } from './charset.ts';
export { ParseError, ParserConfigError } from './errors.ts';
export { type FrameListener, type ZeekFramingOptions, ZeekTsvFraming, zeekTsvFraming } from './framing.ts';
export { type Dictionary, readDictionary, readPatternFile } from './grok/dictionary.ts';
export { explainGrok, type GrokExplanation } from './grok/explain-grok.ts';
export { compileGrok, type GrokMatcher, type GrokOptions } from './grok/grok.ts';
export { type GrokProposal, proposeGrok } from './grok/propose-grok.ts';
export { tryGrok } from './grok/try-grok.ts';
export { GrokParser } from './grok.ts';
export { type IntendedDifference, intendedDifferences } from './intended-differences.ts';
export type { Message, Parser, ParserEnvironment, ParserType, ParseSink } from './parser.ts';
export { builtInPatterns } from './patterns/index.ts';
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

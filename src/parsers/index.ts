export { builtInParsers, createParser, parserRegistry } from './builtin.ts';
export { type CharsetDecoder, charsetDecoder } from './charset.ts';
export type { IntendedDifference } from './difference.ts';
export { ParseError, ParserConfigError } from './errors.ts';
export { type FrameListener, type ZeekFramingOptions, ZeekTsvFraming, zeekTsvFraming } from './framing.ts';
export { splitOtlp } from './generic/otlp-protobuf.ts';
export { type Dictionary, readDictionary, readPatternFile } from './grok/dictionary.ts';
export { explainGrok, type GrokExplanation } from './grok/explain-grok.ts';
export { compileGrok, type GrokMatcher, type GrokOptions } from './grok/grok.ts';
export { type GrokProposal, proposeGrok } from './grok/propose-grok.ts';
export { tryGrok } from './grok/try-grok.ts';
export { GrokParser } from './grok.ts';
export { intendedDifferences } from './intended-differences.ts';
export { knownFields } from './known-fields.ts';
export { AuditFraming, type AuditFramingOptions, auditIdOf } from './linux/audit-framing.ts';
export { FlowTracker, type FlowTrackerCounts, type FlowTrackerOptions } from './netflow/flow-tracker.ts';
export {
  commonOptions,
  inspectParserConfig,
  type ParserConfigProblem,
  refuseWrongConfig,
} from './options.ts';
export type {
  Message,
  OptionType,
  Parser,
  ParserEnvironment,
  ParserOption,
  ParserType,
  ParseSink,
} from './parser.ts';
export { builtInPatterns } from './patterns/index.ts';
export { recordDecoder } from './record-decoder.ts';
export { ParserRegistry } from './registry.ts';
export {
  type DropReason,
  type FieldTransformation,
  type ParserFailure,
  ParserRunner,
  type RunnerOptions,
  type RunnerSink,
  recordMetadata,
  type TransformationContext,
} from './runner.ts';
export { type ParserVectorOptions, runParserVectors, type VectorReport } from './vectors.ts';

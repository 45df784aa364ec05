export { applyImport, type FileOutcome } from './apply.ts';
export { MetronImportError, type MetronImportErrorCode } from './errors.ts';
export { readMetronFromFolder } from './folder-source.ts';
export { type PatternFiles, readPatternFolder } from './patterns.ts';
export { type ImportPlan, type PlannedFile, planImport } from './plan.ts';
export type { LeftOut, MetronConfiguration, MetronDocument } from './source.ts';
export type { MissingPatterns } from './try-parsers.ts';
export type { Unused } from './unused.ts';
export { readMetronFromZookeeper, topologyPath } from './zookeeper-source.ts';

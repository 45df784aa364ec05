export { type Candidate, type DetectOptions, FormatDetector } from './detect.ts';
export { createGrokWorkbench, type GrokWorkbench } from './grok-workbench.ts';
export { type FileRecords, readRecords, visitRecords } from './records.ts';
export {
  findSamples,
  type RunSampleOptions,
  runSample,
  type SampleDifference,
  type SampleFile,
  type SampleOutcome,
  type SampleResult,
} from './samples.ts';
export { sensorOf } from './sensor-of.ts';
export { createStellarWorkbench, type StellarWorkbench } from './stellar-workbench.ts';
export {
  type FieldChange,
  type MessageTrace,
  parserOf,
  type RecordTrace,
  SensorTracer,
  type TraceOptions,
  type TraceStep,
} from './trace.ts';

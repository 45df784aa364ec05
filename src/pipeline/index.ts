export { compileStellar } from './compile.ts';
export { errorSensor, errorTopic } from './error-event.ts';
export { type CommitNotice, IndexSink, type IndexSinkOptions, type SinkBatch } from './index-sink.ts';
export type { DeadLetter, ErrorType } from './outcome.ts';
export { readPatternFile } from './pattern-files.ts';
export { type BatchOutcome, SensorPipeline } from './sensor-pipeline.ts';
export { createSensorPipelines, type SensorPipelines } from './sensor-pipelines.ts';
export { createSensorRunner, type SensorRunnerOptions, sensorRunnerOptions } from './sensor-runner.ts';
export { Topology } from './topology.ts';

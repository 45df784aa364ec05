export {
  type AppendableLog,
  Appender,
  type AppenderOptions,
  type IngestFailure,
  type UnitOptions,
} from './appender.ts';
export { IngestError } from './errors.ts';
export type { FileFraming } from './file-framer.ts';
export { appenderSink, type HttpSinkOptions, httpSink } from './file-sinks.ts';
export {
  type FileProgress,
  type FileSink,
  type FileSummary,
  type FileUnit,
  type IngestFilesOptions,
  type IngestFilesSummary,
  ingestFiles,
} from './files.ts';
export { ERRORS_TOPIC, HEADER, type RecordHeaders } from './headers.ts';
export {
  type IngestRouteOptions,
  registerIngestRoutes,
  type WireIngested,
  type WireIngestProblem,
} from './http.ts';
export { encodeLengths, RECORDS_TYPE } from './length-splitter.ts';
export type { Listener, ListenerContext, ListenerKind, ListenerStatus } from './listener.ts';
export type { IngestMetrics } from './metrics.ts';
export { IngestService, type IngestServiceOptions } from './service.ts';

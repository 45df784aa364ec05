export { Appender, type AppenderOptions, type IngestFailure, type UnitOptions } from './appender.ts';
export { IngestError } from './errors.ts';
export { ERRORS_TOPIC, HEADER, type RecordHeaders } from './headers.ts';
export {
  type IngestRouteOptions,
  registerIngestRoutes,
  type WireIngested,
  type WireIngestProblem,
} from './http.ts';
export type { Listener, ListenerContext, ListenerKind, ListenerStatus } from './listener.ts';
export type { IngestMetrics } from './metrics.ts';
export { StreamListener } from './stream.ts';
export { UdpListener } from './udp.ts';

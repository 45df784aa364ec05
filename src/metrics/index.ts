export { type ComponentKind, createMetrics, type Metrics, type SourceCounts } from './metrics.ts';

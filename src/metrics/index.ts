export { type ComponentKind, createMetrics, type Metrics } from './metrics.ts';

export {
  type ComponentKind,
  createMetrics,
  type MemberCounts,
  type Metrics,
  type SourceCounts,
} from './metrics.ts';

/** Counters of one way in. Plain numbers: whoever shows them reads them when asked. */
export interface IngestMetrics {
  /** Messages that arrived, whatever became of them. */
  received: number;
  /** Bytes that arrived, framing included. */
  bytes: number;
  /** Messages that are durable in the bus. */
  sent: number;
  /** Messages that went to the errors topic. */
  errors: number;
  /** Seconds from hand-over to durable, summed over appended batches. */
  seconds: number;
  /** Messages lost, by reason (`pressure`, `kernel_buffer`, …). */
  readonly dropped: Map<string, number>;
}

export function createMetrics(): IngestMetrics {
  return { received: 0, bytes: 0, sent: 0, errors: 0, seconds: 0, dropped: new Map() };
}

export function countDrop(metrics: IngestMetrics, reason: string, count = 1): void {
  metrics.dropped.set(reason, (metrics.dropped.get(reason) ?? 0) + count);
}

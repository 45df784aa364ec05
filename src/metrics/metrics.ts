/**
 * What every source, stage and sink counts, in one naming scheme: `skopos_<component>_<what>`, labelled with the component's
 * name and the sensor. Counters are plain numbers, so that worker threads may send theirs; the registry is Prometheus's.
 */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

export type ComponentKind = 'source' | 'stage' | 'sink';

export interface SourceCounts {
  readonly received: number;
  readonly bytes: number;
  readonly sent: number;
  readonly errors: number;
  readonly seconds: number;
  readonly dropped: ReadonlyMap<string, number>;
}

export interface StoreCounts {
  readonly down: unknown;
  readonly hits: number;
  readonly negativeHits: number;
  readonly misses: number;
  readonly fetched: number;
  readonly fetches: number;
  readonly fetchSeconds: number;
  readonly outages: number;
  readonly cached: number;
}

export interface Metrics {
  readonly registry: Registry;
  received(kind: ComponentKind, name: string, sensor: string, events: number, bytes?: number): void;
  sent(kind: ComponentKind, name: string, sensor: string, events: number): void;
  dropped(kind: ComponentKind, name: string, sensor: string, reason: string, events: number): void;
  errors(kind: ComponentKind, name: string, sensor: string, events: number): void;
  seconds(kind: ComponentKind, name: string, seconds: number): void;
  /** The counters of a source as they stand: sources count by themselves. */
  source(name: string, sensor: string, counts: SourceCounts): void;
  /** The look-ups of one worker in a store on other machines, as they stand. */
  store(worker: string, counts: StoreCounts): void;
  /** Records in the log that the group has not read yet. */
  lag(group: string, topic: string, partition: number, records: number): void;
  /** What a worker of a consumer group has. */
  member(member: MemberCounts): void;
  /** Which version a process has taken over, and which is the newest; where versions come over the log. */
  configuration(process: string, version: number, newest: number): void;
}

export interface MemberCounts {
  readonly name: string;
  /** Partitions that it reads. */
  readonly assigned: number;
  /** How often it joined since its start. */
  readonly rebalances: number;
  /** Version of the configuration that it runs. */
  readonly version: number;
}

const labels = ['component', 'name', 'sensor'] as const;

export function createMetrics(options: { readonly process?: boolean } = {}): Metrics {
  const registry = new Registry();
  if (options.process ?? true) collectDefaultMetrics({ register: registry, prefix: 'skopos_' });
  const registers = [registry];
  const counter = <L extends string>(name: string, help: string, labelNames: readonly L[]): Counter<L> =>
    new Counter({ name, help, labelNames, registers });
  const received = counter('skopos_received_events_total', 'Events that came in', labels);
  const bytes = counter('skopos_received_bytes_total', 'Bytes that came in', labels);
  const sent = counter('skopos_sent_events_total', 'Events that went out', labels);
  const dropped = counter('skopos_dropped_events_total', 'Events let go on purpose, with the reason', [
    ...labels,
    'reason',
  ]);
  const errors = counter('skopos_errors_total', 'Events that failed and were kept as errors', labels);
  const seconds = new Histogram({
    name: 'skopos_batch_seconds',
    help: 'Time that a batch took, seconds',
    labelNames: ['component', 'name'] as const,
    buckets: [0.001, 0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers,
  });
  const lag = new Gauge({
    name: 'skopos_lag_records',
    help: 'Records in the log that the group has not read yet',
    labelNames: ['group', 'topic', 'partition'] as const,
    registers,
  });
  const lookUps = counter('skopos_store_lookups_total', 'Look-ups in the store, by what answered them', [
    'worker',
    'result',
  ]);
  const rows = counter('skopos_store_rows_total', 'Rows asked of the servers of the store', ['worker']);
  const calls = counter('skopos_store_calls_total', 'Calls for rows', ['worker']);
  const callSeconds = counter('skopos_store_call_seconds_total', 'Time of these calls, seconds', ['worker']);
  const outages = counter('skopos_store_outages_total', 'Times that no server of the store answered', [
    'worker',
  ]);
  const gauge = (name: string, help: string): Gauge<'worker'> =>
    new Gauge({ name, help, labelNames: ['worker'] as const, registers });
  const storeUp = gauge('skopos_store_up', 'Whether the servers of the store answer (1) or not (0)');
  const cached = gauge('skopos_store_cached', 'Answers in the cache of the store');
  const memberGauge = (name: string, help: string): Gauge<'member'> =>
    new Gauge({ name, help, labelNames: ['member'] as const, registers });
  const assigned = memberGauge('skopos_group_partitions', 'Partitions that a worker of the group reads');
  const rebalances = memberGauge('skopos_group_joins', 'How often a worker joined its group since its start');
  const configured = memberGauge(
    'skopos_config_version',
    'Version of the configuration that a worker, or a process, runs',
  );
  const newest = memberGauge(
    'skopos_config_newest_version',
    'Newest version of the configuration that a process knows of',
  );
  /** Raises a counter to a total that is counted elsewhere. */
  const raised = new Map<string, number>();
  const raise = (key: string, total: number, add: (by: number) => void): void => {
    const before = raised.get(key) ?? 0;
    // A source that was opened anew counts from zero.
    if (total !== before) add(total > before ? total - before : total);
    raised.set(key, total);
  };
  return {
    registry,
    source(name, sensor, counts) {
      const label = { component: 'source', name, sensor };
      raise(`${name} received`, counts.received, (by) => received.inc(label, by));
      raise(`${name} bytes`, counts.bytes, (by) => bytes.inc(label, by));
      raise(`${name} sent`, counts.sent, (by) => sent.inc(label, by));
      raise(`${name} errors`, counts.errors, (by) => errors.inc(label, by));
      for (const [reason, count] of counts.dropped) {
        raise(`${name} dropped ${reason}`, count, (by) => dropped.inc({ ...label, reason }, by));
      }
    },
    store(worker, counts) {
      const found = counts.hits - counts.negativeHits;
      raise(`store ${worker} hit`, found, (by) => lookUps.inc({ worker, result: 'hit' }, by));
      raise(`store ${worker} absent`, counts.negativeHits, (by) =>
        lookUps.inc({ worker, result: 'absent' }, by),
      );
      raise(`store ${worker} miss`, counts.misses, (by) => lookUps.inc({ worker, result: 'miss' }, by));
      raise(`store ${worker} rows`, counts.fetched, (by) => rows.inc({ worker }, by));
      raise(`store ${worker} calls`, counts.fetches, (by) => calls.inc({ worker }, by));
      raise(`store ${worker} seconds`, counts.fetchSeconds, (by) => callSeconds.inc({ worker }, by));
      raise(`store ${worker} outages`, counts.outages, (by) => outages.inc({ worker }, by));
      storeUp.set({ worker }, counts.down === null ? 1 : 0);
      cached.set({ worker }, counts.cached);
    },
    received(component, name, sensor, events, size) {
      received.inc({ component, name, sensor }, events);
      if (size !== undefined) bytes.inc({ component, name, sensor }, size);
    },
    sent: (component, name, sensor, events) => sent.inc({ component, name, sensor }, events),
    dropped: (component, name, sensor, reason, events) =>
      dropped.inc({ component, name, sensor, reason }, events),
    errors: (component, name, sensor, events) => errors.inc({ component, name, sensor }, events),
    seconds: (component, name, value) => seconds.observe({ component, name }, value),
    member({ name: member, ...counts }) {
      assigned.set({ member }, counts.assigned);
      rebalances.set({ member }, counts.rebalances);
      configured.set({ member }, counts.version);
    },
    configuration(process, version, newestVersion) {
      configured.set({ member: process }, version);
      newest.set({ member: process }, newestVersion);
    },
    lag: (group, topic, partition, records) =>
      lag.set({ group, topic, partition: String(partition) }, records),
  };
}

import { describe, expect, it } from 'vitest';
import { createMetrics, type SourceCounts } from './metrics.ts';

async function lines(metrics: ReturnType<typeof createMetrics>): Promise<string[]> {
  return (await metrics.registry.metrics())
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
}

const counts = (received: number, dropped: Record<string, number> = {}): SourceCounts => ({
  received,
  bytes: received * 10,
  sent: received,
  errors: 0,
  seconds: 0,
  dropped: new Map(Object.entries(dropped)),
});

describe('metrics', () => {
  it('count every component under the same names', async () => {
    const metrics = createMetrics({ process: false });
    metrics.received('stage', 'pipeline', 'zeek', 3, 300);
    metrics.received('stage', 'pipeline', 'zeek', 2, 100);
    metrics.sent('sink', 'index', '', 4);
    metrics.dropped('stage', 'pipeline', 'zeek', 'filtered', 1);
    metrics.errors('stage', 'triage', 'zeek', 2);
    metrics.lag('index', 'zeek', 1, 42);
    expect(await lines(metrics)).toEqual(
      expect.arrayContaining([
        'skopos_received_events_total{component="stage",name="pipeline",sensor="zeek"} 5',
        'skopos_received_bytes_total{component="stage",name="pipeline",sensor="zeek"} 400',
        'skopos_sent_events_total{component="sink",name="index",sensor=""} 4',
        'skopos_dropped_events_total{component="stage",name="pipeline",sensor="zeek",reason="filtered"} 1',
        'skopos_errors_total{component="stage",name="triage",sensor="zeek"} 2',
        'skopos_lag_records{group="index",topic="zeek",partition="1"} 42',
      ]),
    );
  });

  it('take over the totals of a source without counting them twice', async () => {
    const metrics = createMetrics({ process: false });
    metrics.source('udp', 'syslog', counts(5));
    metrics.source('udp', 'syslog', counts(5));
    metrics.source('udp', 'syslog', counts(8, { too_long: 2 }));
    metrics.source('udp', 'syslog', counts(8, { too_long: 3 }));
    const found = await lines(metrics);
    expect(found).toContain('skopos_received_events_total{component="source",name="udp",sensor="syslog"} 8');
    expect(found).toContain(
      'skopos_dropped_events_total{component="source",name="udp",sensor="syslog",reason="too_long"} 3',
    );
  });

  it('go on from where they were when a source was opened anew', async () => {
    const metrics = createMetrics({ process: false });
    metrics.source('udp', 'syslog', counts(5));
    metrics.source('udp', 'syslog', counts(2));
    expect(await lines(metrics)).toContain(
      'skopos_received_events_total{component="source",name="udp",sensor="syslog"} 7',
    );
  });

  it('measure how long batches take', async () => {
    const metrics = createMetrics({ process: false });
    metrics.seconds('sink', 'index', 0.03);
    const found = await lines(metrics);
    expect(found).toContain('skopos_batch_seconds_bucket{le="0.02",component="sink",name="index"} 0');
    expect(found).toContain('skopos_batch_seconds_bucket{le="0.05",component="sink",name="index"} 1');
    expect(found).toContain('skopos_batch_seconds_count{component="sink",name="index"} 1');
  });

  it('tell of the process too, unless told otherwise', async () => {
    expect(
      (await lines(createMetrics())).some((line) => line.startsWith('skopos_nodejs_eventloop_lag')),
    ).toBe(true);
    expect(await lines(createMetrics({ process: false }))).toEqual([]);
  });
});

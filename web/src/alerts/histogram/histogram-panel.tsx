import { Skeleton } from '@mantine/core';
import { lazy, Suspense } from 'react';
import type { HistogramBucket } from '../../api/wire.ts';
import classes from './histogram-panel.module.css';

const BarsChart = lazy(() => import('./bars-chart.tsx'));

export interface HistogramData {
  readonly buckets: readonly HistogramBucket[];
  readonly interval: number;
  readonly from: number;
  readonly to: number;
}

/** Events over time, stacked by severity. Drawn from counts, never from rows. */
export function HistogramPanel({
  data,
  onZoom,
}: {
  data: HistogramData | undefined;
  onZoom: (from: number, to: number) => void;
}) {
  const waiting = <Skeleton className={classes.waiting} height="auto" radius={4} />;
  return (
    <section className={classes.panel} aria-label="Events over time">
      {data ? (
        <Suspense fallback={waiting}>
          <BarsChart data={data} onZoom={onZoom} />
        </Suspense>
      ) : (
        waiting
      )}
    </section>
  );
}

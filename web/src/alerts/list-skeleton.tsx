import { Skeleton } from '@mantine/core';
import classes from './list-skeleton.module.css';

/** The list's layout before its first answer. */
export function ListSkeleton() {
  return (
    <div className={classes.list} aria-busy="true" role="status" aria-label="Loading">
      {Array.from({ length: 18 }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: never reordered
        <div key={row} className={classes.row}>
          <Skeleton height={12} width={14} />
          <Skeleton height={12} width={40} />
          <Skeleton height={12} width={140} />
          <Skeleton height={12} width={`${22 + ((row * 7) % 14)}%`} />
          <Skeleton height={12} width={96} />
          <Skeleton height={12} width={96} />
        </div>
      ))}
    </div>
  );
}

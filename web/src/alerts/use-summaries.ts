import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { WireSearchResponse } from '../api/wire.ts';
import { useKept } from '../app/use-kept.ts';
import type { CompletionSource } from '../query/completion.ts';
import { STATUS_FIELD } from '../query/filter.ts';
import { SEVERITIES, type Severity } from '../severity/severity.ts';
import { columnsQuery, facetsQuery, histogramQuery, type Look } from './alert-queries.ts';
import { FACET_FIELDS } from './facet-panel.tsx';
import type { HistogramData } from './histogram/histogram-panel.tsx';

const COUNTED = [STATUS_FIELD, ...FACET_FIELDS];

interface Summaries {
  readonly facets: WireSearchResponse | undefined;
  readonly bars: HistogramData | undefined;
  readonly severities: Readonly<Record<Severity, number>> | null;
  /** Every field there is, by name. */
  readonly fields: readonly string[];
  readonly completion: CompletionSource;
}

/** All that is counted over the whole range, and what there is to search by. */
export function useSummaries(look: Look, facetsOpen: boolean): Summaries {
  const facets = useKept(useQuery({ ...facetsQuery(look, COUNTED), enabled: facetsOpen }).data);
  const bars = useKept(useQuery(histogramQuery(look)).data);
  const columns = useQuery(columnsQuery).data;

  const severities = useMemo(() => (bars ? sumOf(bars.buckets) : null), [bars]);
  const fields = useMemo(() => Object.keys(columns ?? {}).sort(), [columns]);
  const completion = useMemo((): CompletionSource => {
    const counts = Object.entries(facets?.facetCounts ?? {});
    return {
      columns: columns ?? {},
      values: Object.fromEntries(counts.map(([field, values]) => [field, Object.keys(values)])),
    };
  }, [columns, facets]);
  return { facets, bars, severities, fields, completion };
}

function sumOf(buckets: readonly Readonly<Record<Severity, number>>[]): Record<Severity, number> {
  const sums: Record<Severity, number> = { none: 0, low: 0, medium: 0, high: 0, critical: 0 };
  for (const bucket of buckets) for (const severity of SEVERITIES) sums[severity] += bucket[severity];
  return sums;
}

import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { usePreferences } from '../app/preferences.ts';
import { composeQuery } from '../query/filter.ts';
import { DEFAULT_RANGE, type ResolvedRange, resolveRange } from '../time/time-range.ts';
import type { AlertState } from './alert-address.ts';
import type { Look } from './alert-queries.ts';

/** While the list follows new events every second, counts over the whole range are asked for this often. */
const SUMMARY_PACE_MS = 5000;

interface Looks {
  /** What the list asks for, and what facets and histogram ask for: the same, but for how old their "now" is. */
  readonly look: Look;
  readonly summary: Look;
  /** Where the reader's own text starts in the query. */
  readonly offset: number;
  /** What is wrong with the time range, in a sentence. */
  readonly rangeFault: string | null;
  /** Brings everything up to date. */
  readonly refresh: () => void;
  /** Brings the list up to date, and the counts when they are due. */
  readonly follow: () => void;
}

/** What the page asks for: query and filters composed, and the range with "now" fixed at the moment of the last refresh. */
export function useLook(state: AlertState): Looks {
  const { zone } = usePreferences();
  const { query, filters, range, view } = state;
  const [refreshed, setRefreshed] = useState(0);
  const [summed, setSummed] = useState(0);
  const due = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a refresh and another range each start from the present
  const now = useMemo(() => Date.now(), [refreshed, range.from, range.to]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: as above
  const summaryNow = useMemo(() => Date.now(), [summed, range.from, range.to]);

  const composed = useMemo(() => composeQuery(query, filters), [query, filters]);
  const alertsOnly = view === 'alerts';
  const text = composed.text;
  const resolved = useMemo(() => resolveRange(range, now, zone), [range, now, zone]);
  const fault = 'error' in resolved ? resolved.error : null;
  const look = useMemo(
    (): Look => ({ query: text, range: usable(range, now, zone), alertsOnly }),
    [text, range, now, zone, alertsOnly],
  );
  const summary = useMemo(
    (): Look => ({ query: text, range: usable(range, summaryNow, zone), alertsOnly }),
    [text, range, summaryNow, zone, alertsOnly],
  );

  const refresh = useCallback(() => {
    clearTimeout(due.current);
    due.current = undefined;
    setRefreshed((count) => count + 1);
    setSummed((count) => count + 1);
  }, []);
  const follow = useCallback(() => {
    setRefreshed((count) => count + 1);
    due.current ??= setTimeout(() => {
      due.current = undefined;
      setSummed((count) => count + 1);
    }, SUMMARY_PACE_MS);
  }, []);
  useEffect(() => () => clearTimeout(due.current), []);

  return { look, summary, offset: composed.offset, rangeFault: fault, refresh, follow };
}

/** The range, or the usual one where it cannot be read. */
function usable(range: AlertState['range'], now: number, zone: 'local' | 'utc'): ResolvedRange {
  const resolved = resolveRange(range, now, zone);
  if (!('error' in resolved)) return resolved;
  const usual = resolveRange(DEFAULT_RANGE, now, zone);
  return 'error' in usual ? { from: now - 86_400_000, to: now, open: true } : usual;
}

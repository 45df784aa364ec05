import { useCallback, useMemo, useState } from 'react';
import { usePreferences } from '../app/preferences.ts';
import { composeQuery } from '../query/filter.ts';
import { DEFAULT_RANGE, type ResolvedRange, resolveRange } from '../time/time-range.ts';
import type { AlertState } from './alert-address.ts';
import type { Look } from './alert-queries.ts';

/**
 * What the page asks for: query and filters composed, and the range with "now" fixed at the moment of the last refresh, so
 * that list, facets and histogram show the same moment.
 */
export function useLook(state: AlertState): {
  look: Look;
  offset: number;
  rangeFault: string | null;
  refresh: () => void;
} {
  const { zone } = usePreferences();
  const { query, filters, range, view } = state;
  const [refreshed, setRefreshed] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a refresh and another range each start from the present
  const now = useMemo(() => Date.now(), [refreshed, range.from, range.to]);

  const value = useMemo(() => {
    const composed = composeQuery(query, filters);
    const resolved = resolveRange(range, now, zone);
    const fault = 'error' in resolved ? resolved.error : null;
    const used = 'error' in resolved ? resolveRange(DEFAULT_RANGE, now, zone) : resolved;
    const look: Look = { query: composed.text, range: used as ResolvedRange, alertsOnly: view === 'alerts' };
    return { look, offset: composed.offset, rangeFault: fault };
  }, [query, filters, range, view, now, zone]);

  const refresh = useCallback(() => setRefreshed((count) => count + 1), []);
  return { ...value, refresh };
}

/** What a reader set up for themselves on this machine; not part of a link. */
import { useSyncExternalStore } from 'react';
import type { Zone } from '../time/time-range.ts';

export interface Preferences {
  readonly zone: Zone;
  readonly facetsOpen: boolean;
  readonly histogramOpen: boolean;
  readonly columnSizes: Readonly<Record<string, number>>;
}

const KEY = 'skopos.preferences';
const DEFAULTS: Preferences = { zone: 'local', facetsOpen: true, histogramOpen: true, columnSizes: {} };

let current: Preferences = load();
const listeners = new Set<() => void>();

function load(): Preferences {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}');
    if (typeof stored !== 'object' || stored === null) return DEFAULTS;
    const { zone, facetsOpen, histogramOpen, columnSizes } = stored as Record<string, unknown>;
    const sizes = typeof columnSizes === 'object' && columnSizes !== null ? Object.entries(columnSizes) : [];
    return {
      zone: zone === 'utc' ? 'utc' : 'local',
      facetsOpen: facetsOpen !== false,
      histogramOpen: histogramOpen !== false,
      columnSizes: Object.fromEntries(sizes.filter(([, size]) => typeof size === 'number')),
    };
  } catch {
    return DEFAULTS;
  }
}

export function setPreferences(change: Partial<Preferences>): void {
  current = { ...current, ...change };
  try {
    localStorage.setItem(KEY, JSON.stringify(current));
  } catch {
    // A browser that stores nothing keeps the choice until the page is left.
  }
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function usePreferences(): Preferences {
  return useSyncExternalStore(subscribe, () => current);
}

import { useEffect, useRef, useState } from 'react';
import { apiUrl } from '../api/client.ts';
import type { WireLiveCommit } from '../api/wire.ts';
import { useVisible } from '../app/use-visible.ts';

export type LiveState = 'connecting' | 'open' | 'lost';

/** At most one call a second: commits can come ten times as often. */
const PACE_MS = 1000;

/**
 * Listens for commits of the index and calls `onCommit` at once, then at most once a second with the sums of what came
 * meanwhile. The browser reconnects by itself; after a gap one call tells that something may have been missed.
 */
export function useLive(enabled: boolean, onCommit: (commit: WireLiveCommit) => void): LiveState {
  const [state, setState] = useState<LiveState>('connecting');
  const latest = useRef(onCommit);
  latest.current = onCommit;
  // Browsers allow six connections to a server over HTTP/1.1: tabs that nobody sees must not hold them all.
  const visible = useVisible();
  const before = useRef(false);

  useEffect(() => {
    if (!enabled || !visible) return;
    const stream = new EventSource(apiUrl('search/live'));
    let waiting: WireLiveCommit | null = null;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let gap = before.current;
    before.current = true;

    const deliver = () => {
      timer = undefined;
      if (!waiting) return;
      const commit = waiting;
      waiting = null;
      timer = setTimeout(deliver, PACE_MS);
      latest.current(commit);
    };
    const take = (commit: WireLiveCommit) => {
      waiting = waiting
        ? { events: waiting.events + commit.events, alerts: waiting.alerts + commit.alerts, at: commit.at }
        : commit;
      if (timer === undefined) deliver();
    };
    const read = (message: MessageEvent<unknown>) => {
      const commit = parseCommit(message.data);
      if (commit) take(commit);
    };
    stream.addEventListener('commit', read);
    stream.addEventListener('message', read);
    stream.onopen = () => {
      setState('open');
      if (gap) take({ events: 1, alerts: 1, at: Date.now() });
      gap = false;
    };
    stream.onerror = () => {
      gap = true;
      setState('lost');
    };
    return () => {
      stream.close();
      clearTimeout(timer);
      setState('connecting');
    };
  }, [enabled, visible]);
  return state;
}

function parseCommit(data: unknown): WireLiveCommit | null {
  try {
    const value: unknown = JSON.parse(String(data));
    if (typeof value !== 'object' || value === null) return null;
    const { events, alerts, at } = value as Record<string, unknown>;
    return { events: Number(events) || 0, alerts: Number(alerts) || 0, at: Number(at) || Date.now() };
  } catch {
    return null;
  }
}

import { useCallback, useEffect, useRef, useState } from 'react';
import { countNow, type Look } from './alert-queries.ts';
import { type LiveState, useLive } from './use-live.ts';

interface FreshRequest {
  readonly look: Look;
  /** How many the list said there are, once it did. */
  readonly total: number | null;
  /** The list shows the answer to `look`. */
  readonly settled: boolean;
  /** Nobody is reading: the list may change under the reader's eyes. */
  readonly mayMove: boolean;
  /** Brings the list up to date while it follows. */
  readonly follow: () => void;
  readonly refresh: () => void;
}

interface Fresh {
  readonly state: LiveState;
  readonly paused: boolean;
  readonly setPaused: (paused: boolean) => void;
  /** The list follows new events by itself at the moment. */
  readonly following: boolean;
  /** Matching events that came in since the list was loaded and are not shown. */
  readonly fresh: number;
  readonly show: () => void;
  readonly setPointer: (inside: boolean) => void;
  readonly setAtTop: (atTop: boolean) => void;
}

/**
 * Follows the index: while nobody reads, the list is refreshed; while somebody does (scrolled down, pointer on the rows,
 * drawer open, rows selected), what is new is only counted. Resting the pointer elsewhere or scrolling up follows again.
 */
export function useFresh({ look, total, settled, mayMove, follow, refresh }: FreshRequest): Fresh {
  const [paused, setPaused] = useState(false);
  const [fresh, setFresh] = useState(0);
  const [pointer, setPointer] = useState(false);
  const [atTop, setAtTop] = useState(true);
  const enabled = look.range.open && !paused;
  // An empty list has nothing that could move under anybody's pointer.
  const following = enabled && mayMove && (total === 0 || (atTop && !pointer));
  const known = useRef({ look, total, settled, following });
  known.current = { look, total, settled, following };
  const counting = useRef(false);
  /** Events came in while the list was being asked for: its answer may be from before them. */
  const missed = useRef(false);

  // Another list starts from nothing new.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the look is what makes it another list
  useEffect(() => setFresh(0), [look]);

  const bringUpToDate = () => {
    const now = known.current;
    missed.current = false;
    if (now.following) return follow();
    if (counting.current) return;
    counting.current = true;
    countNow(now.look)
      .then((count) => {
        if (known.current.look === now.look && now.total !== null) setFresh(Math.max(0, count - now.total));
      })
      // Only a number on a button: the next commit tries again.
      .catch(() => undefined)
      .finally(() => {
        counting.current = false;
      });
  };

  const state = useLive(enabled, (commit) => {
    const now = known.current;
    if ((now.look.alertsOnly ? commit.alerts : commit.events) === 0) return;
    if (now.settled) bringUpToDate();
    else missed.current = true;
  });

  // biome-ignore lint/correctness/useExhaustiveDependencies: only that the list has settled asks for what was missed
  useEffect(() => {
    if (settled && missed.current) bringUpToDate();
  }, [settled]);

  // Reading has ended: what has collected is shown.
  useEffect(() => {
    if (following && fresh > 0) refresh();
  }, [following, fresh, refresh]);

  const show = useCallback(() => {
    setFresh(0);
    setAtTop(true);
    refresh();
  }, [refresh]);
  return { state, paused, setPaused, following, fresh, show, setPointer, setAtTop };
}

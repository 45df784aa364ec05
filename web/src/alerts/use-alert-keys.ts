import { useEffect, useRef } from 'react';
import type { WireSearchResult } from '../api/wire.ts';
import { runLastAction } from '../app/toasts.tsx';
import { STATUS_ACTIONS, type Status } from '../status/status.ts';
import { changesTold } from '../status/use-status-change.ts';

interface AlertKeys {
  readonly rows: readonly WireSearchResult[];
  readonly current: string | null;
  readonly open: string | null;
  readonly selected: readonly WireSearchResult[];
  /** A dialog has the keys. */
  readonly blocked: boolean;
  readonly setCurrent: (guid: string | null) => void;
  readonly onOpen: (row: WireSearchResult) => void;
  readonly onClose: () => void;
  readonly onStatus: (events: readonly WireSearchResult[], status: Status) => void;
  readonly onToggle: (guid: string) => void;
  readonly onClearSelection: () => void;
  readonly onSearch: () => void;
  readonly onOverlay: (overlay: 'help' | 'palette' | null) => void;
  readonly onRefresh: () => void;
}

/** Keys of the alerts page, as the help overlay lists them. They rest while somebody types. */
export function useAlertKeys(keys: AlertKeys): void {
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.defaultPrevented) return;
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k' && !event.shiftKey) {
        event.preventDefault();
        latest.current.onOverlay('palette');
        return;
      }
      if (event.ctrlKey || event.metaKey || event.altKey || latest.current.blocked || isTyping(event.target))
        return;
      if (press(event, latest.current)) event.preventDefault();
    };
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, []);
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.closest('[role="menu"], [role="dialog"][aria-modal="true"]'))
    return true;
  return (
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement ||
    (target instanceof HTMLInputElement && target.type !== 'checkbox' && target.type !== 'radio')
  );
}

/** Whether the key meant something. */
function press(event: KeyboardEvent, keys: AlertKeys): boolean {
  const onControl =
    event.target instanceof HTMLElement && event.target.closest('button, a, summary, input') !== null;
  switch (event.key) {
    case '/':
      keys.onSearch();
      return true;
    case '?':
      keys.onOverlay('help');
      return true;
    case 'j':
      return move(keys, 1);
    case 'k':
      return move(keys, -1);
    case 'ArrowDown':
      return event.target instanceof HTMLElement && event.target.role === 'grid' && move(keys, 1);
    case 'ArrowUp':
      return event.target instanceof HTMLElement && event.target.role === 'grid' && move(keys, -1);
    case 'Enter': {
      const row = onControl ? undefined : rowOf(keys, keys.current);
      if (row) keys.onOpen(row);
      return row !== undefined;
    }
    case 'Escape':
      if (keys.open) keys.onClose();
      else keys.onClearSelection();
      return true;
    case 'x': {
      if (keys.current) keys.onToggle(keys.current);
      return keys.current !== null;
    }
    case 'u':
      void changesTold().then(runLastAction);
      return true;
    case 'R':
      keys.onRefresh();
      return true;
  }
  const action = STATUS_ACTIONS.find((one) => one.key === event.key);
  if (!action) return false;
  const row = rowOf(keys, keys.open ?? keys.current);
  const events = keys.selected.length > 0 ? keys.selected : row ? [row] : [];
  if (events.length > 0) keys.onStatus(events, action.status);
  return events.length > 0;
}

function rowOf(keys: AlertKeys, guid: string | null): WireSearchResult | undefined {
  return guid === null ? undefined : keys.rows.find((row) => row.id === guid);
}

function move(keys: AlertKeys, step: 1 | -1): boolean {
  const { rows } = keys;
  if (rows.length === 0) return false;
  const at = rows.findIndex((row) => row.id === (keys.open ?? keys.current));
  const next = rows[at < 0 ? 0 : Math.max(0, Math.min(rows.length - 1, at + step))];
  if (!next) return false;
  // With the drawer open it goes along, so that one can read down the list.
  if (keys.open) keys.onOpen(next);
  else keys.setCurrent(next.id);
  return true;
}

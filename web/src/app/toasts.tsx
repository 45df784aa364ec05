import { IconX } from '@tabler/icons-react';
import { useEffect, useSyncExternalStore } from 'react';
import classes from './toasts.module.css';

export interface Toast {
  readonly id: number;
  readonly text: string;
  readonly tone: 'plain' | 'failure';
  readonly action?: { readonly label: string; readonly run: () => void };
}

let toasts: readonly Toast[] = [];
let lastId = 0;
const listeners = new Set<() => void>();

function set(next: readonly Toast[]): void {
  toasts = next;
  for (const listener of listeners) listener();
}

/** Tells something in passing; three stay at most, the newest last. */
export function toast(text: string, options: Partial<Pick<Toast, 'tone' | 'action'>> = {}): void {
  lastId += 1;
  set([
    ...toasts.slice(-2),
    { id: lastId, text, tone: options.tone ?? 'plain', ...(options.action && { action: options.action }) },
  ]);
}

/** Runs the newest toast's action (undo), if there is one. */
export function runLastAction(): void {
  const last = toasts.findLast((one) => one.action);
  if (!last) return;
  dismiss(last.id);
  last.action?.run();
}

function dismiss(id: number): void {
  set(toasts.filter((one) => one.id !== id));
}

export function Toasts() {
  const shown = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => toasts,
  );
  return (
    <div className={classes.region} aria-live="polite" role="status">
      {shown.map((one) => (
        <ToastCard key={one.id} toast={one} />
      ))}
    </div>
  );
}

function ToastCard({ toast: shown }: { toast: Toast }) {
  useEffect(() => {
    const timer = setTimeout(() => dismiss(shown.id), shown.tone === 'failure' ? 15_000 : 8000);
    return () => clearTimeout(timer);
  }, [shown]);
  return (
    <div className={classes.card} data-tone={shown.tone}>
      <span className={classes.text}>{shown.text}</span>
      {shown.action && (
        <button
          type="button"
          className={classes.action}
          onClick={() => {
            dismiss(shown.id);
            shown.action?.run();
          }}
        >
          {shown.action.label}
        </button>
      )}
      <button
        type="button"
        className={classes.close}
        aria-label="Close this message"
        onClick={() => dismiss(shown.id)}
      >
        <IconX size={14} />
      </button>
    </div>
  );
}

import { fieldText, type Source } from '../fields/triage.ts';
import { STATUS_FIELD } from '../query/filter.ts';

/** States of an alert, under the names that the index holds. */
export type Status = 'NEW' | 'OPEN' | 'ESCALATE' | 'DISMISS' | 'RESOLVE';

export const STATUSES: readonly Status[] = ['NEW', 'OPEN', 'ESCALATE', 'DISMISS', 'RESOLVE'];

export const STATUS_NAMES: Readonly<Record<Status, string>> = {
  NEW: 'New',
  OPEN: 'Open',
  ESCALATE: 'Escalated',
  DISMISS: 'Dismissed',
  RESOLVE: 'Resolved',
};

/** What a button that leads to a state says, and its key. */
export const STATUS_ACTIONS: readonly {
  readonly status: Status;
  readonly verb: string;
  readonly key: string;
}[] = [
  { status: 'OPEN', verb: 'Open', key: 'o' },
  { status: 'ESCALATE', verb: 'Escalate', key: 'e' },
  { status: 'DISMISS', verb: 'Dismiss', key: 'd' },
  { status: 'RESOLVE', verb: 'Resolve', key: 'r' },
];

/** An alert that nobody has touched has no status in the index: it is new. */
export function statusOf(source: Source): Status {
  const text = fieldText(source, STATUS_FIELD).toUpperCase();
  return STATUSES.find((status) => status === text) ?? 'NEW';
}

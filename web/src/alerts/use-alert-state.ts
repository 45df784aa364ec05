import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo, useRef } from 'react';
import { type AlertState, addressOfState, stateOfAddress } from './alert-address.ts';

export type ChangeState = (change: Partial<AlertState>, options?: { replace?: boolean }) => void;

/** What a change puts back to the first page: anything that makes another list. */
const OTHER_LIST: readonly (keyof AlertState)[] = ['query', 'filters', 'range', 'view', 'sort', 'pageSize'];

/** The page's state, read from the address and written to it. */
export function useAlertState(): [AlertState, ChangeState] {
  const search = useSearch({ from: '/alerts' });
  const navigate = useNavigate({ from: '/alerts' });
  const state = useMemo(() => stateOfAddress(search), [search]);
  const latest = useRef(state);
  latest.current = state;

  const change = useCallback<ChangeState>(
    (changed, options) => {
      const anotherList = changed.page === undefined && OTHER_LIST.some((key) => key in changed);
      const next = { ...latest.current, ...(anotherList && { page: 1 }), ...changed };
      latest.current = next;
      void navigate({ to: '/alerts', search: addressOfState(next), replace: options?.replace ?? false });
    },
    [navigate],
  );
  return [state, change];
}

import { Button } from '@mantine/core';
import type { WireSearchResult } from '../api/wire.ts';
import { STATUS_ACTIONS, type Status } from '../status/status.ts';
import { StatusIcon } from '../status/status-mark.tsx';
import { formatCount } from '../time/format-time.ts';
import classes from './selection-bar.module.css';

interface SelectionBarProps {
  selected: readonly WireSearchResult[];
  onStatus: (status: Status) => void;
  onClear: () => void;
}

/** What can be done with the selected rows, together. */
export function SelectionBar({ selected, onStatus, onClear }: SelectionBarProps) {
  if (selected.length === 0) return null;
  return (
    <div className={classes.bar} role="toolbar" aria-label="Selected alerts">
      <strong>{formatCount(selected.length)} selected</strong>
      {STATUS_ACTIONS.map(({ status, verb }) => (
        <Button key={status} leftSection={<StatusIcon status={status} />} onClick={() => onStatus(status)}>
          {verb}
        </Button>
      ))}
      <Button variant="subtle" onClick={onClear}>
        Clear the selection
      </Button>
    </div>
  );
}

import { Button } from '@mantine/core';
import { IconPlayerPause, IconPlayerPlay, IconRefresh } from '@tabler/icons-react';
import { IconButton } from '../app/icon-button.tsx';
import classes from './live-toggle.module.css';
import type { LiveState } from './use-live.ts';

interface LiveToggleProps {
  /** The range ends now, so that there is something to follow. */
  possible: boolean;
  paused: boolean;
  state: LiveState;
  onPause: (paused: boolean) => void;
  onRefresh: () => void;
}

export function LiveToggle({ possible, paused, state, onPause, onRefresh }: LiveToggleProps) {
  const on = possible && !paused;
  const label = !possible ? 'Fixed range' : paused ? 'Paused' : state === 'lost' ? 'Reconnecting' : 'Live';
  return (
    <div className={classes.group}>
      <Button
        size="sm"
        className={classes.toggle}
        disabled={!possible}
        aria-pressed={on}
        title={paused ? 'Follow new events' : 'Stop following new events'}
        leftSection={<span className={classes.dot} data-state={on ? state : 'off'} />}
        rightSection={possible && (paused ? <IconPlayerPlay size={14} /> : <IconPlayerPause size={14} />)}
        onClick={() => onPause(!paused)}
      >
        {label}
      </Button>
      <IconButton label="Refresh" size={34} variant="default" onClick={onRefresh}>
        <IconRefresh size={16} />
      </IconButton>
    </div>
  );
}

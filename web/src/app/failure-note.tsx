import { Button } from '@mantine/core';
import { IconAlertTriangle, IconRefresh } from '@tabler/icons-react';
import { ApiError } from '../api/client.ts';
import classes from './failure-note.module.css';

interface FailureNoteProps {
  /** What was being done: "Searching". */
  doing: string;
  error: unknown;
  retry?: () => void;
}

/** Says what failed and why, and offers to try again. */
export function FailureNote({ doing, error, retry }: FailureNoteProps) {
  const problem = error instanceof ApiError ? error.problem : null;
  return (
    <div className={classes.note} role="alert">
      <IconAlertTriangle size={18} className={classes.icon} aria-hidden />
      <div className={classes.text}>
        <strong>{doing} failed.</strong>{' '}
        {problem?.message ?? (error instanceof Error ? error.message : String(error))} {problem?.hint}{' '}
        {problem && <span className={classes.code}>{problem.code}</span>}
      </div>
      {retry && (
        <Button leftSection={<IconRefresh size={14} />} onClick={retry}>
          Try again
        </Button>
      )}
    </div>
  );
}

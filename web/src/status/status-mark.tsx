import {
  IconArrowBigUpLines,
  IconCheck,
  IconCircleDashed,
  IconCircleHalf2,
  IconX,
} from '@tabler/icons-react';
import { STATUS_NAMES, type Status } from './status.ts';
import classes from './status-mark.module.css';

const ICONS = {
  NEW: IconCircleDashed,
  OPEN: IconCircleHalf2,
  ESCALATE: IconArrowBigUpLines,
  DISMISS: IconX,
  RESOLVE: IconCheck,
} as const;

export function StatusIcon({ status, size = 14 }: { status: Status; size?: number }) {
  const Icon = ICONS[status];
  return <Icon size={size} stroke={2} aria-hidden />;
}

export function StatusMark({ status }: { status: Status }) {
  return (
    <span className={classes.mark} data-status={status}>
      <StatusIcon status={status} />
      {STATUS_NAMES[status]}
    </span>
  );
}

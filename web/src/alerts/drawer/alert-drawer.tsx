import { Button } from '@mantine/core';
import { IconArrowNarrowRight, IconLink, IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import type { WireSearchResult } from '../../api/wire.ts';
import { CopyButton, copyText } from '../../app/copy-button.tsx';
import { FailureNote } from '../../app/failure-note.tsx';
import { IconButton } from '../../app/icon-button.tsx';
import { usePreferences } from '../../app/preferences.ts';
import { toast } from '../../app/toasts.tsx';
import { useNow } from '../../app/use-now.ts';
import { fieldText, isAlert, triageRules, triageScore } from '../../fields/triage.ts';
import type { Filter } from '../../query/filter.ts';
import { SeverityMark } from '../../severity/severity-mark.tsx';
import { STATUS_ACTIONS, type Status, statusOf } from '../../status/status.ts';
import { StatusIcon, StatusMark } from '../../status/status-mark.tsx';
import { formatAge, formatExact, isoTime } from '../../time/format-time.ts';
import type { ChangeState } from '../use-alert-state.ts';
import classes from './alert-drawer.module.css';
import { eventQuery } from './event-query.ts';
import { FieldList } from './field-list.tsx';
import { RawLine } from './raw-line.tsx';
import { ScoreReasons } from './score-reasons.tsx';
import { Story } from './story.tsx';

export interface DrawerProps {
  guid: string;
  /** The event as the list has it; fetched when it is on none of the list's pages. */
  row: WireSearchResult | null;
  onClose: () => void;
  onFilter: (filter: Filter) => void;
  onStatus: (event: WireSearchResult, status: Status) => void;
  onState: ChangeState;
}

/** Everything about one event, beside the list: it leaves the list usable. */
export default function AlertDrawer({ guid, row, onClose, onFilter, onStatus, onState }: DrawerProps) {
  const fetched = useQuery({ ...eventQuery(guid), enabled: row === null });
  const event = row ?? fetched.data ?? null;
  const scroll = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another event starts at its top
  useEffect(() => {
    scroll.current?.scrollTo({ top: 0 });
  }, [guid]);

  return (
    <aside className={classes.drawer} aria-label="Event details">
      <div className={classes.scroll} ref={scroll}>
        {event ? (
          <>
            <DrawerHead event={event} onClose={onClose} onStatus={onStatus} />
            <div className={classes.sections}>
              <ScoreReasons source={event.source} />
              <Story event={event} onState={onState} />
              <RawLine source={event.source} />
              <FieldList source={event.source} onFilter={onFilter} />
            </div>
          </>
        ) : (
          <div className={classes.none}>
            <IconButton label="Close" onClick={onClose}>
              <IconX size={17} />
            </IconButton>
            {fetched.isError && (
              <FailureNote
                doing="Reading the event"
                error={fetched.error}
                retry={() => void fetched.refetch()}
              />
            )}
            {fetched.isPending && <p role="status">Reading the event</p>}
          </div>
        )}
      </div>
    </aside>
  );
}

function DrawerHead({
  event,
  onClose,
  onStatus,
}: Pick<DrawerProps, 'onClose' | 'onStatus'> & { event: WireSearchResult }) {
  const { source } = event;
  const { zone } = usePreferences();
  const now = useNow();
  const status = statusOf(source);
  const timestamp = Number(source['timestamp']);
  const from = fieldText(source, 'ip_src_addr');
  const to = fieldText(source, 'ip_dst_addr');
  const title =
    triageRules(source)[0]?.name ??
    (isAlert(source) ? 'Alert' : `Event of ${fieldText(source, 'source.type') || event.index}`);
  return (
    <header className={classes.head}>
      <div className={classes.line}>
        <SeverityMark score={triageScore(source)} large />
        <h2 className={classes.title}>{title}</h2>
        <CopyButton text={JSON.stringify(source, null, 2)} label="Copy the event as JSON" />
        <IconButton
          label="Copy a link to this event"
          onClick={() => {
            void copyText(window.location.href).then((done) => done && toast('Link copied'));
          }}
        >
          <IconLink size={17} />
        </IconButton>
        <IconButton label="Close (Esc)" onClick={onClose}>
          <IconX size={17} />
        </IconButton>
      </div>
      <div className={classes.facts}>
        {(from || to) && (
          <span className={classes.flow}>
            {from || '–'}
            <IconArrowNarrowRight size={16} aria-label="to" />
            {to || '–'}
          </span>
        )}
        <span>{fieldText(source, 'source.type') || event.index}</span>
        {Number.isFinite(timestamp) && (
          <time dateTime={isoTime(timestamp)}>
            {formatExact(timestamp, zone)} · {formatAge(timestamp, now)}
          </time>
        )}
      </div>
      <div className={classes.actions}>
        {(isAlert(source) || status !== 'NEW') && <StatusMark status={status} />}
        <span className={classes.spring} />
        {STATUS_ACTIONS.map((action) => (
          <Button
            key={action.status}
            title={`${action.verb} (${action.key})`}
            disabled={status === action.status}
            variant={action.status === 'ESCALATE' ? 'filled' : 'default'}
            leftSection={<StatusIcon status={action.status} />}
            onClick={() => onStatus(event, action.status)}
          >
            {action.verb}
          </Button>
        ))}
      </div>
    </header>
  );
}

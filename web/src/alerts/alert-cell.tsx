// biome-ignore-all lint/a11y/useSemanticElements: a virtual list cannot be laid out as a table; the roles say what it is
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid holds the focus and names its active row
import { UnstyledButton } from '@mantine/core';
import { IconZoomIn, IconZoomOut } from '@tabler/icons-react';
import { usePreferences } from '../app/preferences.ts';
import { useNow } from '../app/use-now.ts';
import { fieldText, isAlert, type Source, triageRules } from '../fields/triage.ts';
import { type Filter, STATUS_FIELD, valueFilter } from '../query/filter.ts';
import { SeverityMark } from '../severity/severity-mark.tsx';
import { statusOf } from '../status/status.ts';
import { StatusMark } from '../status/status-mark.tsx';
import { formatAge, formatExact, formatShort, isoTime } from '../time/format-time.ts';
import classes from './alert-cell.module.css';
import { columnKind } from './columns.ts';

interface AlertCellProps {
  field: string;
  source: Source;
  /** Show the buttons that filter by the value. */
  handles: boolean;
  onFilter: (filter: Filter) => void;
}

export function AlertCell({ field, source, handles, onFilter }: AlertCellProps) {
  const value = source[field];
  const text = fieldText(source, field);
  const filterable = handles && text !== '' && field !== 'original_string' && field !== 'timestamp';
  return (
    <div role="gridcell" className={classes.cell} data-align={columnKind(field).align} data-field={field}>
      <span className={classes.value}>
        <CellValue field={field} source={source} value={value} text={text} />
      </span>
      {filterable && (
        <span className={classes.handles}>
          <Handle field={field} value={value} negated={false} onFilter={onFilter} />
          <Handle field={field} value={value} negated onFilter={onFilter} />
        </span>
      )}
    </div>
  );
}

function Handle({
  field,
  value,
  negated,
  onFilter,
}: {
  field: string;
  value: unknown;
  negated: boolean;
  onFilter: (filter: Filter) => void;
}) {
  const label = `${negated ? 'Filter out' : 'Filter by'} this value`;
  return (
    <UnstyledButton
      tabIndex={-1}
      className={classes.handle}
      aria-label={label}
      title={label}
      onClick={(click) => {
        click.stopPropagation();
        onFilter(valueFilter(field, value, negated));
      }}
    >
      {negated ? <IconZoomOut size={14} /> : <IconZoomIn size={14} />}
    </UnstyledButton>
  );
}

function CellValue({
  field,
  source,
  value,
  text,
}: {
  field: string;
  source: Source;
  value: unknown;
  text: string;
}) {
  if (field === 'threat.triage.score') return <SeverityMark score={value} />;
  if (field === 'timestamp' && typeof value === 'number') return <Timestamp ms={value} />;
  if (field === STATUS_FIELD && (text !== '' || isAlert(source)))
    return <StatusMark status={statusOf(source)} />;
  if (field === 'threat.triage.rules.0.name') return <Why source={source} />;
  if (text === '') return <span className={classes.absent}>–</span>;
  if (/_addr$|^original_string$|(^|[._])(hash|md5|sha\d*)$/.test(field)) {
    return (
      <span className="sk-mono" title={field === 'original_string' ? undefined : text}>
        {text.slice(0, 600)}
      </span>
    );
  }
  return <span title={text.slice(0, 600)}>{text.slice(0, 600)}</span>;
}

/** When it happened, as short as the day allows, and how long ago; the exact moment on hover. */
function Timestamp({ ms }: { ms: number }) {
  const { zone } = usePreferences();
  const now = useNow();
  return (
    <time
      className={classes.time}
      dateTime={isoTime(ms)}
      title={`${formatExact(ms, zone)} · ${formatAge(ms, now)}`}
    >
      <span className={classes.clock}>{formatShort(ms, now, zone)}</span>
      <span className={classes.age}>{formatAge(ms, now)}</span>
    </time>
  );
}

/** The rule that gave most points, its reason behind it, and how many more there are. */
function Why({ source }: { source: Source }) {
  const [first, ...others] = triageRules(source);
  if (!first)
    return <span className={classes.dim}>{fieldText(source, 'original_string').slice(0, 300) || '–'}</span>;
  return (
    <span title={[first.name, first.reason].filter(Boolean).join('\n')}>
      {first.name}
      {others.length > 0 && <span className={classes.more}>+{others.length}</span>}
      {first.reason && <span className={classes.reason}>{first.reason}</span>}
    </span>
  );
}

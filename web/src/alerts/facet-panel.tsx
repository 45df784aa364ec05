import { Skeleton, UnstyledButton } from '@mantine/core';
import { IconZoomOut } from '@tabler/icons-react';
import { type Filter, filterText, removeFilter, STATUS_FIELD, valueFilter } from '../query/filter.ts';
import { SEVERITIES, SEVERITY_NAMES, SEVERITY_TESTS, type Severity } from '../severity/severity.ts';
import { SeverityShape } from '../severity/severity-mark.tsx';
import { STATUS_NAMES, STATUSES } from '../status/status.ts';
import { StatusIcon } from '../status/status-mark.tsx';
import { formatCount } from '../time/format-time.ts';
import { columnKind } from './columns.ts';
import classes from './facet-panel.module.css';

/** Fields counted at the left, besides severity and status. */
export const FACET_FIELDS: readonly string[] = [
  'source.type',
  'threat.triage.rules.0.name',
  'ip_src_addr',
  'ip_dst_addr',
  'enrichments.geo.ip_dst_addr.country',
  'protocol',
];

interface FacetPanelProps {
  total: number | null;
  /** Only alerts are counted: one without a status is new. */
  alertsOnly: boolean;
  counts: Readonly<Record<string, Readonly<Record<string, number>>>> | null;
  severities: Readonly<Record<Severity, number>> | null;
  filters: readonly Filter[];
  onFilter: (filter: Filter) => void;
  onFilters: (filters: readonly Filter[]) => void;
}

interface FacetValue {
  readonly key: string;
  readonly name: string;
  readonly count: number;
  readonly filter: Filter;
  readonly mark?: React.ReactNode;
}

/** The most frequent values of some fields, to narrow the list by. */
export function FacetPanel(props: FacetPanelProps) {
  const { counts, total, severities } = props;
  if (counts === null || total === null) return <FacetSkeleton />;
  return (
    <aside className={classes.panel} aria-label="Facets">
      {severities && <Facet name="Severity" values={severityValues(severities)} {...props} />}
      <Facet
        name="Status"
        values={statusValues(counts[STATUS_FIELD] ?? {}, props.alertsOnly ? total : 0)}
        {...props}
      />
      {FACET_FIELDS.map((field) => {
        const values = Object.entries(counts[field] ?? {}).map(([value, count]) => ({
          key: value,
          name: value,
          count,
          filter: valueFilter(field, value),
        }));
        if (values.length === 0) return null;
        const name =
          field === 'enrichments.geo.ip_dst_addr.country'
            ? 'Destination country'
            : field === 'threat.triage.rules.0.name'
              ? 'Rule'
              : columnKind(field).name;
        return <Facet key={field} name={name} title={field} values={values} {...props} />;
      })}
    </aside>
  );
}

function severityValues(severities: Readonly<Record<Severity, number>>): FacetValue[] {
  return SEVERITIES.filter((severity) => severities[severity] > 0).map((severity) => ({
    key: severity,
    name: SEVERITY_NAMES[severity],
    count: severities[severity],
    filter: { field: 'threat.triage.score', test: SEVERITY_TESTS[severity], negated: severity === 'none' },
    mark: <SeverityShape severity={severity} size={11} />,
  }));
}

function statusValues(counts: Readonly<Record<string, number>>, total: number): FacetValue[] {
  const touched = Object.entries(counts).reduce(
    (sum, [status, count]) => (status === 'NEW' ? sum : sum + count),
    0,
  );
  return STATUSES.map((status) => ({
    key: status,
    name: STATUS_NAMES[status],
    count: status === 'NEW' ? Math.max(0, total - touched) : (counts[status] ?? 0),
    filter: valueFilter(STATUS_FIELD, status),
    mark: <StatusIcon status={status} size={13} />,
  })).filter((value) => value.count > 0);
}

interface FacetProps extends FacetPanelProps {
  name: string;
  title?: string;
  values: readonly FacetValue[];
}

function Facet({ name, title, values, total, filters, onFilter, onFilters }: FacetProps) {
  const chosen = new Set(filters.map(filterText));
  return (
    <details className={classes.facet} open>
      <summary className={classes.name} title={title}>
        {name}
      </summary>
      <ul className={classes.values}>
        {values.map((value) => {
          const on = chosen.has(filterText(value.filter));
          return (
            <li key={value.key} className={classes.item}>
              <UnstyledButton
                className={classes.value}
                aria-pressed={on}
                title={`${value.name}: ${formatCount(value.count)}`}
                onClick={() => (on ? onFilters(removeFilter(filters, value.filter)) : onFilter(value.filter))}
              >
                <span
                  className={classes.bar}
                  style={{ width: `${(100 * value.count) / Math.max(1, total ?? 1)}%` }}
                />
                {value.mark}
                <span className={classes.label}>{value.name}</span>
                <span className={classes.count}>{formatCount(value.count)}</span>
              </UnstyledButton>
              <UnstyledButton
                className={classes.out}
                aria-label={`Filter out ${value.name}`}
                title="Filter out"
                onClick={() => onFilter({ ...value.filter, negated: !value.filter.negated })}
              >
                <IconZoomOut size={14} />
              </UnstyledButton>
            </li>
          );
        })}
        {values.length === 0 && <li className={classes.none}>No values</li>}
      </ul>
    </details>
  );
}

function FacetSkeleton() {
  return (
    <div className={classes.panel} aria-hidden="true">
      {[5, 4, 5, 6].map((lines, facet) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: never reordered
        <div key={facet} className={classes.facet}>
          <Skeleton height={12} width={70} mt={10} mb={12} />
          {Array.from({ length: lines }, (_, line) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: never reordered
            <Skeleton key={line} height={12} mb={14} width={`${85 - line * 9}%`} />
          ))}
        </div>
      ))}
    </div>
  );
}

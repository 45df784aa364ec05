import { UnstyledButton } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { SEVERITIES, SEVERITY_NAMES, SEVERITY_TESTS } from '../severity/severity.ts';
import { STATUS_NAMES, STATUSES } from '../status/status.ts';
import { type Filter, filterText, filterValue, STATUS_FIELD } from './filter.ts';
import classes from './filter-pills.module.css';

interface FilterPillsProps {
  filters: readonly Filter[];
  onChange: (filters: readonly Filter[]) => void;
}

export function FilterPills({ filters, onChange }: FilterPillsProps) {
  if (filters.length === 0) return null;
  return (
    <ul className={classes.pills} aria-label="Filters">
      {filters.map((filter, at) => (
        <li key={filterText(filter)} className={classes.pill} data-negated={filter.negated || undefined}>
          <UnstyledButton
            className={classes.text}
            title={`${filterText(filter)}: turn round`}
            aria-label={`${describe(filter)}. Turn round`}
            onClick={() => onChange(filters.with(at, { ...filter, negated: !filter.negated }))}
          >
            {describe(filter)}
          </UnstyledButton>
          <UnstyledButton
            className={classes.remove}
            aria-label={`Remove the filter ${describe(filter)}`}
            onClick={() => onChange(filters.filter((_, other) => other !== at))}
          >
            <IconX size={13} />
          </UnstyledButton>
        </li>
      ))}
      {filters.length > 1 && (
        <li>
          <UnstyledButton className={classes.all} onClick={() => onChange([])}>
            Remove all
          </UnstyledButton>
        </li>
      )}
    </ul>
  );
}

function describe(filter: Filter): string {
  const sign = filter.negated ? 'Not ' : '';
  if (filter.field === 'threat.triage.score') {
    const band = SEVERITIES.find(
      (severity) => SEVERITY_TESTS[severity] === filter.test && severity !== 'none',
    );
    if (band)
      return `${sign}${SEVERITY_NAMES[band].toLowerCase()} severity`.replace(/^./, (first) =>
        first.toUpperCase(),
      );
  }
  if (filter.field === STATUS_FIELD) {
    const status = STATUSES.find((one) => one === filterValue(filter));
    if (status)
      return filter.negated
        ? `Status is not ${STATUS_NAMES[status].toLowerCase()}`
        : `Status: ${STATUS_NAMES[status].toLowerCase()}`;
  }
  if (filter.test === '*') return `${filter.field} ${filter.negated ? 'is missing' : 'exists'}`;
  return `${sign}${filter.field}: ${filterValue(filter)}`;
}

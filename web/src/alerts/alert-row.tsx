// biome-ignore-all lint/a11y/useKeyWithClickEvents: keys are handled for the whole page, see use-alert-keys.ts
// biome-ignore-all lint/a11y/useSemanticElements: a virtual list cannot be laid out as a table; the roles say what it is
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid holds the focus and names its active row
import { Checkbox } from '@mantine/core';
import { memo, useState } from 'react';
import type { WireSearchResult } from '../api/wire.ts';
import type { Filter } from '../query/filter.ts';
import { statusOf } from '../status/status.ts';
import { AlertCell } from './alert-cell.tsx';
import classes from './alert-row.module.css';

interface AlertRowProps {
  event: WireSearchResult;
  index: number;
  top: number;
  columns: readonly string[];
  template: string;
  current: boolean;
  open: boolean;
  selected: boolean;
  onSelect: (on: boolean) => void;
  onOpen: (event: WireSearchResult) => void;
  onFilter: (filter: Filter) => void;
}

export const AlertRow = memo(
  function AlertRow(props: AlertRowProps) {
    const { event, columns } = props;
    // The handles of the values are drawn only for the row under the pointer.
    const [hovered, setHovered] = useState(false);
    const status = statusOf(event.source);
    return (
      <div
        id={`row-${event.id}`}
        role="row"
        aria-rowindex={props.index + 2}
        aria-selected={props.selected}
        className={classes.row}
        data-current={props.current || undefined}
        data-open={props.open || undefined}
        data-done={status === 'DISMISS' || status === 'RESOLVE' || undefined}
        style={{ top: props.top, gridTemplateColumns: props.template }}
        onPointerEnter={() => setHovered(true)}
        onPointerLeave={() => setHovered(false)}
        onClick={(click) => {
          // Selecting text in a row is no click on it.
          if (!click.defaultPrevented && !window.getSelection()?.toString()) props.onOpen(event);
        }}
      >
        <div role="gridcell" className={classes.select} onClick={(click) => click.stopPropagation()}>
          <Checkbox
            size="xs"
            tabIndex={-1}
            aria-label="Select this row"
            checked={props.selected}
            onChange={(change) => props.onSelect(change.currentTarget.checked)}
          />
        </div>
        {columns.map((field) => (
          <AlertCell
            key={field}
            field={field}
            source={event.source}
            handles={hovered}
            onFilter={props.onFilter}
          />
        ))}
      </div>
    );
  },
  (before, after) =>
    before.event === after.event &&
    before.top === after.top &&
    before.index === after.index &&
    before.columns === after.columns &&
    before.template === after.template &&
    before.current === after.current &&
    before.open === after.open &&
    before.selected === after.selected,
);

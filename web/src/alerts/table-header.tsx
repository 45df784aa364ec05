// biome-ignore-all lint/a11y/useSemanticElements: a virtual list cannot be laid out as a table; the roles say what it is
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid holds the focus and names its active row
import { Checkbox, Menu, UnstyledButton } from '@mantine/core';
import {
  IconArrowDown,
  IconArrowLeft,
  IconArrowRight,
  IconArrowUp,
  IconChevronDown,
  IconEyeOff,
} from '@tabler/icons-react';
import { useState } from 'react';
import type { Sort } from './alert-address.ts';
import { columnKind, moveColumn } from './columns.ts';
import classes from './table-header.module.css';

interface SizedHeader {
  readonly id: string;
  getResizeHandler(): (event: unknown) => void;
}

interface TableHeaderProps {
  template: string;
  headers: readonly SizedHeader[];
  columns: readonly string[];
  sort: Sort;
  selected: 'none' | 'some' | 'all';
  onSelectAll: (all: boolean) => void;
  onSort: (sort: Sort) => void;
  onColumns: (columns: readonly string[]) => void;
}

export function TableHeader(props: TableHeaderProps) {
  const { columns, onColumns } = props;
  const [dragged, setDragged] = useState<string | null>(null);
  const [over, setOver] = useState<string | null>(null);

  return (
    <div
      className={classes.header}
      role="row"
      aria-rowindex={1}
      style={{ gridTemplateColumns: props.template }}
    >
      <div role="columnheader" className={classes.select}>
        <Checkbox
          size="xs"
          aria-label="Select all rows of this page"
          checked={props.selected === 'all'}
          indeterminate={props.selected === 'some'}
          onChange={(event) => props.onSelectAll(event.currentTarget.checked)}
        />
      </div>
      {props.headers.map((header) => {
        const field = header.id;
        const { name, align } = columnKind(field);
        const sorted = props.sort.field === field ? props.sort.order : null;
        return (
          <div
            key={field}
            role="columnheader"
            aria-sort={sorted === null ? 'none' : sorted === 'asc' ? 'ascending' : 'descending'}
            className={classes.cell}
            data-over={over === field && dragged !== field ? true : undefined}
            data-align={align}
            draggable
            onDragStart={(event) => {
              setDragged(field);
              event.dataTransfer.effectAllowed = 'move';
            }}
            onDragOver={(event) => {
              if (dragged === null) return;
              event.preventDefault();
              setOver(field);
            }}
            onDragEnd={() => {
              setDragged(null);
              setOver(null);
            }}
            onDrop={(event) => {
              event.preventDefault();
              if (dragged) onColumns(moveColumn(columns, dragged, field));
              setOver(null);
            }}
          >
            <UnstyledButton
              className={classes.name}
              title={`${field}: sort`}
              onClick={() => props.onSort({ field, order: sorted === 'desc' ? 'asc' : 'desc' })}
            >
              <span className={classes.text}>{name}</span>
              {sorted === 'asc' && <IconArrowUp size={13} aria-hidden />}
              {sorted === 'desc' && <IconArrowDown size={13} aria-hidden />}
            </UnstyledButton>
            <HeaderMenu field={field} name={name} {...props} />
            {/* biome-ignore lint/a11y/noStaticElementInteractions: widths are a matter of looks; the pointer is enough */}
            <span
              className={classes.resize}
              draggable
              onDragStart={(event) => {
                event.preventDefault();
                event.stopPropagation();
              }}
              onMouseDown={header.getResizeHandler()}
              onTouchStart={header.getResizeHandler()}
            />
          </div>
        );
      })}
    </div>
  );
}

function HeaderMenu({
  field,
  name,
  columns,
  onColumns,
  onSort,
}: TableHeaderProps & { field: string; name: string }) {
  const at = columns.indexOf(field);
  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <UnstyledButton className={classes.more} aria-label={`Column ${name}`}>
          <IconChevronDown size={13} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{field}</Menu.Label>
        <Menu.Item leftSection={<IconArrowDown size={15} />} onClick={() => onSort({ field, order: 'desc' })}>
          Sort descending
        </Menu.Item>
        <Menu.Item leftSection={<IconArrowUp size={15} />} onClick={() => onSort({ field, order: 'asc' })}>
          Sort ascending
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item
          leftSection={<IconArrowLeft size={15} />}
          disabled={at === 0}
          onClick={() => onColumns(moveColumn(columns, field, -1))}
        >
          Move left
        </Menu.Item>
        <Menu.Item
          leftSection={<IconArrowRight size={15} />}
          disabled={at === columns.length - 1}
          onClick={() => onColumns(moveColumn(columns, field, 1))}
        >
          Move right
        </Menu.Item>
        <Menu.Item
          leftSection={<IconEyeOff size={15} />}
          disabled={columns.length === 1}
          onClick={() => onColumns(columns.filter((one) => one !== field))}
        >
          Hide
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

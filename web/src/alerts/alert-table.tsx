// biome-ignore-all lint/a11y/useSemanticElements: a virtual list cannot be laid out as a table; the roles say what it is
import {
  columnResizingFeature,
  columnSizingFeature,
  createColumnHelper,
  type RowSelectionState,
  rowSelectionFeature,
  tableFeatures,
  useTable,
} from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type RefObject, useEffect, useMemo } from 'react';
import type { WireSearchResult } from '../api/wire.ts';
import { setPreferences, usePreferences } from '../app/preferences.ts';
import type { Filter } from '../query/filter.ts';
import type { Sort } from './alert-address.ts';
import { AlertRow } from './alert-row.tsx';
import classes from './alert-table.module.css';
import { columnKind } from './columns.ts';
import { TableHeader } from './table-header.tsx';

const features = tableFeatures({ columnSizingFeature, columnResizingFeature, rowSelectionFeature });
const helper = createColumnHelper<typeof features, WireSearchResult>();
export const ROW_HEIGHT = 32;
const SELECT_WIDTH = 36;

interface AlertTableProps {
  rows: readonly WireSearchResult[];
  columns: readonly string[];
  narrow: boolean;
  sort: Sort;
  /** Guid of the row the keyboard stands on, and of the one in the drawer. */
  current: string | null;
  open: string | null;
  selection: RowSelectionState;
  stale: boolean;
  scrollRef: RefObject<HTMLDivElement | null>;
  onSelection: (selection: RowSelectionState) => void;
  onSort: (sort: Sort) => void;
  onColumns: (columns: readonly string[]) => void;
  onOpen: (row: WireSearchResult) => void;
  onFilter: (filter: Filter) => void;
  onPointer: (inside: boolean) => void;
  onScrolled: (atTop: boolean) => void;
}

/** The list: only the rows in sight are drawn, so that a page of 1,000 scrolls as one of 50. */
export function AlertTable(props: AlertTableProps) {
  const { rows, columns, narrow, current, selection, scrollRef, onSelection } = props;
  const { columnSizes } = usePreferences();

  const definitions = useMemo(
    () =>
      columns.map((field) =>
        helper.accessor((row) => row.source[field], {
          id: field,
          size: columnKind(field, narrow).width,
          minSize: 56,
          maxSize: 2000,
        }),
      ),
    [columns, narrow],
  );
  const table = useTable({
    features,
    columns: definitions,
    data: rows,
    getRowId: (row) => row.id,
    columnResizeMode: 'onChange',
    state: { columnSizing: columnSizes, rowSelection: selection },
    onColumnSizingChange: (updater) =>
      setPreferences({ columnSizes: typeof updater === 'function' ? updater(columnSizes) : updater }),
    onRowSelectionChange: (updater) =>
      onSelection(typeof updater === 'function' ? updater(selection) : updater),
  });

  const modelRows = table.getRowModel().rows;
  const virtualizer = useVirtualizer({
    count: modelRows.length,
    getScrollElement: () => scrollRef.current,
    estimateSize: () => ROW_HEIGHT,
    getItemKey: (index) => modelRows[index]?.id ?? index,
    scrollPaddingStart: ROW_HEIGHT,
    overscan: 12,
  });

  // The row the keyboard stands on stays in sight.
  useEffect(() => {
    const index = current === null ? -1 : rows.findIndex((row) => row.id === current);
    if (index >= 0) virtualizer.scrollToIndex(index, { align: 'auto' });
  }, [current, rows, virtualizer]);

  const headers = table.getHeaderGroups()[0]?.headers ?? [];
  const width = headers.reduce((sum, header) => sum + header.getSize(), SELECT_WIDTH);
  const wide = wideColumn(columns);
  const template = `${SELECT_WIDTH}px ${headers
    .map((header) => (header.id === wide ? `minmax(${header.getSize()}px, 1fr)` : `${header.getSize()}px`))
    .join(' ')}`;
  const selected = modelRows.filter((row) => row.getIsSelected()).length;

  return (
    <div
      ref={scrollRef}
      className={classes.scroll}
      data-stale={props.stale || undefined}
      role="grid"
      aria-label="Events"
      aria-rowcount={rows.length + 1}
      aria-colcount={columns.length + 1}
      aria-multiselectable="true"
      aria-activedescendant={current ? `row-${current}` : undefined}
      tabIndex={0}
      onScroll={(event) => props.onScrolled(event.currentTarget.scrollTop < ROW_HEIGHT)}
      onPointerEnter={() => props.onPointer(true)}
      onPointerLeave={() => props.onPointer(false)}
    >
      <div
        className={classes.inner}
        style={{ minWidth: width, height: virtualizer.getTotalSize() + ROW_HEIGHT }}
      >
        <TableHeader
          template={template}
          headers={headers}
          columns={columns}
          sort={props.sort}
          selected={selected === 0 ? 'none' : selected === modelRows.length ? 'all' : 'some'}
          onSelectAll={(all) => onSelection(all ? Object.fromEntries(rows.map((row) => [row.id, true])) : {})}
          onSort={props.onSort}
          onColumns={props.onColumns}
        />
        {virtualizer.getVirtualItems().map((item) => {
          const row = modelRows[item.index];
          if (!row) return null;
          return (
            <AlertRow
              key={row.id}
              event={row.original}
              index={item.index}
              top={item.start + ROW_HEIGHT}
              columns={columns}
              template={template}
              current={current === row.id}
              open={props.open === row.id}
              selected={row.getIsSelected()}
              onSelect={(on) => row.toggleSelected(on)}
              onOpen={props.onOpen}
              onFilter={props.onFilter}
            />
          );
        })}
      </div>
    </div>
  );
}

/** The column that takes what is left over: the one with most to say, else the last. */
function wideColumn(columns: readonly string[]): string | undefined {
  return (
    ['threat.triage.rules.0.name', 'original_string'].find((field) => columns.includes(field)) ??
    columns.at(-1)
  );
}

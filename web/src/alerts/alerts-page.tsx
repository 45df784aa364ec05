import { useMediaQuery } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import type { RowSelectionState } from '@tanstack/react-table';
import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { ApiError } from '../api/client.ts';
import type { WireSearchResult } from '../api/wire.ts';
import { FailureNote } from '../app/failure-note.tsx';
import { setPreferences, usePreferences } from '../app/preferences.ts';
import { useKept } from '../app/use-kept.ts';
import { tickNow } from '../app/use-now.ts';
import { addFilter, type Filter, STATUS_FIELD } from '../query/filter.ts';
import { FilterPills } from '../query/filter-pills.tsx';
import { queryFault } from '../query/query-fault.ts';
import { SearchBar } from '../query/search-bar.tsx';
import type { Severity } from '../severity/severity.ts';
import { useStatusChange } from '../status/use-status-change.ts';
import { absoluteRange, type TimeRangeText } from '../time/time-range.ts';
import { TimeRangePicker } from '../time/time-range-picker.tsx';
import { columnsQuery, facetsQuery, histogramQuery, listQuery } from './alert-queries.ts';
import { AlertTable } from './alert-table.tsx';
import classes from './alerts-page.module.css';
import { ColumnPicker } from './column-picker.tsx';
import { DEFAULT_COLUMNS, NARROW_COLUMNS } from './columns.ts';
import { EmptyState } from './empty-state.tsx';
import { FACET_FIELDS, FacetPanel } from './facet-panel.tsx';
import { HistogramPanel } from './histogram/histogram-panel.tsx';
import { ListSkeleton } from './list-skeleton.tsx';
import { LiveToggle } from './live-toggle.tsx';
import { PageBar } from './page-bar.tsx';
import { SelectionBar } from './selection-bar.tsx';
import { useAlertKeys } from './use-alert-keys.ts';
import { useAlertState } from './use-alert-state.ts';
import { useFresh } from './use-fresh.ts';
import { useLook } from './use-look.ts';

const AlertDrawer = lazy(() => import('./drawer/alert-drawer.tsx'));
const HelpOverlay = lazy(() => import('./help-overlay.tsx'));
const Palette = lazy(() => import('./palette.tsx'));

const COUNTED = [STATUS_FIELD, ...FACET_FIELDS];
const NARROW = '(max-width: 720px)';
const NO_ROWS: readonly WireSearchResult[] = [];

/** What needs me now: the alerts, narrowed by query, time and facets, and worked on in place. */
export function AlertsPage() {
  const [state, change] = useAlertState();
  const preferences = usePreferences();
  const narrow = useMediaQuery(NARROW, undefined, { getInitialValueInEffect: false }) ?? false;
  // On a narrow screen the facets lie over the list, so they open only when asked for.
  const [facetsOver, setFacetsOver] = useState(false);
  const facetsOpen = narrow ? facetsOver : preferences.facetsOpen;
  const { look, offset, rangeFault, refresh } = useLook(state);
  const [current, setCurrent] = useState<string | null>(state.open);
  const [selection, setSelection] = useState<RowSelectionState>({});
  const [zooms, setZooms] = useState<readonly TimeRangeText[]>([]);
  const [rangeOpened, setRangeOpened] = useState(false);
  const [overlay, setOverlay] = useState<'help' | 'palette' | null>(null);
  const searchRef = useRef<HTMLInputElement>(null);
  const scrollRef = useRef<HTMLDivElement>(null);
  const latest = useRef(state);
  latest.current = state;

  const list = useQuery(listQuery(look, state.sort, state.page, state.pageSize));
  const facets = useQuery({ ...facetsQuery(look, COUNTED), enabled: facetsOpen });
  const histogram = useQuery(histogramQuery(look));
  const metadata = useQuery(columnsQuery);
  const changeStatus = useStatusChange();
  const found = useKept(list.data);
  const counted = useKept(facets.data);
  const bars = useKept(histogram.data);

  // biome-ignore lint/correctness/useExhaustiveDependencies: rows that just came in are not ahead of the clock
  useEffect(tickNow, [found]);

  const rows = found?.results ?? NO_ROWS;
  const total = found?.total ?? null;
  const columns = state.columns ?? (narrow ? NARROW_COLUMNS : DEFAULT_COLUMNS)[state.view];
  const selected = useMemo(() => rows.filter((row) => selection[row.id]), [rows, selection]);

  const live = useFresh({
    look,
    total,
    settled: list.isSuccess && !list.isPlaceholderData,
    mayMove: state.page === 1 && state.open === null && selected.length === 0 && overlay === null,
    refresh,
  });

  const onFilter = useCallback(
    (filter: Filter) => change({ filters: addFilter(latest.current.filters, filter) }),
    [change],
  );
  const onOpen = useCallback(
    (row: WireSearchResult) => {
      setCurrent(row.id);
      change({ open: row.id }, { replace: latest.current.open !== null });
    },
    [change],
  );
  const close = useCallback(() => change({ open: null }), [change]);
  const search = (query: string) => (query === state.query.trim() ? refresh() : change({ query }));

  useAlertKeys({
    rows,
    current,
    open: state.open,
    selected,
    blocked: overlay !== null || rangeOpened,
    setCurrent,
    onOpen,
    onClose: close,
    onStatus: (events, status) => void changeStatus(events, status),
    onToggle: (id) => setSelection((before) => toggled(before, id)),
    onClearSelection: () => setSelection({}),
    onSearch: () => searchRef.current?.focus(),
    onOverlay: setOverlay,
    onRefresh: refresh,
  });

  const fault =
    list.error instanceof ApiError && list.error.status === 400
      ? queryFault(list.error.problem, offset)
      : null;
  const severities = useMemo(() => sumOf(bars?.buckets), [bars]);
  const completion = useMemo(
    () => ({
      columns: metadata.data ?? {},
      values: Object.fromEntries(
        Object.entries(counted?.facetCounts ?? {}).map(([field, counts]) => [field, Object.keys(counts)]),
      ),
    }),
    [metadata.data, counted],
  );
  const fields = useMemo(() => Object.keys(metadata.data ?? {}).sort(), [metadata.data]);

  return (
    <main className={classes.page}>
      <h1 className="sk-hidden">Alerts</h1>
      <div className={classes.top}>
        <SearchBar
          query={state.query}
          source={completion}
          fault={fault}
          inputRef={searchRef}
          onSearch={search}
        />
        <div className={classes.tools}>
          <TimeRangePicker
            range={state.range}
            opened={rangeOpened}
            onOpened={setRangeOpened}
            onChange={(range) => {
              setZooms([]);
              change({ range });
            }}
          />
          <LiveToggle
            possible={look.range.open}
            paused={live.paused}
            state={live.state}
            onPause={live.setPaused}
            onRefresh={refresh}
          />
        </div>
      </div>
      {(state.filters.length > 0 || rangeFault) && (
        <div className={classes.narrowing}>
          <FilterPills filters={state.filters} onChange={(filters) => change({ filters })} />
          {rangeFault && <span role="alert">{rangeFault} The last 24 hours are shown.</span>}
        </div>
      )}
      <HistogramPanel
        data={bars}
        onZoom={(from, to) => {
          setZooms([...zooms, state.range]);
          change({ range: absoluteRange(from, to) });
        }}
      />
      <PageBar
        view={state.view}
        onView={(view) => change({ view, columns: null })}
        total={total}
        tookMs={list.isPlaceholderData ? null : (list.data?.tookMs ?? null)}
        facetsOpen={facetsOpen}
        onFacets={(open) => (narrow ? setFacetsOver(open) : setPreferences({ facetsOpen: open }))}
        fresh={live.fresh}
        onFresh={() => {
          scrollRef.current?.scrollTo({ top: 0 });
          live.show();
          if (state.page !== 1) change({ page: 1 });
        }}
        onUndoZoom={
          zooms.length === 0
            ? null
            : () => {
                const before = zooms.at(-1);
                setZooms(zooms.slice(0, -1));
                if (before) change({ range: before });
              }
        }
        page={state.page}
        pageSize={state.pageSize}
        onPage={(page) => {
          scrollRef.current?.scrollTo({ top: 0 });
          change({ page });
        }}
        onPageSize={(pageSize) => change({ pageSize })}
      >
        <ColumnPicker
          columns={columns}
          fields={fields}
          isDefault={state.columns === null}
          onColumns={(chosen) => change({ columns: chosen }, { replace: true })}
        />
      </PageBar>
      {list.isError && !fault && (
        <FailureNote doing="Searching" error={list.error} retry={() => void list.refetch()} />
      )}
      <div className={classes.body}>
        {facetsOpen && (
          <FacetPanel
            total={counted?.total ?? null}
            alertsOnly={look.alertsOnly}
            counts={counted ? (counted.facetCounts ?? {}) : null}
            severities={severities}
            filters={state.filters}
            onFilter={onFilter}
            onFilters={(filters) => change({ filters })}
          />
        )}
        {found === undefined ? (
          <ListSkeleton />
        ) : total === 0 ? (
          <EmptyState
            untouched={state.query.trim() === '' && state.filters.length === 0}
            alertsOnly={state.view === 'alerts'}
            onClear={() => change({ query: '', filters: [] })}
            onWiden={() => change({ range: { from: 'now-30d', to: 'now' } })}
            onAllEvents={() => change({ view: 'all', columns: null })}
          />
        ) : (
          <AlertTable
            rows={rows}
            columns={columns}
            narrow={narrow}
            sort={state.sort}
            current={current}
            open={state.open}
            selection={selection}
            stale={list.isPlaceholderData && !live.following}
            scrollRef={scrollRef}
            onSelection={setSelection}
            onSort={(sort) => change({ sort })}
            onColumns={(chosen) => change({ columns: chosen }, { replace: true })}
            onOpen={onOpen}
            onFilter={onFilter}
            onPointer={live.setPointer}
            onScrolled={live.setAtTop}
          />
        )}
        <SelectionBar
          selected={selected}
          onClear={() => setSelection({})}
          onStatus={(status) => {
            void changeStatus(selected, status);
            setSelection({});
          }}
        />
      </div>
      <Suspense>
        {state.open && (
          <AlertDrawer
            guid={state.open}
            row={rows.find((row) => row.id === state.open) ?? null}
            onClose={close}
            onFilter={onFilter}
            onStatus={(event, status) => void changeStatus([event], status)}
            onState={change}
          />
        )}
        {overlay === 'help' && <HelpOverlay onClose={() => setOverlay(null)} />}
        {overlay === 'palette' && (
          <Palette
            state={state}
            event={rows.find((row) => row.id === (state.open ?? current)) ?? null}
            onClose={() => setOverlay(null)}
            onState={change}
            onStatus={(event, status) => void changeStatus([event], status)}
            onSearch={() => requestAnimationFrame(() => searchRef.current?.focus())}
            onRange={() => setRangeOpened(true)}
            onRefresh={refresh}
            onHelp={() => setOverlay('help')}
          />
        )}
      </Suspense>
    </main>
  );
}

function toggled(selection: RowSelectionState, id: string): RowSelectionState {
  const { [id]: was, ...others } = selection;
  return was ? others : { ...others, [id]: true };
}

function sumOf(
  buckets: readonly Readonly<Record<Severity, number>>[] | undefined,
): Record<Severity, number> | null {
  if (!buckets) return null;
  const sums = { none: 0, low: 0, medium: 0, high: 0, critical: 0 };
  for (const bucket of buckets) {
    for (const severity of ['none', 'low', 'medium', 'high', 'critical'] as const)
      sums[severity] += bucket[severity];
  }
  return sums;
}

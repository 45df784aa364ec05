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
import { addFilter, type Filter } from '../query/filter.ts';
import { FilterPills } from '../query/filter-pills.tsx';
import { queryFault } from '../query/query-fault.ts';
import { SearchBar } from '../query/search-bar.tsx';
import { useStatusChange } from '../status/use-status-change.ts';
import { TimeRangePicker } from '../time/time-range-picker.tsx';
import { listQuery } from './alert-queries.ts';
import { AlertTable } from './alert-table.tsx';
import classes from './alerts-page.module.css';
import { ColumnPicker } from './column-picker.tsx';
import { DEFAULT_COLUMNS, NARROW_COLUMNS } from './columns.ts';
import { EmptyState } from './empty-state.tsx';
import { FacetPanel } from './facet-panel.tsx';
import { HistogramPanel } from './histogram/histogram-panel.tsx';
import { ListSkeleton } from './list-skeleton.tsx';
import { LiveToggle } from './live-toggle.tsx';
import { PageBar } from './page-bar.tsx';
import { SelectionBar } from './selection-bar.tsx';
import { useAlertKeys } from './use-alert-keys.ts';
import { useAlertState } from './use-alert-state.ts';
import { useFresh } from './use-fresh.ts';
import { useLook } from './use-look.ts';
import { useSummaries } from './use-summaries.ts';
import { useZoom } from './use-zoom.ts';

const AlertDrawer = lazy(() => import('./drawer/alert-drawer.tsx'));
const HelpOverlay = lazy(() => import('./help-overlay.tsx'));
const Palette = lazy(() => import('./palette.tsx'));

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
  const { look, summary, offset, rangeFault, refresh, follow } = useLook(state);
  const [current, setCurrent] = useState<string | null>(state.open);
  const [selection, setSelection] = useState<RowSelectionState>({});
  const [rangeOpened, setRangeOpened] = useState(false);
  const [overlay, setOverlay] = useState<'help' | 'palette' | null>(null);
  const searchRef = useRef<HTMLInputElement>(null);
  const scrollRef = useRef<HTMLDivElement>(null);
  const latest = useRef(state);
  latest.current = state;

  const list = useQuery(listQuery(look, state.sort, state.page, state.pageSize));
  const { facets, bars, severities, fields, completion } = useSummaries(summary, facetsOpen);
  const { zoom, undo } = useZoom(state.range, (range) => change({ range }));
  const changeStatus = useStatusChange();
  const found = useKept(list.data);

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
    follow,
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
            onChange={(range) => change({ range })}
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
      <HistogramPanel data={bars} onZoom={zoom} />
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
        onUndoZoom={undo}
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
        <div className={classes.failure}>
          <FailureNote doing="Searching" error={list.error} retry={refresh} />
        </div>
      )}
      <div className={classes.body}>
        {facetsOpen && (
          <FacetPanel
            total={facets?.total ?? null}
            alertsOnly={look.alertsOnly}
            counts={facets ? (facets.facetCounts ?? {}) : null}
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

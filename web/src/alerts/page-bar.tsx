import { Button, Menu, SegmentedControl, UnstyledButton } from '@mantine/core';
import {
  IconArrowBackUp,
  IconArrowUp,
  IconChevronLeft,
  IconChevronRight,
  IconLayoutSidebarLeftCollapse,
  IconLayoutSidebarLeftExpand,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { IconButton } from '../app/icon-button.tsx';
import { formatCount } from '../time/format-time.ts';
import { PAGE_SIZES, type View } from './alert-address.ts';
import classes from './page-bar.module.css';

interface PageBarProps {
  view: View;
  onView: (view: View) => void;
  total: number | null;
  tookMs: number | null;
  facetsOpen: boolean;
  onFacets: (open: boolean) => void;
  /** New events since the list was loaded. */
  fresh: number;
  onFresh: () => void;
  onUndoZoom: (() => void) | null;
  page: number;
  pageSize: number;
  onPage: (page: number) => void;
  onPageSize: (size: number) => void;
  children: ReactNode;
}

/** Between the histogram and the list: what is listed, how much of it, and the way through its pages. */
export function PageBar(props: PageBarProps) {
  const { view, total, page, pageSize, fresh } = props;
  const noun = view === 'alerts' ? 'alert' : 'event';
  const pages = total === null ? 1 : Math.max(1, Math.ceil(total / pageSize));
  const first = (page - 1) * pageSize + 1;
  return (
    <div className={classes.bar}>
      <IconButton
        label={props.facetsOpen ? 'Hide the facets' : 'Show the facets'}
        pressed={props.facetsOpen}
        onClick={() => props.onFacets(!props.facetsOpen)}
      >
        {props.facetsOpen ? (
          <IconLayoutSidebarLeftCollapse size={18} />
        ) : (
          <IconLayoutSidebarLeftExpand size={18} />
        )}
      </IconButton>
      <SegmentedControl
        size="xs"
        aria-label="What is listed"
        value={view}
        onChange={(value) => props.onView(value === 'all' ? 'all' : 'alerts')}
        data={[
          { value: 'alerts', label: 'Alerts only' },
          { value: 'all', label: 'All events' },
        ]}
      />
      <span className={classes.total} aria-live="polite">
        {total === null ? '' : `${formatCount(total)} ${noun}${total === 1 ? '' : 's'}`}
        {props.tookMs !== null && (
          <span className={classes.took}> in {formatCount(Math.round(props.tookMs))} ms</span>
        )}
      </span>
      {fresh > 0 && (
        <Button
          className={classes.fresh}
          variant="filled"
          radius="xl"
          leftSection={<IconArrowUp size={14} />}
          onClick={props.onFresh}
        >
          {formatCount(fresh)} new
        </Button>
      )}
      {props.onUndoZoom && (
        <Button leftSection={<IconArrowBackUp size={15} />} onClick={props.onUndoZoom}>
          Undo zoom
        </Button>
      )}
      <div className={classes.end}>
        {props.children}
        <nav className={classes.pages} aria-label="Pages of the list">
          <Menu>
            <Menu.Target>
              <UnstyledButton className={classes.span}>
                {!total ? '–' : `${formatCount(first)}–${formatCount(Math.min(page * pageSize, total))}`}
                <span className="sk-hidden">, rows a page</span>
              </UnstyledButton>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Label>Rows a page</Menu.Label>
              {PAGE_SIZES.map((size) => (
                <Menu.Item
                  key={size}
                  role="menuitemradio"
                  aria-checked={size === pageSize}
                  data-chosen={size === pageSize || undefined}
                  onClick={() => props.onPageSize(size)}
                >
                  {formatCount(size)}
                </Menu.Item>
              ))}
            </Menu.Dropdown>
          </Menu>
          <IconButton label="Previous page" disabled={page <= 1} onClick={() => props.onPage(page - 1)}>
            <IconChevronLeft size={17} />
          </IconButton>
          <IconButton label="Next page" disabled={page >= pages} onClick={() => props.onPage(page + 1)}>
            <IconChevronRight size={17} />
          </IconButton>
        </nav>
      </div>
    </div>
  );
}

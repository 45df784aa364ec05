/**
 * The state of the alerts page as its address holds it. Only what differs from the default is written, so that a plain
 * link stays plain; anything unreadable falls back to the default rather than failing.
 */
import { type Filter, filterText, parseFilter } from '../query/filter.ts';
import { DEFAULT_RANGE, type TimeRangeText } from '../time/time-range.ts';

export type View = 'alerts' | 'all';

export interface Sort {
  readonly field: string;
  readonly order: 'asc' | 'desc';
}

export interface AlertState {
  readonly query: string;
  readonly filters: readonly Filter[];
  readonly range: TimeRangeText;
  readonly view: View;
  /** Fields shown as columns; null: the view's own. */
  readonly columns: readonly string[] | null;
  readonly sort: Sort;
  /** From 1. */
  readonly page: number;
  readonly pageSize: number;
  /** Guid of the event in the drawer. */
  readonly open: string | null;
}

/** What stands behind the `?`. */
export interface AlertAddress {
  q?: string;
  f?: string[];
  from?: string;
  to?: string;
  view?: string;
  cols?: string;
  sort?: string;
  page?: string;
  size?: string;
  open?: string;
}

export const DEFAULT_SORT: Sort = { field: 'timestamp', order: 'desc' };
export const PAGE_SIZES: readonly number[] = [50, 100, 250, 500, 1000];
export const DEFAULT_PAGE_SIZE = 100;

export const DEFAULT_STATE: AlertState = {
  query: '',
  filters: [],
  range: DEFAULT_RANGE,
  view: 'alerts',
  columns: null,
  sort: DEFAULT_SORT,
  page: 1,
  pageSize: DEFAULT_PAGE_SIZE,
  open: null,
};

/** Keeps what is text (or a list of text) of an address written by anyone. */
export function readAddress(search: Record<string, unknown>): AlertAddress {
  const address: AlertAddress = {};
  for (const key of ['q', 'from', 'to', 'view', 'cols', 'sort', 'page', 'size', 'open'] as const) {
    const value = Array.isArray(search[key]) ? search[key].at(-1) : search[key];
    if (typeof value === 'string') address[key] = value;
  }
  const filters = (Array.isArray(search['f']) ? search['f'] : [search['f']]).filter(
    (text) => typeof text === 'string',
  );
  if (filters.length > 0) address.f = filters;
  return address;
}

export function stateOfAddress(address: AlertAddress): AlertState {
  const columns = (address.cols ?? '').split(',').filter((field) => field !== '');
  const pageSize = Number(address.size);
  return {
    query: address.q ?? '',
    filters: (address.f ?? []).map(parseFilter).filter((filter) => filter !== null),
    range: { from: address.from ?? DEFAULT_RANGE.from, to: address.to ?? DEFAULT_RANGE.to },
    view: address.view === 'all' ? 'all' : 'alerts',
    columns: columns.length > 0 ? [...new Set(columns)] : null,
    sort: parseSort(address.sort),
    page: /^[1-9]\d{0,6}$/.test(address.page ?? '') ? Number(address.page) : 1,
    pageSize: PAGE_SIZES.includes(pageSize) ? pageSize : DEFAULT_PAGE_SIZE,
    open: address.open || null,
  };
}

export function addressOfState(state: AlertState): AlertAddress {
  const address: AlertAddress = {};
  if (state.query.trim() !== '' && state.query.trim() !== '*') address.q = state.query;
  if (state.filters.length > 0) address.f = state.filters.map(filterText);
  if (state.range.from !== DEFAULT_RANGE.from) address.from = state.range.from;
  if (state.range.to !== DEFAULT_RANGE.to) address.to = state.range.to;
  if (state.view !== 'alerts') address.view = state.view;
  if (state.columns) address.cols = state.columns.join(',');
  if (state.sort.field !== DEFAULT_SORT.field || state.sort.order !== DEFAULT_SORT.order) {
    address.sort = `${state.sort.field}:${state.sort.order}`;
  }
  if (state.page !== 1) address.page = String(state.page);
  if (state.pageSize !== DEFAULT_PAGE_SIZE) address.size = String(state.pageSize);
  if (state.open) address.open = state.open;
  return address;
}

function parseSort(text: string | undefined): Sort {
  const match = /^(.+):(asc|desc)$/.exec(text ?? '');
  return match ? { field: match[1] ?? '', order: match[2] === 'asc' ? 'asc' : 'desc' } : DEFAULT_SORT;
}

/** `a=1&f=x&f=y` to text and lists of text. */
export function parseSearch(text: string): Record<string, string | string[]> {
  const found: Record<string, string | string[]> = Object.create(null);
  for (const [key, value] of new URLSearchParams(text)) {
    const before = found[key];
    if (before === undefined) found[key] = value;
    else found[key] = [...(Array.isArray(before) ? before : [before]), value];
  }
  return { ...found };
}

/** The other way, leaving readable what need not be encoded. */
export function stringifySearch(search: Record<string, unknown>): string {
  const parts: string[] = [];
  for (const [key, value] of Object.entries(search)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (typeof one === 'string') parts.push(`${encode(key)}=${encode(one)}`);
    }
  }
  return parts.length > 0 ? `?${parts.join('&')}` : '';
}

function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed())
    .replace(/%20/g, '+')
    .replace(/%(?:3A|2C|2F|40|5B|5D|24|3B)/g, decodeURIComponent);
}

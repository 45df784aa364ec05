import { describe, expect, it } from 'vitest';
import { valueFilter } from '../query/filter.ts';
import {
  type AlertState,
  addressOfState,
  DEFAULT_STATE,
  parseSearch,
  readAddress,
  stateOfAddress,
  stringifySearch,
} from './alert-address.ts';

const roundTrip = (state: AlertState) =>
  stateOfAddress(readAddress(parseSearch(stringifySearch({ ...addressOfState(state) }))));

describe('the address of the alerts page', () => {
  it('is plain when nothing differs from the default', () => {
    expect(stringifySearch({ ...addressOfState(DEFAULT_STATE) })).toBe('');
    expect(stateOfAddress({})).toEqual(DEFAULT_STATE);
  });

  it('brings back every part of the state', () => {
    const state: AlertState = {
      query: 'a:"b c" AND +x & y=z % # ü',
      filters: [valueFilter('user', 'a&b=c'), valueFilter('source.type', 'bro', true)],
      range: { from: 'now-7d', to: '2026-11-25T00:00:00Z' },
      view: 'all',
      columns: ['timestamp', 'enrichments.geo.ip_dst_addr.country'],
      sort: { field: 'threat.triage.score', order: 'asc' },
      page: 3,
      pageSize: 500,
      open: 'a-guid',
    };
    expect(roundTrip(state)).toEqual(state);
  });

  it('stays readable', () => {
    const text = stringifySearch({
      ...addressOfState({
        ...DEFAULT_STATE,
        query: 'ip_src_addr:10.0.0.0/8',
        filters: [valueFilter('a', 'b')],
      }),
    });
    expect(text).toBe('?q=ip_src_addr:10.0.0.0/8&f=a:%22b%22');
  });

  it('falls back to the default where it cannot be read', () => {
    const hostile = readAddress(
      parseSearch('?page=-1&size=7&sort=x&view=zz&f=nonsense&cols=,,&__proto__=1&open='),
    );
    expect(stateOfAddress(hostile)).toEqual(DEFAULT_STATE);
    expect(Object.hasOwn(Object.prototype, '1')).toBe(false);
  });

  it('takes the last of a repeated parameter that is no list', () => {
    expect(stateOfAddress(readAddress(parseSearch('q=a&q=b'))).query).toBe('b');
  });
});

import { describe, expect, it } from 'vitest';
import {
  addFilter,
  composeQuery,
  filterText,
  filterValue,
  parseFilter,
  removeFilter,
  valueFilter,
} from './filter.ts';

describe('filters', () => {
  it.each([
    valueFilter('ip_src_addr', '10.0.0.1'),
    valueFilter('user', 'O"Neil \\ co', true),
    valueFilter('enrichments:geo:x', 'a:b'),
    { field: 'threat.triage.score', test: '[75 TO *]', negated: false },
  ])('reads back the text it writes: %o', (filter) => {
    expect(parseFilter(filterText(filter))).toEqual(filter);
  });

  it('shows a quoted value without quotes and escapes', () => {
    expect(filterValue(valueFilter('user', 'a "b" \\c'))).toBe('a "b" \\c');
  });

  it('sends the reader’s text alone when there is no filter', () => {
    expect(composeQuery('a:b', [])).toEqual({ text: 'a:b', offset: 0 });
    expect(composeQuery('  ', [])).toEqual({ text: '*', offset: 0 });
  });

  it('joins text and filters, and says where the text starts', () => {
    const filters = [valueFilter('a', 1), valueFilter('b', 'x', true)];
    expect(composeQuery('q OR r', filters)).toEqual({ text: '(q OR r) AND a:"1" AND NOT b:"x"', offset: 1 });
  });

  it('takes including filters on one field as alternatives', () => {
    expect(composeQuery('', [valueFilter('a', 1), valueFilter('a', 2)]).text).toBe('(a:"1" OR a:"2")');
  });

  it('has something to exclude from when every filter excludes', () => {
    expect(composeQuery('*', [valueFilter('a', 1, true)]).text).toBe('*:* AND NOT a:"1"');
  });

  it('counts alerts without a status as new', () => {
    expect(composeQuery('', [valueFilter('alert_status', 'NEW')]).text).toBe(
      '(alert_status:"NEW" OR (*:* AND NOT _exists_:alert_status))',
    );
  });

  it('turns a filter round rather than keeping both signs', () => {
    const kept = addFilter([valueFilter('a', 1)], valueFilter('a', 1, true));
    expect(kept).toEqual([valueFilter('a', 1, true)]);
    expect(removeFilter(kept, valueFilter('a', 1, true))).toEqual([]);
  });
});

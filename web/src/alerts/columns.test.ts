import { describe, expect, it } from 'vitest';
import { columnKind, fieldLabel, moveColumn } from './columns.ts';

describe('columns', () => {
  it('move one place or to another column', () => {
    expect(moveColumn(['a', 'b', 'c'], 'a', 1)).toEqual(['b', 'a', 'c']);
    expect(moveColumn(['a', 'b', 'c'], 'c', 'a')).toEqual(['c', 'a', 'b']);
    expect(moveColumn(['a', 'b', 'c'], 'a', 'c')).toEqual(['b', 'c', 'a']);
  });
  it('stay where they are at the edges', () => {
    expect(moveColumn(['a', 'b'], 'a', -1)).toEqual(['a', 'b']);
    expect(moveColumn(['a', 'b'], 'b', 1)).toEqual(['a', 'b']);
    expect(moveColumn(['a', 'b'], 'x', 1)).toEqual(['a', 'b']);
  });
  it('have a name and a width for any field, whatever it is called', () => {
    expect(columnKind('constructor')).toEqual({ name: 'constructor', width: 110 });
    expect(fieldLabel('enrichments.geo.ip_dst_addr.country')).toBe('geo.ip_dst_addr.country');
  });
});

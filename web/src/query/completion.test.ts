import { describe, expect, it } from 'vitest';
import { applySuggestion, complete } from './completion.ts';

const source = {
  columns: {
    ip_src_addr: 'ip',
    ip_dst_addr: 'ip',
    'source.type': 'keyword',
    bytes: 'long',
    'enrichments.geo.ip_src_addr.city': 'keyword',
  },
  values: { 'source.type': ['bro', 'squid', 'two words'] },
};
const labels = (text: string, caret = text.length) => complete(text, caret, source).map((one) => one.label);

describe('completion', () => {
  it('offers fields that start with the word before those that hold it', () => {
    expect(labels('ip_s')).toEqual(['ip_src_addr', 'enrichments.geo.ip_src_addr.city']);
  });
  it('offers operators behind a complete clause', () => {
    expect(labels('source.type:bro ')).toEqual(['AND', 'OR', 'NOT']);
    expect(labels('source.type:bro an')).toEqual(['AND']);
  });
  it('offers fields behind an operator or a bracket', () => {
    expect(labels('a:b AND by')).toEqual(['bytes']);
    expect(labels('(by')).toEqual(['bytes']);
    expect(labels('a:b AND ')).toContain('ip_src_addr');
  });
  it('offers the values seen in a field, quoted where they must be', () => {
    expect(labels('source.type:')).toEqual(['bro', 'squid', 'two words', '*']);
    const [suggestion] = complete('source.type:tw', 14, source);
    expect(suggestion && applySuggestion('source.type:tw', suggestion)).toEqual({
      text: 'source.type:"two words" ',
      caret: 24,
    });
  });
  it('shows the forms of a range and a network', () => {
    expect(labels('bytes:')).toContain('[10 TO 20]');
    expect(labels('ip_src_addr:')).toContain('10.0.0.0/8');
  });
  it('offers fields behind _exists_', () => expect(labels('_exists_:byt')).toEqual(['bytes']));
  it('offers nothing inside quotation marks', () => expect(labels('"ip_')).toEqual([]));
  it('completes in the middle and keeps the rest', () => {
    const [suggestion] = complete('byt AND x:y', 3, source);
    expect(suggestion && applySuggestion('byt AND x:y', suggestion)).toEqual({
      text: 'bytes: AND x:y',
      caret: 6,
    });
  });
  it('works behind a sign', () => expect(labels('-byt')).toEqual(['bytes']));
  it('is not fooled by field names of the prototype', () => expect(labels('constructor:x')).toEqual([]));
});

import { describe, expect, it } from 'vitest';
import { numberDigits } from '../remote/number-digits.ts';
import { documentText, readDocument } from './document.ts';
import { mappedFields } from './mapping.ts';
import { indexName, indexPattern, physicalField, sensorOfIndex } from './names.ts';
import { tokenName } from './tokens.ts';

const fields = mappedFields({
  properties: {
    guid: { type: 'keyword' },
    'source:type': { type: 'keyword' },
    n: { type: 'long' },
    'a:b': { type: 'keyword' },
    ip: { type: 'ip' },
  },
});

function there(event: Record<string, unknown>): Record<string, unknown> {
  return JSON.parse(documentText(event, 'conn', fields));
}

function back(document: Record<string, unknown>): Record<string, unknown> {
  return readDocument({ _index: 'conn_index_2026.01.01.00', _id: 'x', _source: document }).source;
}

describe('a document', () => {
  it('has the values that its fields take as they are, under names with colons', () => {
    expect(there({ guid: 'x', 'source.type': 'conn', n: 5, 'a.b': ['x', null] })).toEqual({
      guid: 'x',
      'source:type': 'conn',
      n: 5,
      'a:b': ['x', null],
    });
  });

  it('has all others as words, and comes back as the event was', () => {
    const event = {
      guid: 'x',
      n: 'five',
      'a:b': 1,
      ip: '::ffff:10.0.0.1',
      Odd: null,
      list: [],
      '': { a: [1] },
    };
    const document = there(event);
    expect(document['n']).toBeUndefined();
    expect(document['~names']).toEqual(['n', 'a.b', 'ip', 'list', '']);
    expect(document['~more']).toContain('n=t:five');
    expect(back(document)).toEqual(event);
  });

  it('keeps names that mean something to JavaScript', () => {
    const event: Record<string, unknown> = JSON.parse('{"guid":"x","__proto__":{"a":1},"constructor":"c"}');
    const source = back(there(event));
    expect(Object.getOwnPropertyDescriptor(source, '__proto__')?.value).toEqual({ a: 1 });
    expect(source['constructor']).toBe('c');
  });

  it('has the sensor, which is not there when the event had none', () => {
    const document = there({ guid: 'x' });
    expect(document['source:type']).toBe('conn');
    expect(back(document)).toEqual({ guid: 'x' });
  });
});

describe('names', () => {
  it.each(['conn', 'Cisco-6-302', 'a_index_b', '.hidden', 'über', 'x/y*?'])(
    'of an index tell the sensor %s',
    (sensor) => {
      const index = indexName(sensor, 'yyyy.MM.dd.HH', Date.UTC(2026, 0, 2, 3));
      expect(index).toMatch(/^[a-z0-9=][a-z0-9._=-]*_index_2026\.01\.02\.03$/);
      expect(sensorOfIndex(index)).toBe(sensor);
    },
  );

  it('of sensors cannot ask for other indices', () => {
    expect(decodeURIComponent(indexPattern(['*,skopos_positions']))).not.toMatch(/^\*|,/);
  });

  it.each(['_id', 'a:b', '', '~more', 'a..b', '.a', 'a\u0000', 'a*', 'metron_alert'])(
    '%j is no field of the server',
    (name) => expect(physicalField(name)).toBeNull(),
  );

  it('that differ in case only are different words', () => {
    expect(tokenName('Host').toLowerCase()).not.toBe(tokenName('host').toLowerCase());
  });
});

it('digits of numbers sort as the numbers do', () => {
  const numbers = [-1.7e308, -5, -0.5, -5e-324, 0, 5e-324, 0.5, 1, 5, 1e21, 1.7e308];
  const digits = numbers.map(numberDigits);
  expect([...digits].sort()).toEqual(digits);
});

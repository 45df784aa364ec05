import { describe, expect, it } from 'vitest';
import type { EnrichmentServices, StageBlock } from './adapter.ts';
import { referenceDataAdapter, tableOf, threatIntelAdapter } from './reference.ts';

type Rows = Record<string, unknown>;

/** Rows by `table/type/indicator`. */
function services(rows: Rows, later = false): EnrichmentServices {
  const get = (table: string, type: string, indicator: string): unknown =>
    rows[`${table}/${type}/${indicator}`];
  return {
    reference: {
      get: (...place: [string, string, string]) => (later ? Promise.resolve(get(...place)) : get(...place)),
      version: (table: string) => (table === 'enrichment' ? 1 : table === 'enrichment:cf' ? 10 : 100),
    },
  } as unknown as EnrichmentServices;
}

const block = (types: readonly string[], config: Record<string, unknown> = {}): StageBlock => ({
  fieldMap: {},
  fieldToTypeMap: { ip: types },
  config,
});

describe('reference data', () => {
  it('adds one field an entry, named for the type, in the order of the types', () => {
    const open = referenceDataAdapter.open(
      block(['user', 'asset']),
      services({
        'enrichment/asset/10.0.0.1': { room: 7 },
        'enrichment/user/10.0.0.1': { name: 'ann', dept: null },
      }),
    );
    expect(open.lookUp('ip', '10.0.0.1')).toEqual({
      keys: ['user.name', 'user.dept', 'asset.room'],
      values: ['ann', null, 7],
    });
  });

  it('answers nothing for an absent indicator, and for a field without types', () => {
    const open = referenceDataAdapter.open(block(['user']), services({}));
    expect(open.lookUp('ip', '10.0.0.1')).toEqual({ keys: [], values: [] });
    expect(open.lookUp('host', '10.0.0.1')).toEqual({ keys: [], values: [] });
  });

  it('looks in the table of the type where a column family is named', () => {
    const rows = { 'enrichment:cf/user/x': { name: 'family' }, 'enrichment/user/x': { name: 'default' } };
    const named = block(['user'], { typeToColumnFamily: { user: 'cf' } });
    expect(referenceDataAdapter.open(named, services(rows)).lookUp('ip', 'x')).toEqual({
      keys: ['user.name'],
      values: ['family'],
    });
    const standard = block(['user'], { typeToColumnFamily: { user: 't' } });
    expect(referenceDataAdapter.open(standard, services(rows)).lookUp('ip', 'x')).toEqual({
      keys: ['user.name'],
      values: ['default'],
    });
  });

  it('has the version of all its tables together', () => {
    const both = block(['user', 'asset'], { typeToColumnFamily: { user: 'cf' } });
    expect(referenceDataAdapter.open(both, services({})).version()).toBe(11);
    expect(referenceDataAdapter.open(block(['asset']), services({})).version()).toBe(1);
  });

  it('waits for a store that answers later', async () => {
    const open = referenceDataAdapter.open(
      block(['user', 'none']),
      services({ 'enrichment/user/x': { name: 'ann' } }, true),
    );
    expect(await open.lookUp('ip', 'x')).toEqual({ keys: ['user.name'], values: ['ann'] });
  });

  it('takes metadata that is no map for none', () => {
    const open = referenceDataAdapter.open(block(['user']), services({ 'enrichment/user/x': 'text' }));
    expect(open.lookUp('ip', 'x')).toEqual({ keys: [], values: [] });
  });
});

describe('threat intelligence', () => {
  it('marks the types that know the value, and nothing else', () => {
    const open = threatIntelAdapter.open(
      block(['malicious_ip', 'tor', 'scanner']),
      services({ 'threatintel/malicious_ip/6.6.6.6': {}, 'threatintel/scanner/6.6.6.6': null }),
    );
    expect(open.lookUp('ip', '6.6.6.6')).toEqual({
      keys: ['malicious_ip', 'scanner'],
      values: ['alert', 'alert'],
    });
    expect(open.lookUp('ip', '7.7.7.7')).toEqual({ keys: [], values: [] });
  });
});

it("a column family other than Metron's default is a table of its own", () => {
  expect([tableOf('enrichment', 't'), tableOf('enrichment', ''), tableOf('enrichment', 'cf')]).toEqual([
    'enrichment',
    'enrichment',
    'enrichment:cf',
  ]);
});

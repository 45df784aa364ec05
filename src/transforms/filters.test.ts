import { describe, expect, it } from 'vitest';
import { parseDocument } from '../config/index.ts';
import { compileStellar } from '../pipeline/index.ts';
import { createFilter } from './index.ts';

const services = { compile: compileStellar, capabilities: {} };

function filterOf(written: Record<string, unknown>): ReturnType<typeof createFilter> {
  const text = JSON.stringify({ parserClassName: 'json', ...written });
  const { value } = parseDocument('parser', text, { file: 'parsers/test.json', sensor: 'test' });
  return createFilter(value!, services);
}

describe('a message filter', () => {
  it('is none without a name, and without a query', () => {
    expect(filterOf({})).toBeNull();
    expect(filterOf({ filterClassName: 'DEFAULT' })).toBeNull();
    expect(filterOf({ filterClassName: 'STELLAR' })).toBeNull();
  });

  it('lets go on what its query holds for', () => {
    const filter = filterOf({
      filterClassName: 'STELLAR',
      parserConfig: { 'filter.query': 'exists(a) and a > 1' },
    });
    expect([{ a: 2 }, { a: 1 }, {}].map((message) => filter?.(message))).toEqual([true, false, false]);
  });

  it('knows the protocols of Bro, and refuses a field that is no text', () => {
    const filter = filterOf({
      filterClassName: 'org.apache.metron.parsers.filters.BroMessageFilter',
      parserConfig: {
        'bro.filter.source.key': 'protocol',
        'bro.filter.source.known.protocols': ['http', 'dns'],
      },
    });
    expect([{ protocol: 'dns' }, { protocol: 'ssh' }, {}].map((message) => filter?.(message))).toEqual([
      true,
      false,
      false,
    ]);
    expect(() => filter?.({ protocol: 1 })).toThrow(/protocol/);
  });
});

import { describe, expect, it } from 'vitest';
import { all, type Event, type IndexSuite, range, term } from './suite.ts';

/** Values and names of fields, which come back as they were. */
export function fieldCases(suite: IndexSuite): void {
  const { write, search, guids, found } = suite;

  describe('values', () => {
    it('come back with the type they were written with', async () => {
      const event = {
        guid: 'a',
        timestamp: 1_700_000_000_000,
        whole: 9_007_199_254_740_991,
        negative: -9_007_199_254_740_991,
        real: 0.1,
        tiny: 5e-324,
        huge: 1.7976931348623157e308,
        yes: true,
        no: false,
        text: 'plain',
        digits: '5',
        truth: 'true',
        empty: '',
        list: [1, 'two', { three: [null] }],
        object: { a: { b: 1.5 } },
        nothing: null,
        lines: 'a\nb\r\n\t"quoted" \\ \u0000 \u2028 é 漢 🦉',
        date: '2026-01-01T00:00:00Z',
      };
      await write([event]);
      expect((await suite.index.find('a'))?.source).toEqual(event);
    });

    it('that are null are told apart from fields that are not there', async () => {
      const events = [
        { guid: 'a', timestamp: 1, list: [1], text: null, other: null },
        { guid: 'b', timestamp: 2, list: null, text: 'x', is_alert: 'true', $nulls: 'a field' },
        { guid: 'c', timestamp: 3, list: [null], text: ':null', none: null },
        { guid: 'd', timestamp: 4, number: Number.NaN, list: [2], is_alert: 'true' },
      ];
      await write(events.slice(0, 1));
      await write(events.slice(1, 2));
      await write(events.slice(2));
      for (const event of events)
        expect((await suite.index.find(event.guid))?.source).toEqual(JSON.parse(JSON.stringify(event)));
      expect(await found({ type: 'exists', field: 'list' })).toEqual(['a', 'c', 'd']);
      expect(await found({ type: 'exists', field: 'text' })).toEqual(['b', 'c']);
    });

    it('of a field whose type changes are all kept, and found', async () => {
      const values = [5, '5', 5.5, true, 'true', [5], { a: 5 }, '2026-01-01', null, -0.25, 'text'];
      const events = values.map((value, i) => ({ guid: `g${i}`, timestamp: i, x: value }));
      for (const event of events.slice(0, 4)) await write([event]);
      await write(events.slice(4));
      for (const event of events) expect((await suite.index.find(event.guid))?.source).toEqual(event);
      expect(await found(term('x', '5'))).toEqual(['g0', 'g1', 'g5']);
      expect(await found(term('x', 'true'))).toEqual(['g3', 'g4']);
      expect(await found({ type: 'exists', field: 'x' })).toHaveLength(10);
      expect(await found(range('x', '5', '6'))).toContain('g2');
    });

    it('keep apart whole and other numbers of one batch only in JavaScript', async () => {
      await write([
        { guid: 'a', timestamp: 1, x: 1 },
        { guid: 'b', timestamp: 2, x: 2.5 },
      ]);
      await write([{ guid: 'c', timestamp: 3, x: 3 }]);
      expect(await guids(all, { sort: [{ field: 'x', order: 'desc' }] })).toEqual(['c', 'b', 'a']);
      expect((await suite.index.find('c'))?.source['x']).toBe(3);
      expect(await found(term('x', '1'))).toEqual(['a']);
    });

    it('keep timestamps that are no whole numbers', async () => {
      await write([
        { guid: 'a', timestamp: 10 },
        { guid: 'b', timestamp: 10.5 },
        { guid: 'c', timestamp: 'yesterday' },
        { guid: 'd' },
      ]);
      expect((await suite.index.find('b'))?.source['timestamp']).toBe(10.5);
      expect((await suite.index.find('c'))?.source['timestamp']).toBe('yesterday');
      expect((await search(all)).total).toBe(4);
      expect(await found(all, { timeRange: { from: 0, to: 100 } })).toContain('a');
    });
  });

  describe('names of fields', () => {
    const odd: Event = JSON.parse(
      JSON.stringify({
        guid: 'a',
        timestamp: 1,
        Host: 'upper',
        host: 'lower',
        HOST: 'all',
        'source.type': 'conn',
        'a:b.c': 'mixed',
        constructor: 'c',
        toString: 't',
        'quo"te\'s': 'q',
        'back\\slash': 'b',
        'semi;colon -- /*': 's',
        'new\nline': 'n',
        'nul\u0000in': 'z',
        '': 'empty',
        $p1: 'dollar',
        'über 漢字': 'unicode',
        ['x'.repeat(300)]: 'long',
        select: 'keyword',
        ts: 7,
        more: 'more',
        nulls: 'nulls',
        version: 3,
        alert: 'alert',
        filename: 'file',
      }).replace('"constructor"', '"__proto__":"p","constructor"'),
    );

    it('may be anything', async () => {
      await write([odd]);
      const stored = (await suite.index.find('a'))?.source;
      expect(stored).toEqual(odd);
      expect(Object.getOwnPropertyDescriptor(stored, '__proto__')?.value).toBe('p');
      for (const [field, value] of Object.entries(odd)) {
        expect(await found(term(field, String(value))), field).toEqual(['a']);
      }
    });

    it('that differ in case only are different fields', async () => {
      await write([{ guid: 'a', timestamp: 1, Host: 'one', host: 'two' }]);
      await write([{ guid: 'b', timestamp: 2, host: 'one' }]);
      await write([{ guid: 'c', timestamp: 3, HOST: 'one' }]);
      expect(await found(term('host', 'one'))).toEqual(['b']);
      expect(await found(term('Host', 'one'))).toEqual(['a']);
      expect(await found(term('HOST', 'one'))).toEqual(['c']);
    });

    it('are found with colons for dots', async () => {
      await write([{ guid: 'a', timestamp: 1, 'threat.triage.score': 5, 'x:y': 'v' }]);
      expect(await found(term('threat:triage:score', '5'))).toEqual(['a']);
      expect(await found(term('x.y', 'v'))).toEqual(['a']);
      expect(await found(term('source:type', 'conn'))).toEqual(['a']);
    });

    it('may be thousands of one sensor', async () => {
      const events = Array.from({ length: 50 }, (_, i) => {
        const event: Event = { guid: `g${String(i).padStart(2, '0')}`, timestamp: i };
        for (let j = 0; j < 100; j++) event[`field_${i * 100 + j}`] = j % 2 === 0 ? i : `v${i}`;
        return event;
      });
      await write(events.slice(0, 25));
      await write(events.slice(25));
      expect((await suite.index.find('g49'))?.source).toEqual(events[49]);
      expect((await suite.index.find('g00'))?.source).toEqual(events[0]);
      expect(await found(term('field_4901', 'V49'))).toEqual(['g49']);
      expect(await found(term('field_4900', '49'))).toEqual(['g49']);
      expect(await found(range('field_4900', '10', '50'))).toEqual(['g49']);
      expect(await found({ type: 'exists', field: 'field_2' })).toEqual(['g00']);
      expect((await search(all)).total).toBe(50);
    });
  });
}

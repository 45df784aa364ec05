/**
 * What every event index must do: `eventIndexConformance('name', factory)` runs the cases over an implementation. What only
 * one of them can promise (sealing, say) is tested beside it.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encodeEvents } from './encode.ts';
import type { EventIndex, SearchRequest, SourceRange, WriteReport } from './event-index.ts';
import type { Query } from './query/ast.ts';

/** An empty index; `reopen` closes it and opens it again on the same data. */
export interface IndexUnderTest {
  readonly index: EventIndex;
  reopen(): Promise<EventIndex>;
  /** Makes sure that searches see what was written, where that is not so at once. */
  settle?(): Promise<void>;
  dispose(): Promise<void>;
}

type Event = Record<string, unknown>;

const all: Query = { type: 'all' };

function term(field: string | null, value: string, quoted = false): Query {
  return { type: 'term', field, value, quoted };
}

function range(field: string, from: string | null, to: string | null, include = true): Query {
  return { type: 'range', field, from, to, includeFrom: include, includeTo: include };
}

export function eventIndexConformance(name: string, factory: () => Promise<IndexUnderTest>): void {
  describe(`${name} as an event index`, () => {
    let place: IndexUnderTest;
    let index: EventIndex;

    beforeEach(async () => {
      place = await factory();
      index = place.index;
    });
    afterEach(() => place.dispose());

    async function write(
      events: readonly Event[],
      sensor = 'conn',
      source: SourceRange | null = null,
    ): Promise<WriteReport> {
      const report = await index.write([{ events: [encodeEvents(sensor, events)], source }]);
      await place.settle?.();
      return report;
    }
    function search(query: Query, request: Partial<SearchRequest> = {}) {
      return index.search({ query, from: 0, size: 100, ...request });
    }
    async function guids(query: Query, request: Partial<SearchRequest> = {}): Promise<string[]> {
      return (await search(query, request)).results.map((event) => event.guid);
    }
    async function found(query: Query, request: Partial<SearchRequest> = {}): Promise<string[]> {
      return (await guids(query, request)).sort();
    }

    describe('writing', () => {
      const position = { topic: 'indexing', partition: 3, fromOffset: 0, nextOffset: 2 };
      const two = [
        { guid: 'a', timestamp: 1, n: 1 },
        { guid: 'b', timestamp: 2, n: 2 },
      ];

      it('keeps the position with the events and skips what was written before', async () => {
        expect(await write(two, 'conn', position)).toMatchObject({ written: 2, duplicates: 0 });
        expect(await write(two, 'conn', position)).toMatchObject({ written: 0, duplicates: 2 });
        expect((await search(all)).total).toBe(2);
        expect(await index.positions()).toEqual([{ topic: 'indexing', partition: 3, nextOffset: 2 }]);
      });

      it('writes only what is new of a batch that overlaps the position', async () => {
        await write(two, 'conn', position);
        const report = await write([two[1]!, { guid: 'c', timestamp: 3 }], 'conn', {
          ...position,
          fromOffset: 1,
          nextOffset: 3,
        });
        expect(report).toMatchObject({ written: 1, duplicates: 1 });
        expect(await found(all)).toEqual(['a', 'b', 'c']);
      });

      it('compares by guid without a position', async () => {
        await write(two);
        expect(await write([...two, { guid: 'c', timestamp: 3 }, { guid: 'c', timestamp: 3 }])).toMatchObject(
          {
            written: 1,
            duplicates: 3,
          },
        );
        expect(await found(all)).toEqual(['a', 'b', 'c']);
      });

      it('compares by guid with a position too when events may have come from elsewhere before', async () => {
        await write(two, 'conn', position);
        const again = { topic: 'indexing', partition: 3, fromOffset: 2, nextOffset: 4 };
        const three = [...two, { guid: 'new', timestamp: 3 }];
        const report = await index.write([
          { events: [encodeEvents('conn', three)], source: again, mayRepeat: true },
        ]);
        expect(report).toMatchObject({ written: 1, duplicates: 2 });
        expect((await search(all)).total).toBe(3);
        expect(await index.positions()).toEqual([{ topic: 'indexing', partition: 3, nextOffset: 4 }]);
      });

      it('has positions and events after it was opened again', async () => {
        await write(two, 'conn', position);
        index = await place.reopen();
        expect(await index.positions()).toEqual([{ topic: 'indexing', partition: 3, nextOffset: 2 }]);
        expect((await index.find('a'))?.source).toEqual(two[0]);
        expect(await write(two, 'conn', position)).toMatchObject({ written: 0 });
      });

      it('takes many calls at once', async () => {
        const reports = await Promise.all(
          Array.from({ length: 20 }, (_, i) =>
            index.write([
              {
                events: [encodeEvents(`s${i % 3}`, [{ guid: `g${i}`, timestamp: i }])],
                source: { topic: 't', partition: i, fromOffset: 0, nextOffset: 1 },
              },
            ]),
          ),
        );
        await place.settle?.();
        expect(reports.every((report) => report.written === 1)).toBe(true);
        expect((await search(all)).total).toBe(20);
        expect(await index.positions()).toHaveLength(20);
      });

      it('takes an empty batch that only moves the position', async () => {
        await index.write([{ events: [], source: position }]);
        expect(await index.positions()).toEqual([{ topic: 'indexing', partition: 3, nextOffset: 2 }]);
      });
    });

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
        expect((await index.find('a'))?.source).toEqual(event);
      });

      it('of a field whose type changes are all kept, and found', async () => {
        const values = [5, '5', 5.5, true, 'true', [5], { a: 5 }, '2026-01-01', null, -0.25, 'text'];
        const events = values.map((value, i) => ({ guid: `g${i}`, timestamp: i, x: value }));
        for (const event of events.slice(0, 4)) await write([event]);
        await write(events.slice(4));
        for (const event of events) expect((await index.find(event.guid))?.source).toEqual(event);
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
        expect((await index.find('c'))?.source['x']).toBe(3);
        expect(await found(term('x', '1'))).toEqual(['a']);
      });

      it('keep timestamps that are no whole numbers', async () => {
        await write([
          { guid: 'a', timestamp: 10 },
          { guid: 'b', timestamp: 10.5 },
          { guid: 'c', timestamp: 'yesterday' },
          { guid: 'd' },
        ]);
        expect((await index.find('b'))?.source['timestamp']).toBe(10.5);
        expect((await index.find('c'))?.source['timestamp']).toBe('yesterday');
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
        const stored = (await index.find('a'))?.source;
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
        expect((await index.find('g49'))?.source).toEqual(events[49]);
        expect((await index.find('g00'))?.source).toEqual(events[0]);
        expect(await found(term('field_4901', 'V49'))).toEqual(['g49']);
        expect(await found(term('field_4900', '49'))).toEqual(['g49']);
        expect(await found(range('field_4900', '10', '50'))).toEqual(['g49']);
        expect(await found({ type: 'exists', field: 'field_2' })).toEqual(['g00']);
        expect((await search(all)).total).toBe(50);
      });
    });

    describe('queries', () => {
      beforeEach(() =>
        write([
          {
            guid: 'a',
            timestamp: 1000,
            ip: '10.0.0.5',
            host: 'Web.Example.com',
            port: 80,
            up: true,
            score: 10.5,
            original_string: 'Failed password for root from 10.0.0.5 port 22',
          },
          {
            guid: 'b',
            timestamp: 2000,
            ip: '10.1.2.3',
            host: 'db.example.com',
            port: 443,
            up: false,
            original_string: 'Accepted publickey for admin',
          },
          {
            guid: 'c',
            timestamp: 3000,
            ip: '192.168.1.1',
            host: 'a_b%c.org',
            port: 8080,
            tags: ['dmz', 'Prod'],
            original_string: "100% done; it's \\ fine",
          },
          { guid: 'd', timestamp: 4000, ip: '2001:db8::1', host: 'x*y?z', original_string: 'rooted device' },
          { guid: 'e', timestamp: 5000, ip: '2001:0DB8:0000:0000:0000:0000:00ff:0001', host: '' },
          { guid: 'f', timestamp: 6000, ip: '::ffff:10.0.0.9', host: '10.x.not.ip' },
        ]),
      );

      const cases: [string, Query, string][] = [
        ['all', all, 'abcdef'],
        ['none', { type: 'none' }, ''],
        ['a text, whole and in any case', term('host', 'WEB.example.COM'), 'a'],
        ['not a part of a text', term('host', 'example.com'), ''],
        ['a number', term('port', '80'), 'a'],
        ['a number written otherwise', term('port', '80.0'), 'a'],
        ['a number with a fraction', term('score', '10.5'), 'a'],
        ['no number', term('port', 'http'), ''],
        ['a boolean', term('up', 'false'), 'b'],
        ['an empty text', term('host', '', true), 'e'],
        ['an element of a list', term('tags', 'prod'), 'c'],
        ['a field that is nowhere', term('nowhere', 'x'), ''],
        ['a word in a line', term('original_string', 'ROOT'), 'a'],
        ['a phrase in a line', term('original_string', 'password for root', true), 'a'],
        ['what looks like SQL', term('host', "' OR 1=1 --"), ''],
        ['any field', term(null, 'root'), 'a'],
        ['any field, its whole value', term(null, 'db.example.com'), 'b'],
        ['any field, a number', term(null, '443'), 'b'],
        ['a prefix', { type: 'wildcard', field: 'host', pattern: 'WEB*' }, 'a'],
        ['a suffix', { type: 'wildcard', field: 'host', pattern: '*.com' }, 'ab'],
        ['one character', { type: 'wildcard', field: 'host', pattern: 'd?.example.com' }, 'b'],
        ['a part', { type: 'wildcard', field: 'host', pattern: '*AMPLE*' }, 'ab'],
        ['letters that LIKE would read', { type: 'wildcard', field: 'host', pattern: 'a_b%*' }, 'c'],
        ['underscores as themselves', { type: 'wildcard', field: 'host', pattern: 'd_.example.com' }, ''],
        ['escaped wildcards', { type: 'wildcard', field: 'host', pattern: 'x\\*y\\?*' }, 'd'],
        ['a wildcard over a number', { type: 'wildcard', field: 'port', pattern: '80*' }, 'ac'],
        ['a wildcard in a line', { type: 'wildcard', field: 'original_string', pattern: 'passw*' }, 'a'],
        ['a wildcard in any field', { type: 'wildcard', field: null, pattern: '*publickey*' }, 'b'],
        ['any value', { type: 'wildcard', field: 'port', pattern: '*' }, 'abc'],
        [
          'a regular expression over the whole value',
          { type: 'regex', field: 'host', pattern: '[a-z]+\\.example\\.com' },
          'ab',
        ],
        ['not over a part of it', { type: 'regex', field: 'host', pattern: 'example' }, ''],
        ['a range', range('port', '80', '443'), 'ab'],
        ['an open range', range('port', '443', null), 'bc'],
        ['a range without its ends', range('port', '80', '8080', false), 'b'],
        ['a range of time', range('timestamp', '2000', '3000'), 'bc'],
        ['a range of fractions', range('score', '10.1', '10.9'), 'a'],
        ['a range of text', range('host', 'd', 'dz'), 'b'],
        ['a range of addresses', range('ip', '10.0.0.0', '10.1.255.255'), 'ab'],
        ['exists', { type: 'exists', field: 'port' }, 'abc'],
        ['exists nowhere', { type: 'exists', field: 'nowhere' }, ''],
        ['a network', { type: 'cidr', field: 'ip', network: '10.0.0.0', prefix: 8 }, 'ab'],
        ['a network within an octet', { type: 'cidr', field: 'ip', network: '10.1.0.0', prefix: 15 }, 'ab'],
        ['one address', { type: 'cidr', field: 'ip', network: '10.0.0.5', prefix: 32 }, 'a'],
        ['every IPv4 address', { type: 'cidr', field: 'ip', network: '0.0.0.0', prefix: 0 }, 'abc'],
        ['only addresses', { type: 'cidr', field: 'host', network: '10.0.0.0', prefix: 8 }, ''],
        ['an IPv6 network', { type: 'cidr', field: 'ip', network: '2001:db8::', prefix: 32 }, 'de'],
        [
          'an IPv6 network of one',
          { type: 'cidr', field: 'ip', network: '2001:db8::ff:1', prefix: 128 },
          'e',
        ],
        ['mapped addresses', { type: 'cidr', field: 'ip', network: '::ffff:10.0.0.0', prefix: 104 }, 'f'],
        ['a network in any field', { type: 'cidr', field: null, network: '192.168.0.0', prefix: 16 }, 'c'],
        ['an IPv6 address however it is written', term('ip', '2001:db8::ff:1'), 'e'],
        ['and', { type: 'and', clauses: [term('up', 'true'), term('port', '80')] }, 'a'],
        ['or', { type: 'or', clauses: [term('port', '80'), term('port', '443')] }, 'ab'],
        ['not', { type: 'not', clause: { type: 'exists', field: 'port' } }, 'def'],
        ['not, where the field is missing', { type: 'not', clause: term('port', '80') }, 'bcdef'],
        ['not, where the field is nowhere', { type: 'not', clause: term('nowhere', 'x') }, 'abcdef'],
        ['nothing of an empty or', { type: 'or', clauses: [] }, ''],
      ];
      for (const [title, query, expected] of cases) {
        it(`find ${title}`, async () => expect((await found(query)).join('')).toBe(expected));
      }

      it('refuse a pattern that is none', async () => {
        await expect(search({ type: 'regex', field: 'host', pattern: '(' })).rejects.toMatchObject({
          code: 'SKP_INDEX_QUERY',
        });
      });

      it('refuse a network that is none', async () => {
        await expect(
          search({ type: 'cidr', field: 'ip', network: '10.0.0.0', prefix: 33 }),
        ).rejects.toMatchObject({
          code: 'SKP_INDEX_QUERY',
        });
      });

      it('end in time with a pattern made to be slow', async () => {
        const lines = Array.from({ length: 20 }, (_, i) => ({
          guid: `s${i}`,
          timestamp: i,
          x: `${'a'.repeat(5000)}!`,
        }));
        await write(lines);
        const start = performance.now();
        await search({ type: 'regex', field: 'x', pattern: '(a+)+b' });
        expect(performance.now() - start).toBeLessThan(5000);
      });

      it('narrow by time, from inclusive and to exclusive', async () => {
        expect(await found(all, { timeRange: { from: 2000, to: 4000 } })).toEqual(['b', 'c']);
        expect(await found(all, { timeRange: { from: null, to: 2000 } })).toEqual(['a']);
        expect(await found(all, { timeRange: { from: 5000, to: null } })).toEqual(['e', 'f']);
      });

      it('stop when the caller lets go', async () => {
        await expect(search(all, { signal: AbortSignal.abort() })).rejects.toMatchObject({
          code: 'SKP_INDEX_CANCELLED',
        });
        expect((await search(all)).total).toBe(6);
      });
    });

    describe('sensors', () => {
      beforeEach(async () => {
        await write([{ guid: 'a', timestamp: 1, n: 1 }], 'conn');
        await write([{ guid: 'b', timestamp: 2, n: 'x' }], 'dns');
        await write([{ guid: 'c', timestamp: 3 }], 'error');
      });

      it('are all but `error` when none is named', async () => {
        expect(await guids(all)).toEqual(['b', 'a']);
        expect(await guids(all, { sensors: [] })).toEqual(['b', 'a']);
        expect(await guids(all, { sensors: ['error'] })).toEqual(['c']);
        expect([...(await index.sensors())].sort()).toEqual(['conn', 'dns', 'error']);
      });

      it('that do not exist hold nothing', async () => {
        expect(await guids(all, { sensors: ['conn', 'nowhere'] })).toEqual(['a']);
        expect((await search(all, { sensors: ['nowhere'] })).total).toBe(0);
        expect(await index.columns(['nowhere'])).toEqual({});
      });

      it('tell the types of their fields, `other` where they disagree', async () => {
        expect(await index.columns(['conn'])).toMatchObject({
          guid: 'keyword',
          timestamp: 'date',
          n: 'long',
        });
        expect(await index.columns()).toMatchObject({ n: 'other' });
      });

      it('have events of their own', async () => {
        expect((await index.find('b', 'dns'))?.sensor).toBe('dns');
        expect(await index.find('b', 'conn')).toBeNull();
        expect((await index.find('c'))?.sensor).toBe('error');
        expect(await index.find('nobody')).toBeNull();
      });
    });

    describe('pages', () => {
      it('hold every event once, newest first', async () => {
        for (let part = 0; part < 4; part++) {
          await write(
            Array.from({ length: 50 }, (_, i) => ({
              guid: `g${part}-${i}`,
              timestamp: Math.floor(i / 5),
              part,
            })),
            `s${part % 2}`,
          );
        }
        const seen: string[] = [];
        let last = Number.POSITIVE_INFINITY;
        for (let from = 0; from < 200; from += 7) {
          const { total, results } = await search(all, { from, size: 7 });
          expect(total).toBe(200);
          for (const event of results) {
            seen.push(event.guid);
            expect(Number(event.source['timestamp'])).toBeLessThanOrEqual(last);
            last = Number(event.source['timestamp']);
          }
        }
        expect(new Set(seen).size).toBe(200);
        expect(await guids(all, { from: 200 })).toEqual([]);
      });

      it('hold only the fields asked for', async () => {
        await write([{ guid: 'a', timestamp: 1, 'x.y': 1, z: 2 }]);
        const { results } = await search(all, { fields: ['x:y', 'nowhere'] });
        expect(results[0]).toMatchObject({ guid: 'a', source: { 'x.y': 1 } });
        expect(Object.keys(results[0]!.source)).toEqual(['x.y']);
      });

      it('of no size still count', async () => {
        await write([{ guid: 'a', timestamp: 1 }]);
        expect(await search(all, { size: 0 })).toEqual({ total: 1, results: [] });
      });
    });

    describe('order', () => {
      beforeEach(async () => {
        await write([
          { guid: 'a', timestamp: 1, score: 10, name: 'b' },
          { guid: 'b', timestamp: 2 },
          { guid: 'c', timestamp: 3, score: 9.5, name: 'A' },
        ]);
        await write([{ guid: 'd', timestamp: 4, score: 100, other: 1 }], 'dns');
      });

      it('puts events without the field last when descending and first when ascending', async () => {
        expect(await guids(all, { sort: [{ field: 'score', order: 'desc' }] })).toEqual(['d', 'a', 'c', 'b']);
        expect(await guids(all, { sort: [{ field: 'score', order: 'asc' }] })).toEqual(['b', 'c', 'a', 'd']);
      });

      it('by a field that no event has changes nothing else', async () => {
        const sort = [
          { field: 'nowhere', order: 'desc' },
          { field: 'timestamp', order: 'asc' },
        ] as const;
        expect(await guids(all, { sort })).toEqual(['a', 'b', 'c', 'd']);
      });

      it('by several fields goes from the first to the last', async () => {
        await write([{ guid: 'e', timestamp: 9, score: 10 }]);
        const sort = [
          { field: 'score', order: 'asc' },
          { field: 'timestamp', order: 'desc' },
        ] as const;
        expect(await guids(all, { sort })).toEqual(['b', 'c', 'e', 'a', 'd']);
      });

      it('works over a field that is text here and a number there', async () => {
        await write([{ guid: 'f', timestamp: 5, score: 'high' }], 'dns');
        expect(await guids(all, { sort: [{ field: 'score', order: 'asc' }] })).toHaveLength(5);
        expect((await guids(all, { sort: [{ field: 'score', order: 'desc' }] })).at(-1)).toBe('b');
      });

      it('by time ascending begins with the oldest', async () => {
        expect(await guids(all, { size: 2, sort: [{ field: 'timestamp', order: 'asc' }] })).toEqual([
          'a',
          'b',
        ]);
      });
    });

    describe('counts', () => {
      beforeEach(() =>
        write([
          { guid: 'a', timestamp: 0, ip: '10.0.0.2', port: 80, s: 1.5, 'threat.triage.score': 10 },
          { guid: 'b', timestamp: 10, ip: '10.0.0.10', port: 80, s: 2, 'threat.triage.score': 80 },
          { guid: 'c', timestamp: 20, ip: '10.0.0.2', port: 443, s: 3, 'threat.triage.score': 25 },
          { guid: 'd', timestamp: 25, ip: '10.0.0.2', port: 80, 'threat.triage.score': 74.9 },
          { guid: 'e', timestamp: 39, port: 80 },
          { guid: 'f', timestamp: 40, ip: '10.0.0.3' },
        ]),
      );

      it('the ten most frequent values of a field', async () => {
        const { facetCounts } = await search(all, {
          size: 0,
          facetFields: ['ip', 'port', 'source:type', 'nowhere'],
        });
        expect(facetCounts).toEqual({
          ip: { '10.0.0.2': 3, '10.0.0.10': 1, '10.0.0.3': 1 },
          port: { 80: 4, 443: 1 },
          'source:type': { conn: 6 },
          nowhere: {},
        });
        const many = Array.from({ length: 40 }, (_, i) => ({
          guid: `m${i}`,
          timestamp: i,
          many: `v${i % 15}`,
        }));
        await write(many, 'many');
        const counted = (await search(all, { sensors: ['many'], size: 0, facetFields: ['many'] }))
          .facetCounts?.['many'];
        expect(Object.keys(counted!)).toHaveLength(10);
        expect(Object.values(counted!).every((n) => n === 3)).toBe(true);
      });

      it('only what the query finds', async () => {
        const { facetCounts } = await search(term('port', '80'), { size: 0, facetFields: ['ip'] });
        expect(facetCounts).toEqual({ ip: { '10.0.0.2': 2, '10.0.0.10': 1 } });
        expect((await search(all)).facetCounts).toBeUndefined();
      });

      it('groups within groups, terms descending by value unless told otherwise', async () => {
        expect(
          await index.group({ query: all, groups: [{ field: 'ip' }, { field: 'port' }], scoreField: 's' }),
        ).toEqual([
          {
            key: '10.0.0.10',
            total: 1,
            score: 2,
            groupedBy: 'port',
            groupResults: [{ key: '80', total: 1, score: 2, groupedBy: null, groupResults: null }],
          },
          { key: '10.0.0.3', total: 1, score: 0, groupedBy: 'port', groupResults: [] },
          {
            key: '10.0.0.2',
            total: 3,
            score: 4.5,
            groupedBy: 'port',
            groupResults: [
              { key: '443', total: 1, score: 3, groupedBy: null, groupResults: null },
              { key: '80', total: 2, score: 1.5, groupedBy: null, groupResults: null },
            ],
          },
        ]);
      });

      it('groups by count, ascending and limited', async () => {
        const order = { groupOrderType: 'count', sortOrder: 'desc' } as const;
        const groups = await index.group({ query: all, groups: [{ field: 'ip', order }], limit: 1 });
        expect(groups).toEqual([{ key: '10.0.0.2', total: 3, groupedBy: null, groupResults: null }]);
        const ascending = { groupOrderType: 'term', sortOrder: 'asc' } as const;
        const ports = await index.group({ query: all, groups: [{ field: 'port', order: ascending }] });
        expect(ports.map((group) => group.key)).toEqual(['80', '443']);
        expect(await index.group({ query: all, groups: [{ field: 'nowhere' }] })).toEqual([]);
      });

      it('events over time by severity', async () => {
        const buckets = await index.histogram({ query: all, timeRange: { from: 0, to: 40 }, interval: 20 });
        expect(buckets).toEqual([
          { time: 0, none: 0, low: 1, medium: 0, high: 0, critical: 1 },
          { time: 20, none: 1, low: 0, medium: 1, high: 1, critical: 0 },
        ]);
        await expect(
          index.histogram({ query: all, timeRange: { from: 0, to: 40 }, interval: 0 }),
        ).rejects.toMatchObject({
          code: 'SKP_INDEX_REQUEST',
        });
      });
    });

    describe('alerts', () => {
      beforeEach(() =>
        write([
          { guid: 'a', timestamp: 1, is_alert: 'true', n: 1 },
          { guid: 'b', timestamp: 2, n: 2 },
          { guid: 'c', timestamp: 3, is_alert: true, n: 3 },
          { guid: 'd', timestamp: 4, is_alert: 'false', n: 4 },
        ]),
      );

      it('can be searched alone, and are among all events once', async () => {
        expect(await guids(all, { alertsOnly: true })).toEqual(['c', 'a']);
        expect(await guids(all)).toEqual(['d', 'c', 'b', 'a']);
      });

      it('change by patches, which every search then shows', async () => {
        const patched = await index.patch('a', 'conn', [{ op: 'add', path: '/alert_status', value: 'OPEN' }]);
        await place.settle?.();
        expect(patched).toMatchObject({
          guid: 'a',
          sensor: 'conn',
          version: 1,
          source: { alert_status: 'OPEN', n: 1 },
        });
        expect(await found(term('alert_status', 'open'))).toEqual(['a']);
        expect(await guids(all)).toEqual(['d', 'c', 'b', 'a']);
        expect((await index.find('a'))?.source).toEqual({
          guid: 'a',
          timestamp: 1,
          is_alert: 'true',
          n: 1,
          alert_status: 'OPEN',
        });
        await index.patch('a', undefined, [
          { op: 'remove', path: '/alert_status' },
          { op: 'replace', path: '/n', value: 'one' },
        ]);
        await place.settle?.();
        expect(await index.find('a')).toMatchObject({ version: 2, source: { n: 'one' } });
        expect(await found(term('alert_status', 'open'))).toEqual([]);
        expect(await found(term('n', 'one'))).toEqual(['a']);
      });

      it('are not changed on the ground of an old version', async () => {
        await index.patch('a', 'conn', [{ op: 'add', path: '/x', value: 1 }], 0);
        await expect(
          index.patch('a', 'conn', [{ op: 'add', path: '/x', value: 2 }], 0),
        ).rejects.toMatchObject({
          code: 'SKP_INDEX_CONFLICT',
        });
        expect((await index.find('a'))?.source['x']).toBe(1);
      });

      it('changed by two at once are changed by one', async () => {
        const attempts = await Promise.allSettled(
          [1, 2, 3, 4].map((x) => index.patch('a', 'conn', [{ op: 'add', path: '/x', value: x }], 0)),
        );
        expect(attempts.filter((attempt) => attempt.status === 'fulfilled')).toHaveLength(1);
      });

      it('refuse a patch that cannot be applied, and stay as they are', async () => {
        const before = await index.find('a');
        await expect(
          index.patch('a', 'conn', [
            { op: 'add', path: '/x', value: 1 },
            { op: 'test', path: '/n', value: 99 },
          ]),
        ).rejects.toMatchObject({ code: 'SKP_INDEX_PATCH' });
        await expect(index.patch('nobody', 'conn', [])).rejects.toMatchObject({ code: 'SKP_INDEX_MISSING' });
        expect(await index.find('a')).toEqual(before);
      });

      it('may come of an event that was none', async () => {
        await index.patch('b', 'conn', [{ op: 'add', path: '/alert_status', value: 'OPEN' }]);
        await place.settle?.();
        expect(await guids(all)).toEqual(['d', 'c', 'b', 'a']);
        expect(await guids(all, { alertsOnly: true })).toEqual(['c', 'a']);
        await index.patch('b', 'conn', [{ op: 'add', path: '/is_alert', value: 'true' }]);
        await place.settle?.();
        expect(await guids(all, { alertsOnly: true })).toEqual(['c', 'b', 'a']);
      });

      it('keep their changes and versions after it was opened again', async () => {
        await index.patch('a', 'conn', [
          { op: 'add', path: '/comments', value: [{ comment: 'hm', username: 'u', timestamp: 5 }] },
        ]);
        index = await place.reopen();
        expect(await index.find('a')).toMatchObject({
          version: 1,
          source: { comments: [{ comment: 'hm', username: 'u', timestamp: 5 }] },
        });
        expect((await index.patch('a', 'conn', [{ op: 'remove', path: '/comments' }], 1)).version).toBe(2);
      });

      it('are not written again by a replay', async () => {
        await index.patch('b', 'conn', [{ op: 'add', path: '/x', value: 1 }]);
        expect(
          await write([
            { guid: 'a', timestamp: 1 },
            { guid: 'b', timestamp: 2 },
          ]),
        ).toMatchObject({ written: 0, duplicates: 2 });
      });
    });
  });
}

import { beforeAll, describe, expect, it } from 'vitest';
import type { Query } from '../query/ast.ts';
import { all, type IndexSuite, range, term } from './suite.ts';

/** Each kind of query, and what it finds. They share one index, since they only read; what is written last is of the last case. */
export function queryCases(suite: IndexSuite): void {
  const { write, search, found } = suite;

  describe('queries', () => {
    beforeAll(async () => {
      await write([
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
      ]);
    });

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
      ['an IPv6 network of one', { type: 'cidr', field: 'ip', network: '2001:db8::ff:1', prefix: 128 }, 'e'],
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
  });
}

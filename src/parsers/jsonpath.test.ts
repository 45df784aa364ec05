import { describe, expect, test } from 'vitest';
import { compileJsonPath, select } from './jsonpath.ts';

const store = {
  books: [
    { title: 'A', price: 5, tags: ['x'], author: { name: 'n1' } },
    { title: 'B', price: 15, isbn: 'i' },
    { title: 'C d', price: 25, isbn: null },
  ],
  limit: 10,
  'odd name': { "it's": 1 },
};
const find = (query: string): unknown[] => select(store, compileJsonPath(query).steps);
const titles = (query: string): unknown[] => find(query).map((node) => (node as { title?: unknown }).title);

describe('JSONPath', () => {
  test.each([
    ['$.limit', [10]],
    ["$['odd name']['it\\'s']", [1]],
    ['$.books[0].title', ['A']],
    ['$.books[-1].title', ['C d']],
    ['$.books[5].title', []],
    ['$.nothing.at.all', []],
    ['$.books[0,2].price', [5, 25]],
    ['$.books[1:].price', [15, 25]],
    ['$.books[:2].price', [5, 15]],
    ['$.books[::2].price', [5, 25]],
    ['$.books[*].isbn', ['i', null]],
    ['$..price', [5, 15, 25]],
    ['$..name', ['n1']],
    ["$.books[0]['title','price']", ['A', 5]],
  ])('%s', (query, expected) => {
    expect(find(query)).toEqual(expected);
  });

  test.each([
    ['$.books[?(@.price > 10)]', ['B', 'C d']],
    ["$.books[?(@.title == 'C d')]", ['C d']],
    ['$.books[?(@.isbn)]', ['B', 'C d']],
    ['$.books[?(@.isbn == null)]', ['C d']],
    ['$.books[?(!@.isbn)]', ['A']],
    ['$.books[?(@.price <= $.limit)]', ['A']],
    ['$.books[?(@.price < 10 || (@.price > 20 && @.isbn == null))]', ['A', 'C d']],
    ["$.books[?(@.title in ['A', 'B'])]", ['A', 'B']],
    ["$.books[?(@.title nin ['A', 'B'])]", ['C d']],
    ["$..books[?(@.author.name != 'n2')]", ['A', 'B', 'C d']],
    ["$.books[?(@.price > '10')]", []],
  ])('%s', (query, expected) => {
    expect(titles(query)).toEqual(expected);
  });

  test('knows whether a query leads to one value or to a list of them', () => {
    expect(compileJsonPath('$.a[0].b').definite).toBe(true);
    for (const query of ['$.a[*]', '$..a', '$.a[0,1]', '$.a[1:2]', '$.a[?(@.b)]'])
      expect(compileJsonPath(query).definite).toBe(false);
  });

  test.each([
    '',
    'a',
    '$a',
    '$.',
    '$[',
    "$['a]",
    '$[?(@.a ==)]',
    '$[?(@.a',
    '$.a.length()',
    '$[1:2:0]',
    '$.a b',
    '$[?(@.a == x)]',
  ])('refuses %j and says where it is wrong', (query) => {
    expect(() => compileJsonPath(query)).toThrow(/at character \d+/);
  });

  test('does not look into prototypes', () => {
    expect(find('$.constructor')).toEqual([]);
    expect(find('$.__proto__')).toEqual([]);
    expect(find('$.books[?(@.toString)]')).toEqual([]);
  });
});

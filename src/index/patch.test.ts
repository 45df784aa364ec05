import { describe, expect, it } from 'vitest';
import type { PatchOperation } from './event-index.ts';
import { applyPatch } from './patch.ts';

function patched(document: Record<string, unknown>, ...operations: object[]): Record<string, unknown> {
  return applyPatch(document, operations as PatchOperation[]);
}

describe('a patch', () => {
  it('adds and replaces, with the operation in any case', () => {
    expect(
      patched(
        { a: 1 },
        { op: 'ADD', path: '/source:type', value: 'x' },
        { op: 'Replace', path: '/a', value: [2] },
      ),
    ).toEqual({
      a: [2],
      'source:type': 'x',
    });
  });

  it('leaves the document it was given as it was', () => {
    const document = { a: { b: 1 } };
    patched(document, { op: 'add', path: '/a/b', value: 2 });
    expect(document).toEqual({ a: { b: 1 } });
  });

  it('removes, also what is not there', () => {
    expect(
      patched({ a: 1, b: { c: 2 } }, { op: 'remove', path: '/b/c' }, { op: 'remove', path: '/gone' }),
    ).toEqual({ a: 1, b: {} });
  });

  it('copies and moves between levels', () => {
    expect(patched({ a: { x: 1 }, b: {} }, { op: 'copy', from: '/a/x', path: '/b/y' })).toEqual({
      a: { x: 1 },
      b: { y: 1 },
    });
    expect(patched({ a: { x: 1 }, b: {} }, { op: 'move', from: '/a/x', path: '/b/y' })).toEqual({
      a: {},
      b: { y: 1 },
    });
  });

  it('tests values of any kind', () => {
    for (const value of ['v', 100, [1, 2], { k: ['v'] }])
      expect(patched({ p: value }, { op: 'test', path: '/p', value })).toEqual({ p: value });
    expect(() => patched({ p: 'b' }, { op: 'test', path: '/p', value: 'a' })).toThrow(
      'TEST operation failed: supplied value [a] != target value [b]',
    );
  });

  it('says which path or operation is wrong', () => {
    expect(() => patched({ p: 1 }, { op: 'remove', path: '/missing/path' })).toThrow(
      'Invalid path: /missing/path',
    );
    expect(() => patched({ p: [1] }, { op: 'add', path: '/p/0', value: 2 })).toThrow('Invalid path: /p/0');
    expect(() => patched({ p: 1 }, { op: 'add', path: '', value: 2 })).toThrow('Invalid path');
    expect(() => patched({ p: 1 }, { op: 'copy', path: '/q' })).toThrow('Invalid path');
    expect(() => patched({}, { op: 'invalid', path: '/p' })).toThrow(
      'The invalid operation is not supported',
    );
  });

  it('reaches no prototype', () => {
    const result = patched({}, { op: 'add', path: '/__proto__', value: { polluted: 1 } });
    expect(Object.getPrototypeOf(result)).toBe(Object.prototype);
    expect(Object.getOwnPropertyDescriptor(result, '__proto__')?.value).toEqual({ polluted: 1 });
    expect(() => patched({}, { op: 'add', path: '/constructor/prototype/x', value: 1 })).toThrow(
      'Invalid path',
    );
    expect(() => patched({}, { op: 'add', path: '/__proto__/x', value: 1 })).toThrow('Invalid path');
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

import { expect, it } from 'vitest';
import { mayDo, type RequiredRole, type TokenRole } from './roles.ts';

const table: [TokenRole, RequiredRole[]][] = [
  ['viewer', ['public', 'viewer']],
  ['analyst', ['public', 'viewer', 'analyst']],
  ['administrator', ['public', 'viewer', 'analyst', 'administrator', 'sender']],
  ['sender', ['public', 'sender']],
];
const all: RequiredRole[] = ['public', 'viewer', 'analyst', 'administrator', 'sender'];

it.each(table)('a %s may do what is for %j, and no more', (role, expected) => {
  expect(all.filter((required) => mayDo([role], required))).toEqual(expected);
});

it('nobody may do what is public, and no more', () => {
  expect(all.filter((required) => mayDo([], required))).toEqual(['public']);
});

it('two roles may do what each may', () => {
  expect(all.filter((required) => mayDo(['sender', 'viewer'], required))).toEqual([
    'public',
    'viewer',
    'sender',
  ]);
});

import { expect, test } from 'vitest';
import { ParseError, ParserConfigError } from '../errors.ts';
import { tryGrok } from './try-grok.ts';

const environment = {
  now: () => 0,
  timeZone: 'UTC',
  readFile: (): string => {
    throw new Error('no files');
  },
};

test('a statement shows what it captures', () => {
  const statement = 'VERB [A-Z]+\nLINE %{VERB:verb} %{IP:ip}';
  expect(tryGrok(statement, 'LINE', 'GET 192.0.2.1', environment)).toEqual({ verb: 'GET', ip: '192.0.2.1' });
  expect(tryGrok(statement, '', 'GET 192.0.2.1', environment)).toEqual({ verb: 'GET', ip: '192.0.2.1' });
});

test('a sample that does not match and a statement that is wrong are told apart', () => {
  expect(() => tryGrok('LINE %{IP:ip}', 'LINE', 'x', environment)).toThrow(ParseError);
  expect(() => tryGrok('LINE %{NOPE:ip}', 'LINE', 'x', environment)).toThrow(ParserConfigError);
  expect(() => tryGrok('', '', 'x', environment)).toThrow(ParserConfigError);
});

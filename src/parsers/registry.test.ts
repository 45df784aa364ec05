import { describe, expect, test } from 'vitest';
import { builtInParsers, createParser } from './builtin.ts';
import { ParserConfigError } from './errors.ts';
import type { ParserType } from './parser.ts';
import { ParserRegistry } from './registry.ts';

const environment = { now: () => 0, timeZone: 'UTC', readFile: () => '' };
const own: ParserType = {
  name: 'mine',
  classNames: ['org.example.Mine'],
  description: '',
  configure: () => ({ parse() {} }),
};

describe('the registry of parsers', () => {
  test('finds what is built in by class name and by short name', () => {
    const registry = new ParserRegistry(builtInParsers);
    expect(registry.get('org.apache.metron.parsers.json.JSONMapParser')).toBe(registry.get('jsonmap'));
    expect(registry.get('org.apache.metron.parsers.bro.BasicBroParser').name).toBe('bro');
    expect(createParser('zeek', {}, environment)).toBeDefined();
  });

  test('takes parsers of plug-ins, but none under a name that is taken', () => {
    const registry = new ParserRegistry(builtInParsers);
    registry.register(own);
    expect(registry.get('org.example.Mine')).toBe(own);
    expect(() => registry.register({ ...own, name: 'other' })).toThrow(/belongs to parser mine/);
    expect(registry.find('other')).toBeUndefined();
  });

  test('names the nearest parser when there is none', () => {
    expect(() => createParser('org.apache.metron.parsers.bro.BasicBroPasrer', {}, environment)).toThrow(
      ParserConfigError,
    );
    try {
      createParser('sylog5424', {}, environment);
    } catch (error) {
      expect(error).toMatchObject({
        code: 'SKP_PARSER_CONFIG',
        hint: expect.stringContaining('Did you mean syslog5424?'),
      });
    }
    expect(() => createParser('constructor', {}, environment)).toThrow(ParserConfigError);
  });
});

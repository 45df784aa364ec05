import { describe, expect, test } from 'vitest';
import { asa } from './asa.ts';
import { builtInParsers } from './builtin.ts';
import { csv } from './csv.ts';
import { ParserConfigError } from './errors.ts';
import { grok } from './grok.ts';
import { inspectParserConfig, refuseWrongConfig } from './options.ts';
import { runParser } from './parser-harness.ts';

describe('the keys of a parserConfig', () => {
  test('that all parsers know, those of the parser and those of writers are taken', () => {
    const config = {
      deviceTimeZone: 'UTC',
      batchSize: 15,
      'kafka.topicField': 'x',
      'redirect.through': 'topic',
      'filter.query': 'true',
      index: 'a',
    };
    expect(inspectParserConfig(asa, config)).toEqual([]);
  });

  test('that are nearly one of these are errors with its name, others warnings with all names', () => {
    expect(inspectParserConfig(asa, { deviceTimezone: 'UTC', lookup: {} })).toMatchObject([
      { severity: 'error', key: 'deviceTimezone', hint: 'Did you mean deviceTimeZone?' },
      { severity: 'warning', key: 'lookup', hint: 'Options of asa: deviceTimeZone, details' },
    ]);
  });

  test('that an expression of the sensor reads are constants, whatever they are called', () => {
    expect(inspectParserConfig(asa, { deviceTimezone: 'UTC' }, (name) => name === 'deviceTimezone')).toEqual(
      [],
    );
  });

  test.each([
    ['a zone', asa, { deviceTimeZone: 'Europe/Nowhere' }],
    ['a flag', asa, { details: 'maybe' }],
    ['a character set', asa, { readCharset: 'utf-9' }],
    ['a date pattern', csv, { columns: ['a'], timestampFormat: 'bbb' }],
    ['one of several words', grok, { patternLabel: 'X', grokDialect: 'ruby' }],
    ['what must be there', csv, {}],
  ] as const)('are refused where they do not hold %s', (_what, type, config) => {
    expect(inspectParserConfig(type, config)).toMatchObject([{ severity: 'error' }]);
    expect(() => refuseWrongConfig(type, config)).toThrow(ParserConfigError);
  });

  const zones = builtInParsers.flatMap((type) =>
    (type.options ?? [])
      .filter((option) => option.type === 'zone')
      .map((option) => [type.name, option.name, type] as const),
  );
  test.each(zones)('take the zones of Java where the check does: %s, %s', (parser, option, type) => {
    const config = { ...type.sampleConfig, [option]: 'GMT+2' };
    expect(inspectParserConfig(type, config)).toEqual([]);
    expect(() => runParser(parser, config, '')).not.toThrow();
  });

  test('may name a zone that is none where the reference takes it for GMT: a warning', () => {
    expect(inspectParserConfig(grok, { patternLabel: 'X', timeZone: 'EDT' })).toMatchObject([
      { severity: 'warning' },
    ]);
  });
});

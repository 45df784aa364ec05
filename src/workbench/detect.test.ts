import { describe, expect, it } from 'vitest';
import { builtInParsers } from '../parsers/index.ts';
import { FormatDetector } from './detect.ts';

const detector = new FormatDetector(builtInParsers, { now: Date.parse('2026-03-10T00:00:00Z') });
const formats = builtInParsers.filter(
  (type) =>
    (type.samples?.length ?? 0) > 0 &&
    type.detectable !== false &&
    type.options?.some(({ required }) => required === true) !== true,
);

describe('detection', () => {
  it.each(formats.map((type) => [type.name, type] as const))('names %s by its samples', (name, type) => {
    expect(detector.detect(type.samples ?? [])[0]?.parser.name).toBe(name);
  });

  it('goes on without a parser of a plug-in that cannot be made from its samples alone', () => {
    const needy = {
      name: 'needy',
      classNames: [],
      description: 'Needs a setting that it does not tell of.',
      samples: ['x'],
      configure: () => {
        throw new Error('parserConfig.key is missing');
      },
    };
    const [cef] = builtInParsers.filter(({ name }) => name === 'cef');
    const found = new FormatDetector([needy, cef!], { now: 0 }).detect(cef!.samples ?? []);
    expect(found.map(({ parser }) => parser.name)).toEqual(['cef']);
  });

  // Of a shell's or a daemon's own line within syslog, and of what may be anybody's, another name is right.
  const anybodys = new Set(['syslog3164', 'syslog5424', 'linux-auth', 'dnsmasq', 'fireeye']);
  it.each(formats.filter(({ name }) => !anybodys.has(name)).map((type) => [type.name, type] as const))(
    'names %s by each of its samples alone, unless nothing tells it from text',
    (name, type) => {
      if (name === 'grok' || name === 'regex') return;
      for (const sample of type.samples ?? []) {
        const [best] = detector.detect([sample]);
        expect(best?.parser.name, sample).toBe(name);
      }
    },
  );

  it('names JSON of an application, and pairs, less surely than a format that it knows', () => {
    for (const [text, name] of [
      ['{"a":{"b":[1,2]},"msg":"x"}', 'jsonmap'],
      ['key=value other=thing', 'logfmt'],
    ] as const) {
      const [best] = detector.detect([text]);
      expect(best?.parser.name).toBe(name);
      expect(best?.confidence).toBeLessThanOrEqual(0.5);
    }
  });

  it.each([
    'hello world',
    'Exception in thread "main" a.b.C',
    '1,2,3',
    'a|b|c',
    '<a>b</a>',
    '#!/bin/sh',
    'name: value',
  ])('has no name for %j', (text) => {
    expect(detector.detect([text])).toEqual([]);
  });

  it('says nothing of what no parser understands', () => {
    expect(detector.detect(['\u0000\u0001', '\u0002'])).toEqual([]);
    expect(detector.detect([])).toEqual([]);
  });
});

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

  it('says nothing of what no parser understands', () => {
    expect(detector.detect(['\u0000\u0001', '\u0002'])).toEqual([]);
    expect(detector.detect([])).toEqual([]);
  });
});

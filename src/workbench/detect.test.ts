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

  it('says nothing of what no parser understands', () => {
    expect(detector.detect(['\u0000\u0001', '\u0002'])).toEqual([]);
    expect(detector.detect([])).toEqual([]);
  });
});

import { expect, it } from 'vitest';
import { format, parseFormat } from './java-format.ts';
import { double, float, long } from './values.ts';

const write = (text: string, ...args: unknown[]) => format(parseFormat(text), args, 'UTC');

it.each([
  ['%s %S|%10s|%-5s|%.2s', ['a', 'b', 'c', 'd', 'efg'], 'a B|         c|d    |ef'],
  ['%d %,d %+d %(d %05d % d', [1, 1234567, 2, -3, -42, 7], '1 1,234,567 +2 (3) -0042  7'],
  ['%x %X %#x %o %x', [255, 255, 255, 8, -1], 'ff FF 0xff 10 ffffffff'],
  ['%.2f %.0f %.1f %,.2f', [1.005, 2.5, double(0), 1234567.891], '1.01 3 0.0 1,234,567.89'],
  [
    '%e %.3E %g %g',
    [12345.678, 0.00012, 12345.678, 0.00001234],
    '1.234568e+04 1.200E-04 12345.7 1.23400e-05',
  ],
  ['%.3f %f', [9.9996, 1e21], '10.000 1000000000000000000000.000000'],
  ['%f %5.1f|%s', [Number.NaN, Number.POSITIVE_INFINITY, float(0.1)], 'NaN Infinity|0.1'],
  ['%2$s %1$s %<s %s', ['a', 'b'], 'b a a a'],
  ['%b %b %B %h', [true, null, 'x', 'a'], 'true false TRUE 61'],
  ['%tF %<tT', [long(Date.UTC(2024, 1, 29, 12, 34, 56))], '2024-02-29 12:34:56'],
  ['100%% of %d%n', [long(5)], '100% of 5\n'],
  ['%c', [65], 'A'],
])('%s', (text, args, result) => {
  expect(write(text, ...args)).toBe(result);
});

it.each([
  ['%d', [1.5]],
  ['%d', ['1']],
  ['%s', []],
  ['%q', [1]],
  ['%', []],
  ['%c', ['a']],
  ['%999999999s', ['a']],
])('refuses %s with %j', (text, args) => {
  expect(() => write(text, ...args)).toThrow(/FORMAT/);
});

import { describe, expect, test } from 'vitest';
import { decimalNumber, EventFields, numberOr, PrefixedNames } from './event-fields.ts';

describe('the fields of a message', () => {
  test('are a message of their own each time', () => {
    const fields = new EventFields();
    fields.set('a', 1);
    const first = fields.build();
    fields.set('b', 2);
    expect([first, fields.build(), fields.build()]).toEqual([{ a: 1 }, { b: 2 }, {}]);
  });

  test('become a list when a name comes again, however many there are', () => {
    const fields = new EventFields();
    for (let i = 0; i < 200; i++) fields.append(`n${i % 100}`, i);
    expect(fields.build()).toMatchObject({ n0: [0, 100], n99: [99, 199] });
  });

  test('know names under a prefix in the record at hand only', () => {
    const names = new PrefixedNames('p.');
    const fields = new EventFields();
    fields.appendEntry(names.entry('a'), 1);
    fields.appendEntry(names.entry('a'), 2);
    expect(fields.build()).toEqual({ 'p.a': [1, 2] });
    fields.appendEntry(names.entry('a'), 3);
    expect(fields.build()).toEqual({ 'p.a': 3 });
  });

  test('do not mix names that are too many to be kept', () => {
    const names = new PrefixedNames('');
    const fields = new EventFields();
    for (let i = 0; i < 6000; i++) names.entry(`name${i}`);
    for (let round = 0; round < 2; round++) {
      fields.appendEntry(names.entry('late'), 1);
      fields.appendEntry(names.entry('late'), 2);
      expect(fields.setOnce(names.entry('once'), 1)).toBe(true);
      expect(fields.setOnce(names.entry('once'), 2)).toBe(false);
      expect(fields.build()).toEqual({ late: [1, 2], once: 1 });
    }
  });

  test('keep names that would reach a prototype as fields', () => {
    const fields = new EventFields();
    fields.set('__proto__', { polluted: true });
    fields.set('constructor', 1);
    const message = fields.build();
    expect(Object.keys(message)).toEqual(['__proto__', 'constructor']);
    expect(Object.getPrototypeOf(message)).toBe(Object.prototype);
  });
});

test.each([
  ['0', 0],
  ['443', 443],
  ['-13', -13],
  ['007', '007'],
  ['-0', '-0'],
  ['1.5', '1.5'],
  ['', ''],
  ['9007199254740993', '9007199254740993'],
])('the text %j is the value %j', (text, value) => {
  expect(numberOr(text)).toBe(value);
});

test.each([
  ['1.5', 1.5],
  ['-0.25', -0.25],
  ['1e5', undefined],
  ['.5', undefined],
  ['00.5', undefined],
  ['99999999999999999999', undefined],
])('the decimal %j is %j', (text, value) => {
  expect(decimalNumber(text)).toBe(value);
});

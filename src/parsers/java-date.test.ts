import { describe, expect, test } from 'vitest';
import { ParserConfigError } from './errors.ts';
import { simpleDateFormat } from './java-date.ts';
import { dateTimeFormatter } from './java-time-format.ts';
import { javaZone, javaZoneOrGmt } from './java-zone.ts';

const utc = javaZone('UTC');
const now = Date.UTC(2026, 5, 15);

describe('SimpleDateFormat', () => {
  test.each([
    ['yyyy-MM-dd HH:mm:ss', '2016-04-25 09:26:22 and more', Date.UTC(2016, 3, 25, 9, 26, 22)],
    ['yyyy-MM-dd', '2016-13-45', Date.UTC(2017, 1, 14)],
    ["yyyy-MM-dd'T'HH:mm:ss.S'Z'", '2018-08-30T21:02:32.047266Z', Date.UTC(2018, 7, 30, 21, 2, 32) + 47266],
    ['MMM d yyyy h:mm a', 'sep  7 2016 12:05 PM', Date.UTC(2016, 8, 7, 12, 5)],
    ['EEE, dd MMMM yyyy', 'Monday, 05 July 2021', Date.UTC(2021, 6, 5)],
    ['yyyyMMddHHmmss', '20160425092622', Date.UTC(2016, 3, 25, 9, 26, 22)],
    ['dd/MM/yy', '01/02/45', Date.UTC(2045, 1, 1)],
    ['dd/MM/yy', '01/02/47', Date.UTC(1947, 1, 1)],
    ['yyyy HH z', '2016 05 EST', Date.UTC(2016, 0, 1, 10)],
    ['yyyy HH z', '2016 05 GMT+02:00', Date.UTC(2016, 0, 1, 3)],
    ['yyyy HH Z', '2016 05 -0330', Date.UTC(2016, 0, 1, 8, 30)],
    ['yyyy HHX', '2016 05Z', Date.UTC(2016, 0, 1, 5)],
    ["''yyyy 'o''clock'", "'2016 o'clock", Date.UTC(2016, 0, 1)],
    ['yyyy', '16', Date.UTC(2016, 0, 1) - 730_485 * 86_400_000],
  ])('reads %j from %j', (pattern, text, expected) => {
    expect(simpleDateFormat(pattern, utc)(text, now)).toBe(expected);
  });

  test.each([
    ['dd/MM/yyyy', '2016-04-25'],
    ['HH:mm', 'x'],
    ['MMM', 'Foo'],
    ['yyyy z', '2016 QQQ'],
    ['yyyyMMdd', '2016'],
  ])('does not read %j from %j', (pattern, text) => {
    expect(simpleDateFormat(pattern, utc)(text, now)).toBeNaN();
  });

  test.each(['yyyy-bb', "yyyy'open", 'nonsense'])('refuses the pattern %j', (pattern) => {
    expect(() => simpleDateFormat(pattern, utc)).toThrow(ParserConfigError);
  });
});

describe('DateTimeFormatter', () => {
  test.each([
    ['MM/dd/yy-HH:mm:ss.SSSSSS', '01/27/16-16:01:04.877970', Date.UTC(2016, 0, 27, 16, 1, 4, 877)],
    ['yyyy-MM-dd HH:mm', '2016-02-31 00:00', Date.UTC(2016, 1, 29)],
    ["d MMM uuuu h:mm a'x'", '7 Sep 2016 12:05 PMx', Date.UTC(2016, 8, 7, 12, 5)],
    ["yyyy-MM-dd'T'HH:mm:ssXXX", '2016-01-27T16:01:04+02:00', Date.UTC(2016, 0, 27, 14, 1, 4)],
  ])('reads %j from %j', (pattern, text, expected) => {
    expect(dateTimeFormatter(pattern, utc)(text, now)).toBe(expected);
  });

  test.each([
    ['MM/dd/yy', '1/27/16'],
    ['MM/dd/yy', '01/27/16 '],
    ['MM/dd/yy', '13/27/16'],
    ['HH:mm', '10:00'],
  ])('does not read %j from %j', (pattern, text) => {
    expect(dateTimeFormatter(pattern, utc)(text, now)).toBeNaN();
  });

  test.each(['BADFORMAT', 'yyyy VV', 'ddd'])('refuses the pattern %j', (pattern) => {
    expect(() => dateTimeFormatter(pattern, utc)).toThrow(ParserConfigError);
  });
});

test.each([
  ['GMT+2', 2],
  ['UTC-03:30', -3.5],
  ['+0530', 5.5],
  ['EST', -5],
  ['Asia/Tokyo', 9],
])('the zone %s is %d hours ahead', (id, hours) => {
  expect(javaZone(id).offsetAt(now) / 3_600_000).toBe(hours);
});

test('an unknown zone is refused, or GMT where Java takes it so', () => {
  expect(() => javaZone('Nowhere/Land')).toThrow(ParserConfigError);
  expect(javaZoneOrGmt('Nowhere/Land').offsetAt(now)).toBe(0);
});

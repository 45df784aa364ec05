import { expect, test } from 'vitest';
import { ParserConfigError } from './errors.ts';
import { runParser } from './parser-harness.ts';

const rest =
  '1,2003,8,"MS-SQL, worm",UDP,192.0.2.2,5664,10.0.2.15,1434,52:54:00:12:35:02,08:00:27:7F:93:2D,0x4E,,,,,,64,0,5967,404,65536,,,,';

test('an alert becomes a message that says so', () => {
  const [message] = runParser('snort', {}, `01/27/16-16:01:04.877970 ,${rest}`).messages;
  expect(message).toMatchObject({
    timestamp: Date.UTC(2016, 0, 27, 16, 1, 4, 877),
    is_alert: 'true',
    msg: 'MS-SQL, worm',
    sig_id: '2003',
    ip_dst_port: '1434',
    tcpflags: '',
  });
  expect(Object.keys(message ?? {})).toHaveLength(29);
});

test('times are read by dateFormat in timeZone', () => {
  const config = { dateFormat: 'dd MMM yyyy HH:mm', timeZone: 'Asia/Tokyo' };
  const { messages } = runParser('snort', config, `27 Jan 2016 16:01,${rest}`);
  expect(messages[0]?.['timestamp']).toBe(Date.UTC(2016, 0, 27, 7, 1));
});

test.each(['', '# x', 'a,b', `01/27-16:01:04.877970,${rest}`, `99/99/99-16:01:04.877970,${rest}`])(
  'fails %j',
  (text) => {
    expect(runParser('snort', {}, text).failures).toHaveLength(1);
  },
);

test('is not configured with a broken format or zone', () => {
  expect(() => runParser('snort', { dateFormat: 'BAD' }, '')).toThrow(ParserConfigError);
  expect(() => runParser('snort', { timeZone: 'bad' }, '')).toThrow(ParserConfigError);
});

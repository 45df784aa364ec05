import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { zeekTsvFraming } from './framing.ts';
import type { Message, Parser } from './parser.ts';
import { bro, zeek } from './zeek.ts';

const environment = { now: () => 0, timeZone: 'UTC', readFile: () => '' };

function run(parser: Parser, text: string): { messages: Message[]; errors: Error[]; lines: string[] } {
  const out: ReturnType<typeof run> = { messages: [], errors: [], lines: [] };
  parser.parse(text, {
    emit: (message) => void out.messages.push(message),
    reject: (line, error) => {
      out.lines.push(line);
      out.errors.push(error);
    },
    fail: (error) => void out.errors.push(error),
    skip: () => {},
  });
  return out;
}

const parse = (text: string, config: Record<string, unknown> = {}) =>
  run(zeek.configure(config, environment), text);
const one = (text: string, config?: Record<string, unknown>): Message => {
  const { messages, errors } = parse(text, config);
  expect(errors).toEqual([]);
  expect(messages).toHaveLength(1);
  return messages[0]!;
};

describe('native JSON', () => {
  test("gives endpoints, time and log name Metron's names and keeps the rest", () => {
    const line =
      '{"_path":"dns","ts":"2018-03-24T17:15:20.865716Z","uid":"C1","id.orig_h":"10.47.1.100","id.orig_p":41772,' +
      '"id.resp_h":"10.0.0.100","id.resp_p":53,"proto":"udp","answers":["a","b"],"rejected":false}';
    expect(one(line)).toEqual({
      ip_src_addr: '10.47.1.100',
      ip_src_port: 41772,
      ip_dst_addr: '10.0.0.100',
      ip_dst_port: 53,
      uid: 'C1',
      proto: 'udp',
      protocol: 'dns',
      answers: ['a', 'b'],
      rejected: false,
      timestamp: 1521911720865,
      bro_timestamp: '1521911720.865716',
      original_string: line,
    });
  });

  test.each([
    ['seconds', '1521911720.865716', 1521911720865, '1521911720.865716'],
    ['whole seconds', '1521911720', 1521911720000, '1521911720.0'],
    ['milliseconds', '1521911720865', 1521911720865, '1521911720.865'],
    ['ISO 8601 text', '"2018-03-24T17:15:20.865716Z"', 1521911720865, '1521911720.865716'],
    ['ISO 8601 text without a fraction', '"2018-03-24T17:15:20Z"', 1521911720000, '1521911720.0'],
    ['ISO 8601 text with an offset', '"2018-03-24T18:15:20.100000+01:00"', 1521911720100, '1521911720.1'],
  ])('reads ts as %s', (_name, ts, timestamp, broTimestamp) => {
    expect(one(`{"_path":"conn","ts":${ts}}`)).toMatchObject({ timestamp, bro_timestamp: broTimestamp });
  });

  test("takes the log's name from the configuration when the record has none, and guesses it otherwise", () => {
    expect(one('{"ts":1,"uid":"x"}', { path: 'conn' })['protocol']).toBe('conn');
    expect(one('{"ts":1,"conn_state":"SF"}')['protocol']).toBe('conn');
    expect(one('{"ts":1,"other":"SF"}')['protocol']).toBe('unknown');
  });

  test('leaves out null, flattens objects and keeps the digits of big integers', () => {
    const message = one(
      '{"_path":"conn","ts":1,"a":null,"id":{"orig_h":"1.1.1.1"},"n":{"x":1},"big":9007199254740993}',
    );
    expect(message).toMatchObject({ ip_src_addr: '1.1.1.1', 'n.x': 1, big: '9007199254740993' });
    expect(Object.hasOwn(message, 'a')).toBe(false);
  });

  test('reads several lines as several messages and refuses only the broken one', () => {
    const { messages, lines } = parse('{"_path":"a","ts":1}\n{"_path":"b","ts":}\n{"_path":"c","ts":3}\n');
    expect(messages.map((message) => message['protocol'])).toEqual(['a', 'c']);
    expect(lines).toEqual(['{"_path":"b","ts":}']);
  });

  test('keeps __proto__ and constructor as plain fields', () => {
    for (const line of [
      '{"_path":"x","ts":1,"__proto__":"p","constructor":"c"}',
      '{"_path":"x","ts":1,"__proto__":{"polluted":1}}',
    ]) {
      const message = one(line);
      expect(Object.getPrototypeOf(message)).toBe(Object.prototype);
      expect(message['polluted']).toBeUndefined();
    }
    expect(Object.keys(one('{"_path":"x","ts":1,"__proto__":"p"}'))).toContain('__proto__');
  });

  test('goes on when records never have the same members twice', () => {
    const parser = zeek.configure({}, environment);
    for (let i = 0; i < 300; i++) {
      const { messages } = run(parser, `{"_path":"x","ts":1,"f${i}":${i},"id.orig_h":"1.1.1.1"}`);
      expect(messages[0]).toMatchObject({ [`f${i}`]: i, ip_src_addr: '1.1.1.1', protocol: 'x' });
    }
  });

  test('refuses what is no record of Zeek', () => {
    for (const text of ['', '[]', '{}', '{"a":1}', '"x"', '{"conn":"text"}', '{"_path":"x","ts":"soon"}']) {
      expect(parse(text).errors, text).toHaveLength(1);
    }
  });
});

describe('the tagged form', () => {
  test("keeps the line as original_string under zeek, and Metron's rendering under BasicBroParser", () => {
    const text = '{"conn": {"ts":1402307733.473, "proto":"tcp", "n":[1.0, "a/b"]}}';
    expect(one(text)['original_string']).toBe(text);
    const { messages } = run(bro.configure({}, environment), text);
    expect(messages[0]?.['original_string']).toBe('CONN | ts:1402307733.473 proto:tcp n:[1.0,"a\\/b"]');
  });
});

const header = [
  '#separator \\x09',
  '#set_separator\t,',
  '#empty_field\t(empty)',
  '#unset_field\t-',
  '#path\thttp',
  '#open\t2024-04-12-19-29-12',
  '#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tmethod\turi\tlen\tduration\tok\ttags\tsizes',
  '#types\ttime\tstring\taddr\tport\taddr\tport\tstring\tstring\tcount\tinterval\tbool\tset[enum]\tvector[count]',
];

describe('the tab-separated form', () => {
  const line =
    '1521911720.865700\tC1\t10.0.0.1\t1000\t10.0.0.2\t80\tGET\t/a\\x09b\\\\c\\xc3\\xa9\\xff\t12\t0.5\tT\t(empty)\t1,2';

  test('types its cells and names them as the JSON forms do', () => {
    expect(one([...header, line].join('\n'))).toEqual({
      uid: 'C1',
      ip_src_addr: '10.0.0.1',
      ip_src_port: 1000,
      ip_dst_addr: '10.0.0.2',
      ip_dst_port: 80,
      method: 'GET',
      uri: '/a\tb\\cé\\xff',
      len: 12,
      duration: 0.5,
      ok: true,
      tags: [],
      sizes: [1, 2],
      protocol: 'http',
      timestamp: 1521911720865,
      bro_timestamp: '1521911720.8657',
      original_string: line,
    });
  });

  test('leaves out unset cells', () => {
    const message = one([...header, '1.0\t-\t10.0.0.1\t-\t-\t-\t-\t-\t-\t-\tF\t-\t-'].join('\n'));
    expect(Object.keys(message).sort()).toEqual([
      'bro_timestamp',
      'ip_src_addr',
      'ok',
      'original_string',
      'protocol',
      'timestamp',
    ]);
  });

  test('refuses a line with too few cells and goes on', () => {
    const { messages, lines } = parse([...header, line, '1.0\tshort', line, '#close\t2024'].join('\r\n'));
    expect(messages).toHaveLength(2);
    expect(lines).toEqual(['1.0\tshort']);
  });

  test('refuses lines that come without their header', () => {
    const { lines, errors } = parse(`#close\tx\n${line}`);
    expect(lines).toEqual([line]);
    expect(errors[0]?.message).toContain('without its header');
  });

  test('follows a header in the middle of a record', () => {
    const { messages } = parse(
      [...header, line, '#fields\tts\ta', '#types\ttime\tcount', '2.0\t3'].join('\n'),
    );
    expect(messages.map((message) => message['protocol'])).toEqual(['http', 'unknown']);
    expect(messages[1]).toMatchObject({ timestamp: 2000, a: 3 });
  });

  test('keeps a count beyond 2^53 as text', () => {
    expect(one('#fields\tts\ta\n#types\ttime\tcount\n2.0\t9007199254740993')['a']).toBe('9007199254740993');
  });
});

const data = process.env['SKOPOS_DATA'] ?? resolve(import.meta.dirname, '../../../shared/data');
const linesOf = (folder: string, file: string): string[] =>
  gunzipSync(readFileSync(join(data, folder, file)))
    .toString('utf8')
    .trimEnd()
    .split('\n');

describe.skipIf(!existsSync(join(data, 'zeek-json')))('real logs (skipped when they are not here)', () => {
  test('every JSON record becomes one message', () => {
    const parser = zeek.configure({}, environment);
    let records = 0;
    let messages = 0;
    let errors = 0;
    const sink = {
      emit: () => void messages++,
      reject: () => void errors++,
      fail: () => void errors++,
      skip() {},
    };
    for (const file of readdirSync(join(data, 'zeek-json')).filter((name) => name.endsWith('.gz'))) {
      for (const line of linesOf('zeek-json', file)) {
        records++;
        parser.parse(line, sink);
      }
    }
    expect({ records, messages, errors }).toEqual({ records: 112_130, messages: 112_130, errors: 0 });
  });

  test('every line of the tab-separated logs becomes one message', () => {
    const parser = zeek.configure({}, environment);
    let wanted = 0;
    let messages = 0;
    let errors = 0;
    const sink = {
      emit: () => void messages++,
      reject: () => void errors++,
      fail: () => void errors++,
      skip() {},
    };
    for (const file of readdirSync(join(data, 'zeek-tsv')).filter((name) => name.endsWith('.gz'))) {
      const lines = linesOf('zeek-tsv', file);
      wanted += lines.filter((line) => !line.startsWith('#')).length;
      for (const record of zeekTsvFraming(lines)) parser.parse(record, sink);
    }
    expect(wanted).toBeGreaterThan(78_000);
    expect({ messages, errors }).toEqual({ messages: wanted, errors: 0 });
  });

  test.each(['dns', 'notice'])('both forms of the same %s log say the same', (log) => {
    const parser = zeek.configure({}, environment);
    const json: Message[] = [];
    const tsv: Message[] = [];
    const into = (list: Message[]) => ({
      emit: (m: Message) => void list.push(m),
      reject() {},
      fail() {},
      skip() {},
    });
    for (const line of linesOf('zeek-json', `${log}.json.gz`)) parser.parse(line, into(json));
    for (const record of zeekTsvFraming(linesOf('zeek-tsv', `${log}.log.gz`)))
      parser.parse(record, into(tsv));
    expect(tsv.length).toBe(json.length);
    for (let i = 0; i < json.length; i++) {
      const a = comparable(json[i]!);
      const b = comparable(tsv[i]!);
      if (JSON.stringify(a) !== JSON.stringify(b)) expect(b).toEqual(a);
    }
  });
});

/** Without what only one form has, and with fractions cut to what the tab-separated form keeps. */
function comparable(message: Message): Message {
  const out: Message = {};
  for (const key of Object.keys(message).sort()) {
    if (key === 'original_string' || key === '_write_ts') continue;
    const value = message[key];
    out[key] = typeof value === 'number' && !Number.isInteger(value) ? value.toFixed(6) : value;
  }
  return out;
}

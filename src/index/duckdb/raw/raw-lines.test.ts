import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encodeEvents } from '../../encode.ts';
import type { EventIndex } from '../../event-index.ts';
import type { Query } from '../../query/ast.ts';
import { openDuckdbIndex } from '../duckdb-index.ts';
import type { DuckdbIndexOptions } from '../settings.ts';

type Event = Record<string, unknown>;

/** Small and seeded, so that a failure comes again. */
function numbers(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

const users = ['alice', 'Bob', 'ßtraße', 'o"connor', '', 'eve\\x', 'ÄÖÜ 中文'];

function flow(i: number, next: (limit: number) => number): Event {
  const source = `10.0.${next(9)}.${next(250)}`;
  const port = next(3) === 0 ? 80 : 1024 + next(60_000);
  const duration = next(4) === 0 ? next(9) : next(100_000) / 1000;
  const state = ['SF', 'S0', 'REJ'][next(3)]!;
  const time = 1_700_000_000_000 + i * 37;
  return {
    guid: `f${i}`,
    timestamp: time,
    ip_src_addr: source,
    ip_dst_port: port,
    duration,
    conn_state: state,
    original_string: `${time / 1000} ${source} ${port} ${duration} ${state === 'REJ' ? '-' : state} end`,
    ...(state === 'REJ' ? { conn_state: undefined } : {}),
  };
}

function json(i: number, next: (limit: number) => number): Event {
  const time = 1_700_000_000_000 + i * 41;
  const fields: Event = { uid: `C${next(1e9).toString(36)}`, port: next(65_536) };
  if (next(2) === 0) fields['user'] = users[next(users.length)];
  if (next(3) === 0) fields['answers'] = [`a${next(5)}`, 'b'];
  if (next(3) > 0) fields['ok'] = next(2) === 0;
  fields['bytes'] = next(3) === 0 ? next(10_000) / 8 : next(10_000);
  return {
    guid: `j${i}`,
    timestamp: time,
    ...fields,
    original_string: JSON.stringify({ ts: time / 1e3 + 0.000123, ...fields, ttl: [next(400), 1.5], z: 0 }),
  };
}

function text(i: number, next: (limit: number) => number): Event {
  const message = [`session opened for ${users[next(users.length)]}`, 'nul \0 in it', '💥 boom', 'x'][
    next(4)
  ]!;
  return {
    guid: `t${i}`,
    timestamp: 1_700_000_000_000 + i,
    host: `host${next(20)}`,
    message,
    original_string:
      next(50) === 0
        ? `free text ${i} ${message}`
        : `<${next(190)}>Nov 14 host${next(20)} app[${next(9999)}]: ${message}`,
  };
}

function odd(i: number, next: (limit: number) => number): Event {
  const line = ['', '-', '- - -', '{"a":', '\u00e9'.repeat(next(5)), `${next(10)}`][next(6)]!;
  return {
    guid: `o${i}`,
    timestamp: i,
    a: line,
    b: next(10),
    ...(next(5) === 0 ? {} : { original_string: line }),
  };
}

function nul(i: number): Event {
  return { guid: `n${i}`, timestamp: i, a: `a${i}`, b: `b${i}`, original_string: `x\0y a${i} \0'" b${i}` };
}

/** Values with letters right beside them, and some that have the literals in them. */
function glued(i: number, next: (limit: number) => number): Event {
  const user = ['ann', 'user', 'x', 'port 8', 'ann-user', 'a.b'][next(6)]!;
  const port = next(20);
  const host = `h${next(5)}.user.net`;
  const original_string = `${host}user ${user}, port${port};ann end`;
  return { guid: `g${i}`, timestamp: 1_700_000_000_000 + i, user, port, host, original_string };
}

const makers = { flow, json, text, odd, nul, glued };

const settings: Readonly<Record<string, DuckdbIndexOptions>> = {
  'raw lines in segments': {},
  'raw lines in segments with files of values': { valueRows: 1, valueShare: Number.POSITIVE_INFINITY },
  'raw lines in segments with sets of pieces': { valueRows: 1, valueShare: 0 },
};

describe.each(Object.keys(settings))('%s', (setting) => {
  let folder: string;
  let index: EventIndex;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'skopos-raw-'));
    index = await openDuckdbIndex(folder, { maintainEveryMs: 0, sealRows: 1, ...settings[setting] });
  });
  afterEach(async () => {
    await index.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function write(events: readonly Event[]): Promise<void> {
    await index.write([{ events: [encodeEvents('s', events)], source: null }]);
  }
  async function guids(query: Query): Promise<string[]> {
    const { results, total } = await index.search({ query, from: 0, size: 10_000 });
    expect(results).toHaveLength(total);
    return results.map(({ guid }) => guid).sort();
  }
  async function storedLines(): Promise<{ whole: number; apart: number }> {
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    const files = join(folder, 'segments', '0???????.parquet');
    const reader = await connection.runAndReadAll(
      `SELECT count(*) FILTER (raw_template IS NULL)::INTEGER, count(raw_template)::INTEGER FROM read_parquet('${files}')`,
    );
    const [row] = reader.getRowsJS();
    connection.closeSync();
    instance.closeSync();
    return { whole: Number(row![0]), apart: Number(row![1]) };
  }

  for (const [name, make] of Object.entries(makers)) {
    it(`come back as they were and are found by any piece: ${name}`, { timeout: 60_000 }, async () => {
      const next = numbers(name.length);
      const events = Array.from({ length: 400 }, (_, i) => make(i, next));
      await write(events);
      const words = wordsOf(events, numbers(3));
      const unsealed = new Map<Query, string[]>();
      for (const word of words) unsealed.set(word, await guids(word));
      await index.maintain(0);
      for (const [word, found] of unsealed) expect([word, await guids(word)]).toEqual([word, found]);
      const { results } = await index.search({ query: { type: 'all' }, from: 0, size: 1000 });
      const byGuid = new Map(results.map((event) => [event.guid, event.source]));
      for (const event of events)
        expect(byGuid.get(String(event['guid']))).toEqual(JSON.parse(JSON.stringify(event)));
      const lines = new Map(
        events.flatMap(({ guid, original_string }) =>
          typeof original_string === 'string' ? [[String(guid), original_string] as const] : [],
        ),
      );
      const all = [...lines.values()];
      for (let n = 0; n < 60; n++) {
        const line = all[next(all.length)]!;
        const start = next(line.length);
        let piece = line
          .slice(start, start + 1 + next(n % 3 === 0 ? 30 : 6))
          .replace(/[\0\ud800-\udfff]/g, '');
        if (n % 4 === 0) piece = piece.toUpperCase();
        if (piece === '' || piece.toLowerCase() !== piece.toUpperCase().toLowerCase()) continue;
        const pattern = `*${piece.replace(/[\\*?]/g, '\\$&')}*`;
        const expected = [...lines]
          .filter(([, whole]) => whole.toLowerCase().includes(piece.toLowerCase()))
          .map(([guid]) => guid)
          .sort();
        expect([piece, await guids({ type: 'wildcard', field: 'original_string', pattern })]).toEqual([
          piece,
          expected,
        ]);
      }
      expect(await guids({ type: 'exists', field: 'original_string' })).toEqual([...lines.keys()].sort());
    });
  }

  it('are kept apart from their values where their shape is known', async () => {
    const next = numbers(1);
    await write(Array.from({ length: 400 }, (_, i) => flow(i, next)));
    await index.maintain(0);
    const { whole, apart } = await storedLines();
    expect(apart).toBeGreaterThan(380);
    expect(whole + apart).toBe(400);
    await write(Array.from({ length: 400 }, (_, i) => json(400 + i, next)));
    await index.maintain(0);
    expect((await storedLines()).apart).toBeGreaterThan(650);
  });

  it('are read by the shapes that they were written with after a start', async () => {
    const next = numbers(2);
    const events = Array.from({ length: 100 }, (_, i) => flow(i, next));
    await write(events);
    await index.maintain(0);
    await index.close();
    index = await openDuckdbIndex(folder, { maintainEveryMs: 0, sealRows: 1, ...settings[setting] });
    expect((await index.find('f7'))?.source).toEqual(JSON.parse(JSON.stringify(events[7])));
    const words: Query = { type: 'term', field: 'original_string', value: 'end', quoted: false };
    expect(await guids(words)).toHaveLength(100);
    expect(await guids({ ...words, value: 'en' })).toHaveLength(0);
    expect(await guids({ type: 'regex', field: 'original_string', pattern: '17.*end' })).toHaveLength(100);
  });
});

/** Terms, in one field and in any: whole values, words of lines, and pieces of both. */
function wordsOf(events: readonly Event[], next: (limit: number) => number): Query[] {
  return Array.from({ length: 40 }, (_, n) => {
    const event = events[next(events.length)]!;
    const texts = Object.values(event).flatMap((value) =>
      value === undefined || value === '' ? [] : String(value),
    );
    const text = texts[next(texts.length)]!;
    const words = text.split(/[^\p{L}\p{N}_.:-]+/u);
    const start = next(text.length);
    const values = [text, words[next(words.length)]!, text.slice(start, start + 1 + next(8))];
    const value = values[n % 3]!.replace(/[\0\ud800-\udfff]/g, '');
    const spelled = n % 4 === 0 ? value.toUpperCase() : value;
    return { type: 'term', field: n % 2 === 0 ? null : 'original_string', value: spelled, quoted: true };
  });
}

describe('numbers that DuckDB writes as text', () => {
  it('look as they did when segments were written', async () => {
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    const values = [
      '0.1',
      '1e21',
      '1.5e-7',
      '123456789.123',
      '1e15',
      '5e-324',
      "'-0.0'",
      '100.0',
      '1.7976931348623157e308',
    ];
    const reader = await connection.runAndReadAll(
      `SELECT ${values.map((value) => `CAST(CAST(${value} AS DOUBLE) AS VARCHAR)`).join(', ')}`,
    );
    expect(reader.getRowsJS()[0]).toEqual([
      '0.1',
      '1e+21',
      '1.5e-07',
      '123456789.123',
      '1000000000000000.0',
      '5e-324',
      '-0.0',
      '100.0',
      '1.7976931348623157e+308',
    ]);
    connection.closeSync();
    instance.closeSync();
  });
});

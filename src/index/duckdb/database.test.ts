import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { IndexError } from '../errors.ts';
import { Database, isFatal } from './database.ts';

const limits = { timeoutMs: 10_000 };

describe('a database', () => {
  let folder: string;
  let database: Database;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'skopos-database-'));
    database = await Database.open(folder, { memoryLimitMb: 128, threads: 2, searches: 2 });
  });
  afterEach(async () => {
    await database.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('is opened anew after an error that it does not survive, with all that was committed', async () => {
    const { writer } = database;
    await writer.run('CREATE TABLE t AS SELECT 1 AS x');
    await writer.run("SET debug_checkpoint_abort = 'before_truncate'");
    const fatal: unknown = await writer.run('CHECKPOINT').catch((error: unknown) => error);
    expect(isFatal(fatal)).toBe(true);
    expect(isFatal(await writer.rows('SELECT * FROM t').catch((error: unknown) => error))).toBe(true);
    const searching = database
      .search((session) => session.rows('SELECT * FROM t'), limits)
      .catch((error: unknown) => error);
    await database.reopen();
    expect(await searching).toBeInstanceOf(IndexError);
    expect(await database.writer.rows('SELECT x FROM t')).toEqual([[1]]);
    expect(await database.search((session) => session.rows('SELECT x FROM t'), limits)).toEqual([[1]]);
  });

  it('undoes a transaction that fails', async () => {
    const { writer } = database;
    await writer.run('CREATE TABLE t (x INTEGER)');
    const failing = writer.transaction(async () => {
      await writer.run('INSERT INTO t VALUES (1)');
      await writer.run("INSERT INTO t VALUES ('no number')");
    });
    await expect(failing).rejects.toMatchObject({ code: 'SKP_INDEX_STORE' });
    expect(await writer.rows('SELECT * FROM t')).toEqual([]);
  });

  it('interrupts a search whose caller has gone, and serves the next one', async () => {
    const controller = new AbortController();
    const slow = database.search(
      (session) =>
        session.rows(
          'SELECT count(*) FROM range(100000000) a, range(1000) b WHERE (a.range * b.range) % 7 = 3',
        ),
      { signal: controller.signal, timeoutMs: 60_000 },
    );
    controller.abort();
    await expect(slow).rejects.toMatchObject({ code: 'SKP_INDEX_CANCELLED' });
    for (let i = 0; i < 4; i++) {
      expect(await database.search((session) => session.rows('SELECT 1::INTEGER'), limits)).toEqual([[1]]);
    }
  });

  it('lets searches wait for a connection', async () => {
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, i) =>
        database.search((session) => session.rows(`SELECT ${i}::INTEGER`), limits),
      ),
    );
    expect(answers.map((rows) => rows[0]![0])).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });
});

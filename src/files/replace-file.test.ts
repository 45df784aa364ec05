import { chmod, lstat, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { replaceFile } from './index.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'skopos-files-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('a file is there with text or bytes as they were given, and nothing beside it', async () => {
  await replaceFile(path.join(folder, 'a'), 'é');
  await replaceFile(path.join(folder, 'b'), Buffer.from([0xff, 0]));
  expect(await readFile(path.join(folder, 'a'), 'utf8')).toBe('é');
  expect([...(await readFile(path.join(folder, 'b')))]).toEqual([0xff, 0]);
  expect((await readdir(folder)).sort()).toEqual(['a', 'b']);
});

test.skipIf(process.platform === 'win32')('a file keeps its permissions', async () => {
  const place = path.join(folder, 'a');
  await writeFile(place, 'before');
  await chmod(place, 0o640);
  await replaceFile(place, 'after');
  expect((await lstat(place)).mode & 0o777).toBe(0o640);
});

test.skipIf(process.platform === 'win32')('a link is replaced, not followed', async () => {
  const [target, link] = [path.join(folder, 'target'), path.join(folder, 'link')];
  await writeFile(target, 'before');
  await symlink(target, link);
  await replaceFile(link, 'after');
  expect(await readFile(target, 'utf8')).toBe('before');
  expect(await readFile(link, 'utf8')).toBe('after');
  expect((await lstat(link)).isSymbolicLink()).toBe(false);
});

test('what cannot be replaced stays, and nothing is left beside it', async () => {
  const place = path.join(folder, 'a');
  await mkdir(path.join(place, 'full'), { recursive: true });
  await expect(replaceFile(place, 'after')).rejects.toThrow();
  expect(await readdir(folder)).toEqual(['a']);
});

test('of many who write at the same time, one is whole', async () => {
  const place = path.join(folder, 'a');
  const texts = Array.from({ length: 20 }, (_, i) => String(i).repeat(10_000));
  await Promise.all(texts.map((text) => replaceFile(place, text)));
  expect(texts).toContain(await readFile(place, 'utf8'));
  expect(await readdir(folder)).toEqual(['a']);
});

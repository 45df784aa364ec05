import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { lockDataFolder } from './lock.ts';

let folder: string;
const children: ChildProcess[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'skopos-lock-'));
});

afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

/** A second process that tries to lock the folder; its first line is `locked`, or the error. */
async function lockElsewhere(): Promise<{ child: ChildProcess; said: string }> {
  const script = `
    const { lockDataFolder } = await import(${JSON.stringify(new URL('./lock.ts', import.meta.url).href)});
    try { await lockDataFolder(${JSON.stringify(folder)}); console.log('locked'); setInterval(() => {}, 1000); }
    catch (error) { console.log(error.code + ' ' + error.message); }`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const [said] = await once(createInterface({ input: child.stdout }), 'line');
  return { child, said: String(said) };
}

it('refuses a second process and says who holds the folder', async () => {
  const lock = await lockDataFolder(folder);
  const { said } = await lockElsewhere();
  expect(said).toContain('SKP_DATA_FOLDER_IN_USE');
  expect(said).toContain(`process ${process.pid} on `);
  lock.release();
  expect((await lockElsewhere()).said).toBe('locked');
});

it('refuses this process while another one holds the folder, and takes it after kill -9', async () => {
  const { child, said } = await lockElsewhere();
  expect(said).toBe('locked');
  await expect(lockDataFolder(folder)).rejects.toMatchObject({
    code: 'SKP_DATA_FOLDER_IN_USE',
    holder: { pid: child.pid },
  });
  child.kill('SIGKILL');
  await once(child, 'exit');
  (await lockDataFolder(folder)).release();
});

it('refuses a second lock in the same process', async () => {
  const lock = await lockDataFolder(folder);
  await expect(lockDataFolder(folder)).rejects.toMatchObject({ code: 'SKP_DATA_FOLDER_IN_USE' });
  lock.release();
  lock.release();
  (await lockDataFolder(folder)).release();
});

it('makes the folder when it is absent, and says why where it cannot', async () => {
  (await lockDataFolder(join(folder, 'a', 'b'))).release();
  await writeFile(join(folder, 'file'), '');
  await expect(lockDataFolder(join(folder, 'file'))).rejects.toMatchObject({
    code: 'SKP_DATA_FOLDER_UNUSABLE',
  });
});

it('holds although whoever wrote down its holder left rubbish', async () => {
  const lock = await lockDataFolder(folder);
  await writeFile(join(folder, 'lock.json'), '{"pid":');
  await expect(lockDataFolder(folder)).rejects.toThrow('in use by another process');
  lock.release();
});

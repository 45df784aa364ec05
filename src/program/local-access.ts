/**
 * How commands on the same machine reach the running server: a file in the data folder, readable by its owner alone. Who can
 * read it can read the data anyway.
 */
import { chmod, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Accounts } from '../security/index.ts';

export const localAccessFile = 'server.json';

export async function writeLocalAccess(dataFolder: string, url: string, accounts: Accounts): Promise<void> {
  const file = path.join(dataFolder, localAccessFile);
  const token = await accounts.createToken('commands on this machine', ['administrator', 'sender'], 'local');
  await writeFile(file, JSON.stringify({ url, token, pid: process.pid }), { mode: 0o600 });
  await chmod(file, 0o600);
}

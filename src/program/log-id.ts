import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Names this data folder: part of every guid. */
export function logIdOf(dataFolder: string): string {
  const file = path.join(dataFolder, 'id');
  if (!existsSync(file)) writeFileSync(file, `${randomUUID()}\n`, { flag: 'wx' });
  return readFileSync(file, 'utf8').trim();
}

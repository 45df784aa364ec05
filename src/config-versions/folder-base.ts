/** Which version a folder was made from: noted in the folder, by pull and push, so that the next push knows what it changes. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { replaceFile } from '../files/index.ts';

/** Hidden: no part of the configuration. */
export const baseFile = '.skopos-version.json';

const baseSchema = z.object({ topic: z.string(), id: z.string(), version: z.int() });

export type FolderBase = z.output<typeof baseSchema>;

/** Null for a folder that was made from none, of this topic. */
export async function readFolderBase(folder: string, topic: string): Promise<FolderBase | null> {
  try {
    const text = await readFile(path.join(folder, baseFile), 'utf8');
    const { success, data } = baseSchema.safeParse(JSON.parse(text));
    return success && data.topic === topic ? data : null;
  } catch {
    return null;
  }
}

export async function writeFolderBase(folder: string, base: FolderBase): Promise<void> {
  await replaceFile(path.join(folder, baseFile), `${JSON.stringify(base)}\n`);
}

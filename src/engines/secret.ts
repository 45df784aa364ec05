/** Secrets of cluster.json: written there, or better named there and kept elsewhere. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { SkoposError } from '../errors.ts';

/** A text, or where to read it: a variable of the environment, a file (relative to the configuration folder; its last line end is no part of it). */
export type Secret = string | { readonly env: string } | { readonly file: string };

/** Throws `SKP_CLUSTER_SECRET` when it is not where it is said to be. */
export async function readSecret(secret: Secret, folder: string): Promise<string> {
  if (typeof secret === 'string') return secret;
  if ('env' in secret) {
    const value = process.env[secret.env];
    if (value !== undefined && value !== '') return value;
    throw new SkoposError(
      'SKP_CLUSTER_SECRET',
      `cluster.json names the variable ${secret.env}, which is not set`,
      {
        hint: 'Set it in the environment of the process.',
      },
    );
  }
  return (await readNamedFile(secret.file, folder)).toString('utf8').replace(/\r?\n$/, '');
}

/** A file that cluster.json names, such as a certificate. */
export async function readNamedFile(file: string, folder: string): Promise<Buffer> {
  try {
    return await readFile(path.resolve(folder, file));
  } catch (error) {
    throw new SkoposError(
      'SKP_CLUSTER_SECRET',
      `cluster.json names the file ${file}: ${(error as Error).message}`,
      {
        hint: 'Paths start at the configuration folder.',
        cause: error,
      },
    );
  }
}

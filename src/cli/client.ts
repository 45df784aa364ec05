/** Talks to a running Skopos on this machine, as the owner of its data folder. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { SkoposError } from '../errors.ts';
import { localAccessFile } from '../program/index.ts';

export interface LocalAccess {
  readonly url: string;
  readonly token: string;
}

/** Null when no server of this data folder is running. */
export function localAccess(data: string): LocalAccess | null {
  try {
    return JSON.parse(readFileSync(path.join(data, localAccessFile), 'utf8')) as LocalAccess;
  } catch {
    return null;
  }
}

export async function request<T>(
  access: LocalAccess,
  method: string,
  route: string,
  body?: unknown,
): Promise<T> {
  let response: Response;
  try {
    response = await fetch(new URL(route, access.url), {
      method,
      headers: {
        authorization: `Bearer ${access.token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch (error) {
    throw new SkoposError('SKP_CLI_SERVER', `The server at ${access.url} does not answer`, {
      hint: 'Start it with "skopos up", or name its data folder with --data.',
      cause: error,
    });
  }
  const answer = (await response.json()) as T & { code?: string; message?: string; hint?: string };
  if (!response.ok) {
    throw new SkoposError(
      answer.code ?? 'SKP_CLI_SERVER',
      answer.message ?? `The server answered ${response.status}`,
      {
        ...(answer.hint === undefined ? {} : { hint: answer.hint }),
      },
    );
  }
  return answer;
}

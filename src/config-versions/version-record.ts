/**
 * The records of the topic. A push appends `file/<push>/<path>` with a file's bytes for each file that changed, and then one record
 * `version/<push>` that lists all files of the version by hash. No key is ever written for two things, so that compaction takes nothing
 * away from the history.
 */
import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { mayTravel } from './travelling-path.ts';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const pushId = z.string().regex(/^[0-9a-f-]{36}$/);

const manifestSchema = z.object({
  format: z.literal(1),
  /** Names the push. */
  id: pushId,
  /** The push that it was made from; null for the first. */
  base: pushId.nullable(),
  at: z.int().min(0),
  who: z.string().max(200).transform(withoutControls),
  why: z.string().max(10_000).transform(withoutControls),
  /** The version whose content it brings back. */
  restores: z.int().min(1).optional(),
  files: z
    .array(
      z.object({
        path: z.string().refine(mayTravel),
        sha256,
        bytes: z.int().min(0),
        /** The push whose record has the content. */
        in: pushId,
      }),
    )
    .max(10_000),
});

export type Manifest = z.output<typeof manifestSchema>;
export type VersionFile = Manifest['files'][number];

export type VersionRecord =
  | { readonly type: 'file'; readonly push: string; readonly path: string }
  | { readonly type: 'version'; readonly push: string };

export function newPushId(): string {
  return randomUUID();
}

export function fileKey(push: string, path: string): Buffer {
  return Buffer.from(`file/${push}/${path}`);
}

export function versionKey(push: string): Buffer {
  return Buffer.from(`version/${push}`);
}

/** It is shown on terminals. */
function withoutControls(text: string): string {
  return text.replace(/[\0-\x08\x0b-\x1f\x7f-\x9f]/g, '\ufffd');
}

/** Null for a key that is not one of ours. */
export function readKey(key: Uint8Array | null): VersionRecord | null {
  const text = key === null ? '' : Buffer.from(key.buffer, key.byteOffset, key.length).toString('utf8');
  const found = /^(?:file\/([0-9a-f-]{36})\/(.+)|version\/([0-9a-f-]{36}))$/s.exec(text);
  if (found === null) return null;
  const [, filePush, path, versionPush] = found;
  if (filePush !== undefined && path !== undefined) return { type: 'file', push: filePush, path };
  return versionPush === undefined ? null : { type: 'version', push: versionPush };
}

export function writeManifest(manifest: Manifest): Buffer {
  return Buffer.from(JSON.stringify(manifest));
}

/** `newer`: of a program that is newer than this one. Null for what is none. */
export function readManifest(bytes: Uint8Array): Manifest | 'newer' | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
    const format = typeof value === 'object' && value !== null ? Reflect.get(value, 'format') : null;
    if (typeof format === 'number' && format > 1) return 'newer';
    const { success, data } = manifestSchema.safeParse(value);
    return success ? data : null;
  } catch {
    return null;
  }
}

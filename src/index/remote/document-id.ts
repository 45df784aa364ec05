import { createHash } from 'node:crypto';

/** The guid, so that an event that is written again is the same document; a hash of one that is too long (or empty) for an id. */
export function documentId(guid: string): string {
  const bytes = Buffer.byteLength(guid);
  return bytes > 0 && bytes <= 512 ? guid : `sha256-${createHash('sha256').update(guid).digest('hex')}`;
}

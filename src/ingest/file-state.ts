/** How far a followed file was read, and how it is known again when its name, its inode or its compression has changed. */
import { createHash, randomUUID } from 'node:crypto';

export interface Fingerprint {
  readonly length: number;
  /** SHA-256, first 16 bytes, hexadecimal. */
  readonly hash: string;
}

/** All offsets count bytes of the text, decompressed where the file is compressed. */
export interface FileState {
  /** Stays with the text wherever it moves. */
  readonly id: string;
  readonly path: string;
  /** `device:inode`; empty once another text stands there. */
  readonly place: string;
  /** When the file in that place was made, nanoseconds since the epoch; left out where that is not known. An inode is used again. */
  readonly born?: string;
  /** Every record before it is durable. */
  readonly offset: number;
  /** The first bytes, at most `HEAD_BYTES` and not beyond `offset`. */
  readonly head: Fingerprint;
  /** The bytes before `offset`, at most `LAST_BYTES`. */
  readonly last: Fingerprint;
  /** Lines too long to be taken that end at this offset or before are durable in the errors topic, be they before `offset` or not. */
  readonly overlongUntil?: number;
  /** Size and time of change (milliseconds) of a compressed file that was read to its end. */
  readonly finished?: string;
}

export const HEAD_BYTES = 1024;
export const LAST_BYTES = 256;
/** Shorter texts are not known again by what they say: two young files may well begin alike. */
const TELLING_BYTES = 256;

export const NO_FINGERPRINT: Fingerprint = { length: 0, hash: '' };

export function fingerprint(bytes: Buffer): Fingerprint {
  if (bytes.length === 0) return NO_FINGERPRINT;
  return { length: bytes.length, hash: createHash('sha256').update(bytes).digest('hex').slice(0, 32) };
}

/** Reads `length` bytes of the text from `offset`; fewer where it ends. */
export type TextReader = (offset: number, length: number) => Promise<Buffer>;

/** Where a text stands. */
export interface FilePlace {
  readonly path: string;
  readonly place: string;
  /** Empty where it is not known. */
  readonly born: string;
}

/** A text of which nothing was read yet. */
export function newFileState(file: FilePlace): FileState {
  const { path, place } = file;
  const state = { id: randomUUID(), path, place, offset: 0, head: NO_FINGERPRINT, last: NO_FINGERPRINT };
  return inPlaceOf(state, file);
}

/** The same text, standing in that file. */
export function inPlaceOf({ born: _born, ...state }: FileState, file: FilePlace): FileState {
  const moved = { ...state, path: file.path, place: file.place };
  return file.born === '' ? moved : { ...moved, born: file.born };
}

/** Whether a file is the one in the state's place, as far as the time when it was made tells. */
export function isBornAs(state: FileState, born: string): boolean {
  return state.born === undefined || born === '' || state.born === born;
}

/** Whether the text that `read` reads is the one of which `state` tells. */
export async function isSameText(state: FileState, read: TextReader): Promise<boolean> {
  if (state.offset === 0) return true;
  const head = fingerprint(await read(0, state.head.length));
  if (head.hash !== state.head.hash) return false;
  const last = fingerprint(await read(state.offset - state.last.length, state.last.length));
  return last.hash === state.last.hash;
}

export function canBeKnownByText(state: FileState): boolean {
  return state.offset >= TELLING_BYTES && state.head.length >= TELLING_BYTES;
}

/** The state after more of the text is durable. */
export async function advanced(state: FileState, offset: number, read: TextReader): Promise<FileState> {
  const headLength = Math.min(HEAD_BYTES, offset);
  const head = state.head.length === headLength ? state.head : fingerprint(await read(0, headLength));
  const lastLength = Math.min(LAST_BYTES, offset);
  return { ...state, offset, head, last: fingerprint(await read(offset - lastLength, lastLength)) };
}

/** A state as it comes from a file or a record header, or null when it is none. */
export function parseFileState(value: unknown): FileState | null {
  if (typeof value !== 'object' || value === null) return null;
  const { id, path, place, born, offset, head, last, overlongUntil, finished } = value as Record<
    string,
    unknown
  >;
  if (typeof id !== 'string' || typeof path !== 'string' || typeof place !== 'string') return null;
  if (!Number.isSafeInteger(offset) || !isFingerprint(head) || !isFingerprint(last)) return null;
  return {
    id,
    path,
    place,
    offset: offset as number,
    head,
    last,
    ...(typeof born === 'string' ? { born } : {}),
    ...(typeof overlongUntil === 'number' ? { overlongUntil } : {}),
    ...(typeof finished === 'string' ? { finished } : {}),
  };
}

function isFingerprint(value: unknown): value is Fingerprint {
  if (typeof value !== 'object' || value === null) return false;
  const { length, hash } = value as Record<string, unknown>;
  return typeof length === 'number' && typeof hash === 'string';
}

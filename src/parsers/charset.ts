/** Character sets by the names that Java gives them, for `readCharset`. */
import { ParserConfigError } from './errors.ts';

/** Bytes of one record to text. Bytes that are wrong in the character set become U+FFFD. */
export type CharsetDecoder = (bytes: Uint8Array) => string;

/**
 * The decoder for a name such as `UTF-8`, `ISO-8859-1` or `UTF-16` (which goes by the byte order mark and takes big endian
 * without one, as Java does). Throws `ParserConfigError` when the name is unknown.
 */
export function charsetDecoder(name: string): CharsetDecoder {
  const label = name.trim().toLowerCase();
  if (label === 'utf-16' || label === 'utf16') {
    const big = new TextDecoder('utf-16be');
    const little = new TextDecoder('utf-16le');
    return (bytes) => (bytes[0] === 0xff && bytes[1] === 0xfe ? little : big).decode(bytes);
  }
  if (latin1Names.has(label))
    return (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
  try {
    const decoder = new TextDecoder(label, { ignoreBOM: true });
    return (bytes) => decoder.decode(bytes);
  } catch (cause) {
    throw new ParserConfigError(`There is no character set ${JSON.stringify(name)}`, {
      cause,
      hint: 'Expected a name such as UTF-8, ISO-8859-1, windows-1252, UTF-16 or Shift_JIS',
    });
  }
}

/** The web reads these names as windows-1252; Java means the bytes themselves. */
const latin1Names = new Set(['iso-8859-1', 'iso8859-1', 'iso8859_1', 'latin1', 'us-ascii', 'ascii']);

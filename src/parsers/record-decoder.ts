/** How the bytes of a sensor's records become the text that its parser reads. */
import { parserRegistry } from './builtin.ts';
import { type CharsetDecoder, charsetDecoder } from './charset.ts';

/**
 * By `readCharset` of its `parserConfig` (UTF-8 unless told otherwise), and by the parser itself where its format may be binary. Throws
 * `ParserConfigError` when there is no such character set.
 */
export function recordDecoder(
  parserClassName: string,
  parserConfig: Readonly<Record<string, unknown>>,
): CharsetDecoder {
  const decode = charsetDecoder(String(parserConfig['readCharset'] ?? 'UTF-8'));
  const type = parserRegistry.find(parserClassName);
  const read = type?.readBytes;
  return read === undefined ? decode : (bytes) => read(bytes, decode);
}

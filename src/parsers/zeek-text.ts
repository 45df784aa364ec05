/** Text in Zeek's ASCII logs: `\xHH` for bytes that would break a line or are no printable ASCII, `\\` for a backslash. */

const escaped = /\\\\|(?:\\x[0-9a-fA-F]{2})+/g;
const replacement = '\ufffd';

/** Bytes that are no UTF-8 stay as they were written. */
export function unescapeZeek(text: string): string {
  return text.replace(escaped, unescapeRun);
}

/** `found` is one escaped backslash, or bytes in a row, which may make up one character. */
function unescapeRun(found: string): string {
  if (found === '\\\\') return '\\';
  const bytes = Buffer.from(found.replaceAll('\\x', ''), 'hex');
  let out = '';
  for (let at = 0; at < bytes.length; ) {
    const length = characterLength(bytes[at]!);
    const character = bytes.toString('utf8', at, at + length);
    if (character.includes(replacement)) {
      out += found.slice(at * 4, at * 4 + 4);
      at++;
    } else {
      out += character;
      at += length;
    }
  }
  return out;
}

/** Bytes of the UTF-8 character that a byte begins. */
function characterLength(first: number): number {
  return first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

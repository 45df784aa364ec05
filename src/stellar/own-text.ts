/**
 * A copy of a text that shares no memory with it. A piece cut out of a long text keeps all of the long text alive; what a
 * cache holds on to must not.
 */
export function ownText(text: string): string {
  return Buffer.from(text, 'utf16le').toString('utf16le');
}

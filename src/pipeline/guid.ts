/**
 * Ids of events, derived from their place in the log: a replay gives the same event the same id, so that a sink which knows
 * ids never holds an event twice.
 *
 * Layout: a UUID of version 8 (RFC 9562 §5.8): 32 bits hash of log and topic, 16 bits partition, version, 52 bits offset,
 * 20 bits position of the message in its record (a record may hold many). Ids of one partition sort in the order of the log.
 */

/** FNV-1a, 32 bits. */
function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text, 'utf8')) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

/** Messages that one record may hold: 2^20. */
export const maxPosition = 0xfffff;

export class GuidSequence {
  readonly #prefix: string;
  #high = -1;
  #highText = '';
  #offset = -1;
  #offsetText = '';

  /** `logId` tells one deployment's log from another's. */
  constructor(logId: string, topic: string, partition: number) {
    const hash = hash32(`${logId}\n${topic}`).toString(16).padStart(8, '0');
    this.#prefix = `${hash}-${partition.toString(16).padStart(4, '0')}`;
  }

  /** The id of message number `position` of the record at `offset`. Both from 0. */
  at(offset: number, position: number): string {
    if (offset !== this.#offset) {
      const high = Math.floor(offset / 0x10000000);
      if (high !== this.#high) {
        const digits = high.toString(16).padStart(6, '0');
        // Version 8 and the variant (binary 10) take the first digit of the third and fourth group.
        this.#highText = `${this.#prefix}-8${digits.slice(0, 3)}-8${digits.slice(3)}-`;
        this.#high = high;
      }
      this.#offset = offset;
      this.#offsetText = this.#highText + (offset % 0x10000000).toString(16).padStart(7, '0');
    }
    return this.#offsetText + (position === 0 ? '00000' : position.toString(16).padStart(5, '0'));
  }
}

/** How audit writes texts that users choose: in double quotes when they are plain, else in hex. */
import { ipv6Text } from '../shared/addresses.ts';

/**
 * Fields that the kernel or a program writes so: `encoded` in the audit documentation's field dictionary, and what auparse takes for
 * escaped (typetab.h), AppArmor's included. `old` and `new` are numbers, whose digits would read as hex.
 */
const untrusted = new Set(
  (
    'name exe comm cwd proctitle key cmd data acct addr apparmor cgroup ocomm file dir path grp device vm watch sw root_dir invalid_context new_group ' +
    'old-chardev new-chardev old-disk new-disk old-fs new-fs old-net new-net old-rng new-rng operation denied_mask requested_mask info profile'
  ).split(' '),
);

const hex = /^(?:[0-9A-F]{2})+$/;

/** Text that was written in hex; other text as it is. */
export function decodedHex(value: string): string {
  return hex.test(value) ? Buffer.from(value, 'hex').toString('utf8') : value;
}

/** Whether a value that stands in no quotes may be text in hex. */
export function mayBeHex(type: string, key: string): boolean {
  if (untrusted.has(key)) return true;
  return type === 'EXECVE' && isArgument(key);
}

/** `a0`, `a12`, `a1[0]`. */
export function isArgument(key: string): boolean {
  return key.charCodeAt(0) === 0x61 && argument.test(key);
}

const argument = /^a(\d{1,6})(?:\[(\d{1,6})\])?$/;

/** Gathers the arguments of a program, which may come in pieces over several lines. */
export class Arguments {
  readonly #parts: string[] = [];
  #last = -1;

  clear(): void {
    this.#parts.length = 0;
    this.#last = -1;
  }

  get empty(): boolean {
    return this.#parts.length === 0;
  }

  add(key: string, value: string): void {
    const found = argument.exec(key);
    if (found === null) return;
    const number = Number(found[1]);
    if (found[2] !== undefined && number === this.#last && this.#parts.length > 0)
      this.#parts[this.#parts.length - 1] += value;
    else this.#parts.push(value);
    this.#last = number;
  }

  take(): string[] {
    return this.#parts.slice();
  }
}

export interface SocketAddress {
  readonly family: string;
  readonly address?: string;
  readonly port?: number;
  readonly path?: string;
}

/** A `struct sockaddr` in hex, as x86 and ARM lay it out (family in little endian). Undefined when it is none. */
export function readSocketAddress(text: string): SocketAddress | undefined {
  if (text.length < 4 || text.length > 512 || !hex.test(text)) return undefined;
  const bytes = Buffer.from(text, 'hex');
  const family = bytes.readUInt16LE(0);
  if (family === 1) {
    const end = bytes.indexOf(0, 3);
    return {
      family: 'unix',
      path: bytes.toString('utf8', bytes[2] === 0 ? 3 : 2, end < 0 ? bytes.length : end),
    };
  }
  if (family === 2 && bytes.length >= 8)
    return {
      family: 'ipv4',
      port: bytes.readUInt16BE(2),
      address: `${bytes[4]}.${bytes[5]}.${bytes[6]}.${bytes[7]}`,
    };
  if (family === 10 && bytes.length >= 24)
    return { family: 'ipv6', port: bytes.readUInt16BE(2), address: ipv6Text(bytes, 8) };
  if (family === 16) return { family: 'netlink' };
  return { family: String(family) };
}

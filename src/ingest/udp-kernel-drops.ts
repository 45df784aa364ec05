/** Datagrams that the kernel dropped because a socket's receive buffer was full. Linux tells them in /proc/net/udp. */
import { readFileSync } from 'node:fs';
import { isIPv6, SocketAddress } from 'node:net';

/** Dropped datagrams of the sockets bound to exactly this address and port; null where the system does not tell. */
export function udpKernelDrops(address: string, port: number): number | null {
  const v6 = isIPv6(address);
  let table: string;
  try {
    table = readFileSync(v6 ? '/proc/net/udp6' : '/proc/net/udp', 'latin1');
  } catch {
    return null;
  }
  return dropsIn(table, `${v6 ? hexOfIPv6(address) : hexOfIPv4(address)}:${hex(port, 4)}`);
}

/** `local` as the table has it, `0100007F:0202`. */
export function dropsIn(table: string, local: string): number | null {
  let drops: number | null = null;
  for (const line of table.split('\n')) {
    const columns = line.trim().split(/ +/);
    if (columns[1] !== local) continue;
    drops = (drops ?? 0) + Number(columns[columns.length - 1]);
  }
  return drops;
}

const hex = (value: number, digits: number) => value.toString(16).toUpperCase().padStart(digits, '0');

/** The kernel prints each 32-bit word in the byte order of the machine; all that Node runs on here are little-endian. */
function hexOfWord(bytes: readonly number[]): string {
  return [...bytes]
    .reverse()
    .map((byte) => hex(byte, 2))
    .join('');
}

export function hexOfIPv4(address: string): string {
  return hexOfWord(address.split('.').map(Number));
}

export function hexOfIPv6(address: string): string {
  // The canonical form has no zone and no embedded IPv4 address except behind `::ffff:`.
  let canonical = new SocketAddress({ address: address.replace(/%.*$/, ''), family: 'ipv6' }).address;
  const embedded = canonical.match(/^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/);
  if (embedded !== null) {
    const [, head, a, b, c, d] = embedded;
    canonical = `${head}${((Number(a) << 8) | Number(b)).toString(16)}:${((Number(c) << 8) | Number(d)).toString(16)}`;
  }
  const [left = '', right] = canonical.split('::');
  const leftGroups = left === '' ? [] : left.split(':');
  const rightGroups = right === undefined || right === '' ? [] : right.split(':');
  const zeros = Array.from({ length: 8 - leftGroups.length - rightGroups.length }, () => '0');
  const bytes = [...leftGroups, ...zeros, ...rightGroups].flatMap((group) => {
    const value = Number.parseInt(group, 16);
    return [value >> 8, value & 255];
  });
  return [0, 4, 8, 12].map((at) => hexOfWord(bytes.slice(at, at + 4))).join('');
}

/**
 * Autonomous systems of addresses: from a MaxMind-style MMDB file, or from a table of address ranges built out of CSV lists
 * (start, end, number, organisation). The bytes may lie in shared memory.
 */
import { type AsnResponse, Reader } from 'mmdb-lib';
import { isPublicAddress } from './address.ts';

/** Metron's keys. `network` is the network that matched, in CIDR notation. */
export interface AutonomousSystem {
  readonly autonomous_system_number: number;
  readonly autonomous_system_organization: string;
  readonly network: string;
}

export interface AsnDatabase {
  get(ip: string): AutonomousSystem | null;
  version(): number;
}

type Source = (ip: string) => AutonomousSystem | null;

export class SwappableAsnDatabase implements AsnDatabase {
  #source: Source = () => null;
  #version = 0;

  /** Swaps in an MMDB file or a range table (told apart by its magic bytes). Throws when it is neither. */
  swap(bytes: Uint8Array): void {
    this.#source = RangeTable.isRangeTable(bytes) ? rangeSource(new RangeTable(bytes)) : mmdbSource(bytes);
    this.#version++;
  }

  get(ip: string): AutonomousSystem | null {
    return isPublicAddress(ip) ? this.#source(ip) : null;
  }

  version(): number {
    return this.#version;
  }
}

function mmdbSource(bytes: Uint8Array): Source {
  const reader = new Reader<AsnResponse>(
    Buffer.from(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.byteLength),
  );
  return (ip) => {
    if (ip.includes(':') && reader.metadata.ipVersion === 4) return null;
    const [record, prefix] = reader.getWithPrefixLength(ip);
    if (record === null || record.autonomous_system_number === undefined) return null;
    const bits = ip.includes(':') ? 128n : 32n;
    const value = parseAddress(ip);
    const mask = ((1n << BigInt(prefix)) - 1n) << (bits - BigInt(prefix));
    return {
      autonomous_system_number: record.autonomous_system_number,
      autonomous_system_organization: record.autonomous_system_organization ?? '',
      network: `${formatAddress(value & mask, ip.includes(':'))}/${prefix}`,
    };
  };
}

function rangeSource(table: RangeTable): Source {
  return (ip) => {
    const v6 = ip.includes(':');
    const value = parseAddress(ip);
    const row = v6 ? table.findV6(value) : table.findV4(Number(value));
    if (row < 0) return null;
    const [start, end] = v6 ? table.rangeV6(row) : table.rangeV4(row);
    return {
      autonomous_system_number: v6 ? table.v6Numbers[row]! : table.v4Numbers[row]!,
      autonomous_system_organization: table.organisation(v6 ? table.v6Names[row]! : table.v4Names[row]!),
      network: cidrAround(value, start, end, v6),
    };
  };
}

/** The largest network around the address that lies inside the range. */
function cidrAround(value: bigint, start: bigint, end: bigint, v6: boolean): string {
  const bits = v6 ? 128 : 32;
  let prefix = bits;
  let network = value;
  while (prefix > 0) {
    const size = 1n << BigInt(bits - prefix + 1);
    const wider = (value / size) * size;
    if (wider < start || wider + size - 1n > end) break;
    network = wider;
    prefix--;
  }
  return `${formatAddress(network, v6)}/${prefix}`;
}

/** An IPv4 or IPv6 text as a number. The text must be a valid address. */
export function parseAddress(text: string): bigint {
  if (!text.includes(':')) {
    let value = 0;
    for (const part of text.split('.')) value = value * 256 + Number(part);
    return BigInt(value);
  }
  let plain = text.split('%', 1)[0]!;
  const dotted = plain.lastIndexOf(':') + 1;
  if (plain.includes('.', dotted)) {
    const v4 = parseAddress(plain.slice(dotted));
    plain = `${plain.slice(0, dotted)}${(v4 >> 16n).toString(16)}:${(v4 & 0xffffn).toString(16)}`;
  }
  const [head = '', tail] = plain.split('::', 2);
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const groups = [
    ...left,
    ...Array<string>(tail === undefined ? 0 : 8 - left.length - right.length).fill('0'),
    ...right,
  ];
  let value = 0n;
  for (const group of groups) value = (value << 16n) | BigInt(Number.parseInt(group, 16));
  return value;
}

/** RFC 5952 text of an address. */
export function formatAddress(value: bigint, v6: boolean): string {
  if (!v6) return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join('.');
  const groups = Array.from({ length: 8 }, (_, index) =>
    ((value >> BigInt(112 - 16 * index)) & 0xffffn).toString(16),
  );
  let best = { at: -1, length: 1 };
  for (let at = 0; at < 8; at++) {
    let length = 0;
    while (groups[at + length] === '0') length++;
    if (length > best.length) best = { at, length };
    at += length;
  }
  if (best.at < 0) return groups.join(':');
  return `${groups.slice(0, best.at).join(':')}::${groups.slice(best.at + best.length).join(':')}`;
}

const magic = 'SKPASN01';

/**
 * Address ranges in typed arrays over one block of bytes. Layout (little-endian): magic (8 bytes); counts of v4 rows, v6 rows,
 * names, bytes of names (4 × u32); v6 starts and ends (u64 high, u64 low); v4 starts, ends, numbers, names (u32); v6 numbers,
 * names (u32); ends of names (u32); names (UTF-8).
 */
export class RangeTable {
  readonly #bytes: Uint8Array;
  readonly #v4Starts: Uint32Array;
  readonly #v4Ends: Uint32Array;
  readonly v4Numbers: Uint32Array;
  readonly v4Names: Uint32Array;
  readonly #v6Bounds: BigUint64Array;
  readonly v6Numbers: Uint32Array;
  readonly v6Names: Uint32Array;
  readonly #nameEnds: Uint32Array;
  readonly #namesAt: number;

  static isRangeTable(bytes: Uint8Array): boolean {
    return bytes.length >= 24 && Buffer.from(bytes.subarray(0, 8)).toString('latin1') === magic;
  }

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    const buffer = bytes.buffer as ArrayBuffer;
    let at = bytes.byteOffset + 8;
    const words = (count: number): Uint32Array => {
      const view = new Uint32Array(buffer, at, count);
      at += count * 4;
      return view;
    };
    const [v4 = 0, v6 = 0, names = 0] = words(4);
    this.#v6Bounds = new BigUint64Array(buffer, at, v6 * 4);
    at += v6 * 32;
    this.#v4Starts = words(v4);
    this.#v4Ends = words(v4);
    this.v4Numbers = words(v4);
    this.v4Names = words(v4);
    this.v6Numbers = words(v6);
    this.v6Names = words(v6);
    this.#nameEnds = words(names);
    this.#namesAt = at - bytes.byteOffset;
  }

  /** Row of the range that holds the address, −1 when none does. */
  findV4(value: number): number {
    let low = 0;
    let high = this.#v4Starts.length - 1;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      if (this.#v4Starts[middle]! <= value) low = middle + 1;
      else high = middle - 1;
    }
    return high >= 0 && this.#v4Ends[high]! >= value ? high : -1;
  }

  findV6(value: bigint): number {
    let low = 0;
    let high = this.v6Numbers.length - 1;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      if (this.rangeV6(middle)[0] <= value) low = middle + 1;
      else high = middle - 1;
    }
    return high >= 0 && this.rangeV6(high)[1] >= value ? high : -1;
  }

  rangeV4(row: number): readonly [bigint, bigint] {
    return [BigInt(this.#v4Starts[row]!), BigInt(this.#v4Ends[row]!)];
  }

  rangeV6(row: number): readonly [bigint, bigint] {
    const at = row * 4;
    const bounds = this.#v6Bounds;
    return [(bounds[at]! << 64n) | bounds[at + 1]!, (bounds[at + 2]! << 64n) | bounds[at + 3]!];
  }

  organisation(index: number): string {
    const start = this.#namesAt + (index === 0 ? 0 : this.#nameEnds[index - 1]!);
    const end = this.#namesAt + this.#nameEnds[index]!;
    return Buffer.from(this.#bytes.subarray(start, end)).toString('utf8');
  }
}

/**
 * Builds a range table. `v4Csv`: lines `start,end,number,"organisation"` with bounds as whole numbers; `v6Csv`: the same with
 * bounds as addresses. Both sorted by start.
 */
export function buildRangeTable(v4Csv: string, v6Csv: string): Uint8Array {
  const names = new Map<string, number>();
  const nameOf = (line: string, at: number): number => {
    const raw = line.charCodeAt(at) === 34 ? line.slice(at + 1, -1).replaceAll('""', '"') : line.slice(at);
    const known = names.get(raw);
    if (known !== undefined) return known;
    names.set(raw, names.size);
    return names.size - 1;
  };
  const rows = (csv: string): (readonly [string, string, number, number])[] => {
    const out: (readonly [string, string, number, number])[] = [];
    for (const line of csv.split('\n')) {
      const first = line.indexOf(',');
      const second = line.indexOf(',', first + 1);
      const third = line.indexOf(',', second + 1);
      if (third < 0) continue;
      out.push([
        line.slice(0, first),
        line.slice(first + 1, second),
        Number(line.slice(second + 1, third)),
        nameOf(line.trimEnd(), third + 1),
      ]);
    }
    return out;
  };
  const v4 = rows(v4Csv);
  const v6 = rows(v6Csv);
  const nameBytes = Buffer.from([...names.keys()].join(''), 'utf8');
  const size = 24 + v6.length * 32 + v4.length * 16 + v6.length * 8 + names.size * 4 + nameBytes.length;
  const bytes = Buffer.alloc(size);
  bytes.write(magic, 'latin1');
  let at = 8;
  const word = (value: number): void => {
    at = bytes.writeUInt32LE(value, at);
  };
  for (const count of [v4.length, v6.length, names.size, nameBytes.length]) word(count);
  for (const [start, end] of v6) {
    for (const bound of [parseAddress(start), parseAddress(end)]) {
      at = bytes.writeBigUInt64LE(bound >> 64n, at);
      at = bytes.writeBigUInt64LE(bound & 0xffffffffffffffffn, at);
    }
  }
  for (const row of v4) word(Number(row[0]));
  for (const row of v4) word(Number(row[1]));
  for (const row of v4) word(row[2]);
  for (const row of v4) word(row[3]);
  for (const row of v6) word(row[2]);
  for (const row of v6) word(row[3]);
  let end = 0;
  for (const name of names.keys()) word((end += Buffer.byteLength(name)));
  nameBytes.copy(bytes, at);
  return bytes;
}

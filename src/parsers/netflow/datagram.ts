/**
 * Datagrams of NetFlow v5 (Cisco, "NetFlow Export Datagram Format"), v9 (RFC 3954) and IPFIX (RFC 7011): their header and their sets.
 */
import { ParseError } from '../errors.ts';
import { elementOf } from './elements.ts';
import type { FlowVersion, Template, TemplateField } from './template.ts';

export interface DatagramHeader {
  readonly version: 5 | 9 | 10;
  /** Epoch milliseconds at which it was sent. */
  readonly exported: number;
  /** Epoch milliseconds at which the exporter was started; NaN for IPFIX, which does not say. */
  readonly boot: number;
  /** Engine type and id (v5), source id (v9), observation domain (IPFIX). */
  readonly domain: number;
  /** One packet in so many; 1 when nothing is said (only v5 says it here). */
  readonly rate: number;
  /** Where the records or sets begin. */
  readonly from: number;
  /** Where they end. */
  readonly to: number;
}

const v5RecordLength = 48;

/** Throws `ParseError` when it is no such datagram. */
export function readHeader(bytes: Buffer): DatagramHeader {
  const version = bytes.length >= 16 ? bytes.readUInt16BE(0) : 0;
  if (version === 5 && bytes.length >= 24) return readV5(bytes);
  if (version === 9 && bytes.length >= 20) return readV9(bytes);
  if (version === 10) return readIpfix(bytes);
  throw new ParseError(
    `No datagram of NetFlow v5, v9 or IPFIX: ${bytes.length} bytes that begin with version ${bytes.length >= 2 ? bytes.readUInt16BE(0) : 'none'}`,
  );
}

function readV5(bytes: Buffer): DatagramHeader {
  const count = bytes.readUInt16BE(2);
  const exported = bytes.readUInt32BE(8) * 1000 + Math.floor(bytes.readUInt32BE(12) / 1_000_000);
  const sampling = bytes.readUInt16BE(22);
  const interval = sampling & 0x3fff;
  const to = 24 + count * v5RecordLength;
  if (count === 0 || to > bytes.length)
    throw new ParseError(`A NetFlow v5 datagram of ${bytes.length} bytes that claims ${count} records`);
  return {
    version: 5,
    exported,
    boot: exported - bytes.readUInt32BE(4),
    domain: bytes.readUInt16BE(20),
    rate: Math.max(interval, 1),
    from: 24,
    to,
  };
}

function readV9(bytes: Buffer): DatagramHeader {
  const exported = bytes.readUInt32BE(8) * 1000;
  return {
    version: 9,
    exported,
    boot: exported - bytes.readUInt32BE(4),
    domain: bytes.readUInt32BE(16),
    rate: 1,
    from: 20,
    to: bytes.length,
  };
}

function readIpfix(bytes: Buffer): DatagramHeader {
  const length = bytes.readUInt16BE(2);
  if (length < 16 || length > bytes.length)
    throw new ParseError(`An IPFIX message of ${bytes.length} bytes that claims ${length}`);
  return {
    version: 10,
    exported: bytes.readUInt32BE(4) * 1000,
    boot: Number.NaN,
    domain: bytes.readUInt32BE(12),
    rate: 1,
    from: 16,
    to: length,
  };
}

/** Calls `set` with the id and content of every set of v9 and IPFIX; answers where reading ended: before `to` when a set claims more than there is. */
export function readSets(
  bytes: Buffer,
  header: DatagramHeader,
  set: (id: number, from: number, to: number) => void,
): number {
  let at = header.from;
  while (at + 4 <= header.to) {
    const length = bytes.readUInt16BE(at + 2);
    if (length < 4 || at + length > header.to) return at;
    set(bytes.readUInt16BE(at), at + 4, at + length);
    at += length;
  }
  return header.to;
}

/** Elements of a v5 record, in order, with their lengths; the numbers are IPFIX's. */
const v5Fields: readonly (readonly [id: number, length: number])[] = [
  [8, 4],
  [12, 4],
  [15, 4],
  [10, 2],
  [14, 2],
  [2, 4],
  [1, 4],
  [22, 4],
  [21, 4],
  [7, 2],
  [11, 2],
  [210, 1],
  [6, 1],
  [4, 1],
  [5, 1],
  [16, 2],
  [17, 2],
  [9, 1],
  [13, 1],
  [210, 2],
];

/** What a v5 record would be as a template. */
export const v5Template: Template = {
  id: 0,
  isOptions: false,
  fields: v5Fields.map(
    ([id, length]): TemplateField => ({ id, enterprise: 0, length, element: elementOf(id, 0) }),
  ),
  minLength: v5RecordLength,
  bytes: Buffer.alloc(0),
};

export function flowVersion(version: 5 | 9 | 10): FlowVersion {
  return version === 9 ? 9 : 10;
}

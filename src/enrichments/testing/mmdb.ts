/** Writes small MMDB files (MaxMind DB format 2.0) for tests: networks with records, in the order given. */

export type MmdbValue = string | number | boolean | Float | { readonly [key: string]: MmdbValue };

/** A number in single precision, as DB-IP stores coordinates. */
export class Float {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
}

export interface MmdbOptions {
  readonly type?: string;
  readonly ipVersion?: 4 | 6;
}

type Node = [Child, Child];
type Child = Node | { readonly offset: number } | null;

/** `networks`: records by network, such as `81.2.69.0/24` or `2001:db8::/32`. In a file for IPv6, IPv4 lies under `::/96`. */
export function writeMmdb(
  networks: Readonly<Record<string, MmdbValue>>,
  { type = 'GeoLite2-City', ipVersion = 6 }: MmdbOptions = {},
): Buffer {
  const data: Buffer[] = [];
  let size = 0;
  const root: Node = [null, null];
  for (const [network, record] of Object.entries(networks)) {
    const bytes = encode(record);
    insert(root, bitsOf(network, ipVersion), { offset: size });
    data.push(bytes);
    size += bytes.length;
  }
  const nodes: Node[] = [];
  const visit = (node: Node): void => {
    nodes.push(node);
    for (const child of node) if (Array.isArray(child)) visit(child);
  };
  visit(root);
  const tree = Buffer.alloc(nodes.length * 6);
  for (const [index, node] of nodes.entries()) {
    for (const side of [0, 1] as const) {
      const child = node[side];
      const pointer =
        child === null
          ? nodes.length
          : Array.isArray(child)
            ? nodes.indexOf(child)
            : nodes.length + 16 + child.offset;
      tree.writeUIntBE(pointer, index * 6 + side * 3, 3);
    }
  }
  const metadata = encode({
    binary_format_major_version: 2,
    binary_format_minor_version: 0,
    build_epoch: 1_700_000_000,
    database_type: type,
    description: {},
    ip_version: ipVersion,
    node_count: nodes.length,
    record_size: 24,
  });
  return Buffer.concat([
    tree,
    Buffer.alloc(16),
    ...data,
    Buffer.from([0xab, 0xcd, 0xef]),
    Buffer.from('MaxMind.com'),
    metadata,
  ]);
}

function insert(root: Node, bits: readonly (0 | 1)[], leaf: Child): void {
  let node = root;
  for (const [index, bit] of bits.entries()) {
    if (index === bits.length - 1) node[bit] = leaf;
    else {
      let next = node[bit];
      if (!Array.isArray(next)) node[bit] = next = [null, null];
      node = next;
    }
  }
}

function bitsOf(network: string, ipVersion: 4 | 6): (0 | 1)[] {
  const [address = '', prefix] = network.split('/');
  const v6 = address.includes(':');
  let groups: number[];
  if (v6) {
    const [head = '', tail = ''] = address.split('::');
    const left = head.split(':').filter((part) => part !== '');
    const right = tail.split(':').filter((part) => part !== '');
    const zeros = Array<string>(8 - left.length - right.length).fill('0');
    groups = [...left, ...zeros, ...right].flatMap((part) => {
      const value = Number.parseInt(part, 16);
      return [value >> 8, value & 255];
    });
  } else groups = [...(ipVersion === 6 ? Array<number>(12).fill(0) : []), ...address.split('.').map(Number)];
  const length = Number(prefix) + (v6 || ipVersion === 4 ? 0 : 96);
  return groups
    .flatMap((byte) => [...byte.toString(2).padStart(8, '0')].map((bit) => (bit === '1' ? 1 : 0)))
    .slice(0, length);
}

function encode(value: MmdbValue): Buffer {
  if (typeof value === 'string') {
    const bytes = Buffer.from(value, 'utf8');
    return Buffer.concat([control(2, bytes.length), bytes]);
  }
  if (typeof value === 'boolean') return control(14, value ? 1 : 0);
  if (value instanceof Float) {
    const bytes = Buffer.alloc(4);
    bytes.writeFloatBE(value.value);
    return Buffer.concat([control(15, 4), bytes]);
  }
  if (typeof value === 'number') {
    if (Number.isInteger(value) && value >= 0) {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(value);
      return Buffer.concat([control(6, 4), bytes]);
    }
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleBE(value);
    return Buffer.concat([control(3, 8), bytes]);
  }
  const entries = Object.entries(value);
  return Buffer.concat([
    control(7, entries.length),
    ...entries.flatMap(([key, entry]) => [encode(key), encode(entry)]),
  ]);
}

function control(type: number, size: number): Buffer {
  const first = type > 7 ? 0 : type << 5;
  const extended = type > 7 ? [type - 7] : [];
  if (size < 29) return Buffer.from([first | size, ...extended]);
  if (size < 285) return Buffer.from([first | 29, ...extended, size - 29]);
  throw new RangeError(`No test needs a value of ${size} bytes.`);
}

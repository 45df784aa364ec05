/** Addresses that are no host of the open Internet: a service asked by a rule may not be one of them unless that is wanted. */
import { BlockList, isIP, isIPv6 } from 'node:net';

// IANA's registries of special-purpose addresses (RFC 6890 and its updates), and what translates into IPv4.
const special = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '::/96',
  '64:ff9b::/96',
  '64:ff9b:1::/48',
  '100::/64',
  '2001::/23',
  '2001:db8::/32',
  '2002::/16',
  '3fff::/20',
  'fc00::/7',
  'fe80::/10',
  'fec0::/10',
  'ff00::/8',
];

/** Networks in CIDR notation or single addresses. Throws `TypeError` naming the one that is neither. */
export function addressList(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', prefix] = network.split('/');
    const family = isIP(address);
    const length = prefix === undefined ? (family === 6 ? 128 : 32) : Number(prefix);
    if (family === 0 || !Number.isInteger(length) || length < 0 || length > (family === 6 ? 128 : 32))
      throw new TypeError(`${JSON.stringify(network)} is no network (such as 10.0.0.0/8)`);
    list.addSubnet(address, length, family === 6 ? 'ipv6' : 'ipv4');
  }
  return list;
}

const specialList = addressList(special);

/** IPv4 written as IPv6 (`::ffff:10.0.0.1`) as what it stands for. */
function plainAddress(address: string): string {
  if (!isIPv6(address)) return address;
  const host = new URL(`http://[${address}]/`).hostname.slice(1, -1);
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(host);
  if (mapped === null) return host;
  const number = Number.parseInt(mapped[1]!, 16) * 65536 + Number.parseInt(mapped[2]!, 16);
  return [24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join('.');
}

export function isIn(list: BlockList, address: string): boolean {
  const plain = plainAddress(address.replace(/%.*$/, ''));
  return list.check(plain, isIPv6(plain) ? 'ipv6' : 'ipv4');
}

/** Whether an address belongs to this machine, a private network or to no host at all. */
export function isSpecialAddress(address: string): boolean {
  return isIn(specialList, address);
}

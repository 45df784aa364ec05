import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildRangeTable, formatAddress, parseAddress, SwappableAsnDatabase } from './asn-database.ts';
import { writeMmdb } from './testing/mmdb.ts';

const v4Csv = [
  '16777216,16777471,13335,"Cloudflare, Inc."',
  '16778240,16779263,38803,"Wirefreebroadband ""Pty"" Ltd"',
  '134744064,134744319,15169,Google LLC',
  '',
].join('\n');
const v6Csv = ['2001:200::,2001:200:ffff:ffff:ffff:ffff:ffff:ffff,2500,"WIDE Project"', ''].join('\n');

function table(): SwappableAsnDatabase {
  const database = new SwappableAsnDatabase();
  database.swap(buildRangeTable(v4Csv, v6Csv));
  return database;
}

describe('the table of AS ranges', () => {
  it.each([
    ['1.0.0.0', 13335, 'Cloudflare, Inc.', '1.0.0.0/24'],
    ['1.0.0.255', 13335, 'Cloudflare, Inc.', '1.0.0.0/24'],
    ['1.0.5.1', 38803, 'Wirefreebroadband "Pty" Ltd', '1.0.4.0/22'],
    ['8.8.8.8', 15169, 'Google LLC', '8.8.8.0/24'],
    ['2001:200::1', 2500, 'WIDE Project', '2001:200::/32'],
  ])('finds %s', (ip, number, organisation, network) => {
    expect(table().get(ip)).toEqual({
      autonomous_system_number: number,
      autonomous_system_organization: organisation,
      network,
    });
  });

  it.each(['0.255.255.255', '1.0.1.0', '9.9.9.9', '10.0.0.1', '2001:201::', '', 'abc', '1.0.0', '::1'])(
    'knows nothing of %j',
    (ip) => {
      expect(table().get(ip)).toBeNull();
    },
  );

  it('takes lists with Windows line ends', () => {
    const database = new SwappableAsnDatabase();
    database.swap(buildRangeTable(v4Csv.replaceAll('\n', '\r\n'), ''));
    expect(database.get('8.8.8.8')).toMatchObject({ autonomous_system_organization: 'Google LLC' });
  });

  it('lies in shared memory as well as in any other', () => {
    const bytes = buildRangeTable(v4Csv, v6Csv);
    const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
    shared.set(bytes);
    const database = new SwappableAsnDatabase();
    database.swap(shared);
    expect(database.get('2001:200::1')).toMatchObject({ autonomous_system_number: 2500 });
  });
});

describe('the AS database', () => {
  it("reads MaxMind's files, with the network that matched", () => {
    const database = new SwappableAsnDatabase();
    database.swap(
      writeMmdb(
        {
          '8.8.8.0/24': { autonomous_system_number: 15169, autonomous_system_organization: 'GOOGLE' },
          '2001:4860::/32': { autonomous_system_number: 15169, autonomous_system_organization: 'GOOGLE' },
        },
        { type: 'GeoLite2-ASN' },
      ),
    );
    const google = { autonomous_system_number: 15169, autonomous_system_organization: 'GOOGLE' };
    expect(database.get('2001:4860:4860::8888')).toEqual({ ...google, network: '2001:4860::/32' });
    expect(database.get('8.8.8.8')).toEqual({ ...google, network: '8.8.8.0/24' });
    expect(database.get('9.9.9.9')).toBeNull();
  });

  it('has no IPv6 in a file for IPv4', () => {
    const database = new SwappableAsnDatabase();
    database.swap(writeMmdb({ '8.8.8.0/24': { autonomous_system_number: 15169 } }, { ipVersion: 4 }));
    expect(database.get('8.8.8.8')).toMatchObject({
      autonomous_system_organization: '',
      network: '8.8.8.0/24',
    });
    expect(database.get('2001:4860::1')).toBeNull();
  });

  it('answers nothing before there is a database', () => {
    expect(new SwappableAsnDatabase().get('8.8.8.8')).toBeNull();
  });

  it('keeps the earlier database when the new bytes are none', () => {
    const database = table();
    const version = database.version();
    expect(() => database.swap(Buffer.from('nothing of the kind'))).toThrow();
    expect(database.get('8.8.8.8')).not.toBeNull();
    expect(database.version()).toBe(version);
  });
});

describe('addresses as numbers', () => {
  it.each([
    ['::', 0n],
    ['::1', 1n],
    ['1::', 1n << 112n],
    ['::ffff:1.2.3.4', 0xffff01020304n],
    ['fe80::1%eth0', (0xfe80n << 112n) | 1n],
    ['255.255.255.255', 0xffffffffn],
  ])('%s', (text, value) => {
    expect(parseAddress(text)).toBe(value);
  });

  it('are the same text again (RFC 5952)', () => {
    expect(formatAddress(parseAddress('2001:db8:0:0:1:0:0:1'), true)).toBe('2001:db8::1:0:0:1');
    expect(formatAddress(parseAddress('2001:db8:0:1:1:1:1:1'), true)).toBe('2001:db8:0:1:1:1:1:1');
    expect(formatAddress(0n, true)).toBe('::');
    fc.assert(
      fc.property(fc.ipV6(), (text) => {
        const value = parseAddress(text);
        expect(parseAddress(formatAddress(value, true))).toBe(value);
      }),
    );
    fc.assert(
      fc.property(fc.ipV4(), (text) => {
        expect(formatAddress(parseAddress(text), false)).toBe(text);
      }),
    );
  });
});

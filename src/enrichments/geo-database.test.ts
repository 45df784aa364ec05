import { describe, expect, it, vi } from 'vitest';
import { MmdbGeoDatabase } from './geo-database.ts';
import { Float, writeMmdb } from './testing/mmdb.ts';

const maxMind = {
  '81.2.69.0/24': {
    city: { geoname_id: 2643743, names: { en: 'London', de: 'London' } },
    country: { geoname_id: 2635167, iso_code: 'GB' },
    location: { latitude: 51.5142, longitude: -0.0931, metro_code: 501 },
    postal: { code: 'EC2V' },
  },
  '89.160.20.0/24': { registered_country: { iso_code: 'SE' }, location: { latitude: 59, longitude: 18 } },
  '2001:db8::/32': { country: { iso_code: 'NL' } },
};

const dbIp = {
  '1.1.1.0/24': {
    city: 'Sydney',
    country_code: 'AU',
    latitude: new Float(-33.8688),
    longitude: new Float(151.209),
    postcode: '2000',
    state1: 'New South Wales',
  },
};

function opened(...files: Uint8Array[]): MmdbGeoDatabase {
  const database = new MmdbGeoDatabase();
  database.swap(files);
  return database;
}

describe('the geo database', () => {
  it("reads MaxMind's nested records as texts under Metron's names", () => {
    expect(opened(writeMmdb(maxMind)).get('81.2.69.142')).toEqual({
      locID: '2643743',
      country: 'GB',
      city: 'London',
      postalCode: 'EC2V',
      dmaCode: '501',
      latitude: '51.5142',
      longitude: '-0.0931',
      location_point: '51.5142,-0.0931',
    });
  });

  it("reads DB-IP's flat records, without the digits that single precision does not have", () => {
    const database = opened(writeMmdb(dbIp, { type: 'DBIP-City ipv4', ipVersion: 4 }));
    expect(database.get('1.1.1.1')).toEqual({
      locID: '',
      country: 'AU',
      city: 'Sydney',
      postalCode: '2000',
      dmaCode: '',
      latitude: '-33.8688',
      longitude: '151.209',
      location_point: '-33.8688,151.209',
    });
  });

  it('takes the country of registration where there is no other, and prints whole degrees as Java does', () => {
    expect(opened(writeMmdb(maxMind)).get('89.160.20.112')).toMatchObject({
      country: 'SE',
      city: '',
      location_point: '59.0,18.0',
    });
  });

  it('knows no point where a coordinate is missing', () => {
    const database = opened(writeMmdb({ '9.9.9.0/24': { location: { latitude: 1.5 } } }));
    expect(database.get('9.9.9.9')).toMatchObject({ latitude: '1.5', longitude: '', location_point: '' });
  });

  it('answers for IPv6 from a file that holds both families', () => {
    const database = opened(writeMmdb(maxMind));
    expect(database.get('2001:db8::1')).toMatchObject({ country: 'NL' });
    expect(database.get('2001:DB8:0:0:0:0:0:1')).toMatchObject({ country: 'NL' });
    expect(database.get('81.2.69.142')).toMatchObject({ country: 'GB' });
  });

  it('answers for both families from two files, whatever their order', () => {
    const v4 = writeMmdb(dbIp, { type: 'DBIP-City ipv4', ipVersion: 4 });
    const v6 = writeMmdb({ '2400::/12': { country_code: 'JP' } }, { type: 'DBIP-City ipv6' });
    for (const files of [
      [v4, v6],
      [v6, v4],
    ]) {
      const database = opened(...files);
      expect(database.get('1.1.1.1')).toMatchObject({ city: 'Sydney' });
      expect(database.get('2400:1::1')).toMatchObject({ country: 'JP' });
    }
  });

  it('says once that IPv6 is wanted when only IPv4 is there', () => {
    const wanted = vi.fn();
    const database = new MmdbGeoDatabase(wanted);
    database.swap([writeMmdb(dbIp, { ipVersion: 4 })]);
    expect(database.get('1.1.1.1')).not.toBeNull();
    expect(wanted).not.toHaveBeenCalled();
    expect(database.get('2400::1')).toBeNull();
    expect(database.get('2400::2')).toBeNull();
    expect(wanted).toHaveBeenCalledOnce();
  });

  it.each([
    '',
    'host.example.com',
    '81.2.69',
    '81.2.69.142.1',
    '81.2.69.999',
    '081.2.69.142',
    '10.1.2.3',
    '192.168.1.1',
    '172.16.0.1',
    '127.0.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '0.0.0.0',
    '::',
    '::1',
    'fe80::1',
    'fd00::1',
    'ff02::1',
    '::zz',
    '__proto__',
    '81.2.69.142\0',
  ])('has no place for %j', (text) => {
    expect(
      opened(writeMmdb({ ...maxMind, '0.0.0.0/1': { country: { iso_code: 'XX' } } })).get(text),
    ).toBeNull();
  });

  it('answers from the new database after a swap, and counts its version up', () => {
    const database = opened(writeMmdb({ '81.2.69.0/24': { country: { iso_code: 'GB' } } }));
    expect(database.get('81.2.69.1')).toMatchObject({ country: 'GB' });
    const version = database.version();
    database.swap([writeMmdb({ '81.2.69.0/24': { country: { iso_code: 'FR' } } })]);
    expect(database.get('81.2.69.1')).toMatchObject({ country: 'FR' });
    expect(database.version()).toBeGreaterThan(version);
  });

  it('keeps the earlier database when the new bytes are none', () => {
    const database = opened(writeMmdb(maxMind));
    const version = database.version();
    expect(() => database.swap([Buffer.from('this is no database')])).toThrow();
    expect(database.get('81.2.69.142')).toMatchObject({ city: 'London' });
    expect(database.version()).toBe(version);
  });

  it('remembers that an address has no place', () => {
    const database = opened(writeMmdb(maxMind));
    expect(database.get('203.0.113.7')).toBeNull();
    expect(database.get('203.0.113.7')).toBeNull();
  });
});

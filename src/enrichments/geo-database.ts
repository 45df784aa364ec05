/**
 * Places of addresses from MMDB files (MaxMind DB format 2.0): MaxMind's own city and country databases, and DB-IP's.
 * The bytes may lie in shared memory, so that every worker thread reads the same copy.
 */
import { type CityResponse, Reader } from 'mmdb-lib';
import { isPublicAddress } from './address.ts';
import { LookupCache } from './lookup-cache.ts';

/** Metron's keys; all texts, empty where the database has nothing. */
export interface GeoLocation {
  readonly locID: string;
  readonly country: string;
  readonly city: string;
  readonly postalCode: string;
  readonly dmaCode: string;
  readonly latitude: string;
  readonly longitude: string;
  readonly location_point: string;
}

export interface GeoDatabase {
  /** Null for an address that cannot have a place, or that the database does not know. */
  get(ip: string): GeoLocation | null;
  version(): number;
}

/** What records of the databases we know look like; the library's types know MaxMind's alone. */
interface CityRecord {
  readonly city?: { readonly geoname_id?: number; readonly names?: { readonly en?: string } } | string;
  readonly country?: { readonly iso_code?: string };
  readonly registered_country?: { readonly iso_code?: string };
  readonly location?: {
    readonly latitude?: number;
    readonly longitude?: number;
    readonly metro_code?: number;
  };
  readonly postal?: { readonly code?: string };
  // DB-IP's flat form
  readonly country_code?: string;
  readonly postcode?: string;
  readonly latitude?: number;
  readonly longitude?: number;
}

/** Stands for "no place" in the cache. */
const nowhere: GeoLocation = {
  locID: '',
  country: '',
  city: '',
  postalCode: '',
  dmaCode: '',
  latitude: '',
  longitude: '',
  location_point: '',
};

export class MmdbGeoDatabase implements GeoDatabase {
  #readers: { readonly v4: Reader<CityResponse> | null; readonly v6: Reader<CityResponse> | null } = {
    v4: null,
    v6: null,
  };
  #version = 0;
  #askedForV6 = false;
  /** A walk through the tree and the decoding of a record take microseconds; the same addresses come again and again. */
  readonly #cache = new LookupCache<GeoLocation>(50_000);
  readonly #onV6Wanted: (() => void) | undefined;

  /** `onV6Wanted`: told once when an IPv6 address is looked up and no database for it is there. */
  constructor(onV6Wanted?: () => void) {
    this.#onV6Wanted = onV6Wanted;
  }

  /**
   * Swaps the database: between two look-ups, so no look-up sees half of each. A file that holds both families serves both.
   * Throws when the bytes are no MMDB; the earlier database stays in use then.
   */
  swap(files: readonly Uint8Array[]): void {
    let v4: Reader<CityResponse> | null = null;
    let v6: Reader<CityResponse> | null = null;
    for (const bytes of files) {
      const reader = new Reader<CityResponse>(
        Buffer.from(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.byteLength),
      );
      if (reader.metadata.ipVersion === 6) {
        v6 = reader;
        if (!/ipv6/i.test(reader.metadata.databaseType)) v4 ??= reader;
      } else v4 = reader;
    }
    this.#readers = { v4, v6 };
    this.#cache.clear();
    this.#version++;
  }

  get(ip: string): GeoLocation | null {
    const cached = this.#cache.get(ip);
    if (cached !== undefined) return cached === nowhere ? null : cached;
    const found = this.#find(ip);
    this.#cache.set(ip, found ?? nowhere);
    return found;
  }

  #find(ip: string): GeoLocation | null {
    if (!isPublicAddress(ip)) return null;
    const v6 = ip.includes(':');
    const reader = v6 ? this.#readers.v6 : this.#readers.v4;
    if (v6 && reader === null && !this.#askedForV6) {
      this.#askedForV6 = true;
      this.#onV6Wanted?.();
    }
    const record = reader?.get(ip);
    return record === null || record === undefined ? null : toLocation(record as unknown as CityRecord);
  }

  version(): number {
    return this.#version;
  }
}

export function toLocation(record: CityRecord): GeoLocation {
  const nested = typeof record.city === 'object' ? record.city : undefined;
  const latitude = javaDouble(record.location?.latitude ?? record.latitude);
  const longitude = javaDouble(record.location?.longitude ?? record.longitude);
  return {
    locID: nested?.geoname_id === undefined ? '' : String(nested.geoname_id),
    country: record.country?.iso_code ?? record.registered_country?.iso_code ?? record.country_code ?? '',
    city: typeof record.city === 'string' ? record.city : (nested?.names?.en ?? ''),
    postalCode: record.postal?.code ?? record.postcode ?? '',
    dmaCode: record.location?.metro_code === undefined ? '' : String(record.location.metro_code),
    latitude,
    longitude,
    location_point: latitude === '' || longitude === '' ? '' : `${latitude},${longitude}`,
  };
}

/** A coordinate as Java prints a double; values stored in single precision are not printed with digits they do not have. */
function javaDouble(value: number | undefined): string {
  if (value === undefined) return '';
  const exact = Math.fround(value) === value ? Number(value.toPrecision(7)) : value;
  return Number.isInteger(exact) ? `${exact}.0` : String(exact);
}

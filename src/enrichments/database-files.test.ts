import { mkdtemp, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SwappableAsnDatabase } from './asn-database.ts';
import { loadAsn, loadGeo, watchDatabase } from './database-files.ts';
import { MmdbGeoDatabase } from './geo-database.ts';
import { writeMmdb } from './testing/mmdb.ts';

const mmdb = writeMmdb({ '81.2.69.0/24': { country: { iso_code: 'GB' } } });

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'skopos-databases-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A POSIX ustar archive. */
function tar(entries: Readonly<Record<string, Buffer>>): Buffer {
  const parts = Object.entries(entries).flatMap(([name, content]) => {
    const header = Buffer.alloc(512);
    header.write(name, 0);
    header.write('0000644\0', 100);
    header.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124);
    header.write('0', 156);
    header.write('ustar\x0000', 257);
    return [header, content, Buffer.alloc((512 - (content.length % 512)) % 512)];
  });
  return Buffer.concat([...parts, Buffer.alloc(1024)]);
}

async function countryFrom(file: string, content: Buffer): Promise<string | undefined> {
  const full = path.join(folder, file);
  await writeFile(full, content);
  const database = new MmdbGeoDatabase();
  database.swap(await loadGeo(full, ['v4']));
  return database.get('81.2.69.1')?.country;
}

describe('a database file', () => {
  it('may be an MMDB as it is', async () => {
    expect(await countryFrom('geo.mmdb', mmdb)).toBe('GB');
  });

  it('may be packed with gzip', async () => {
    expect(await countryFrom('geo.mmdb.gz', gzipSync(mmdb))).toBe('GB');
  });

  it('may be the .tar.gz as MaxMind hands it out', async () => {
    const archive = tar({
      'GeoLite2-City_20260101/COPYRIGHT.txt': Buffer.from('…'.repeat(400)),
      'GeoLite2-City_20260101/GeoLite2-City.mmdb': mmdb,
    });
    expect(await countryFrom('geo.tar.gz', gzipSync(archive))).toBe('GB');
    expect(await countryFrom('geo.tar', archive)).toBe('GB');
  });

  it('is read into shared memory, so that all threads look at one copy', async () => {
    await writeFile(path.join(folder, 'geo.mmdb'), mmdb);
    const [bytes] = await loadGeo(path.join(folder, 'geo.mmdb'), ['v4']);
    expect(bytes?.buffer).toBeInstanceOf(SharedArrayBuffer);
  });

  it('that is absent is named, with the settings to look at', async () => {
    await expect(loadGeo(path.join(folder, 'none.mmdb'), ['v4'])).rejects.toMatchObject({
      code: 'SKP_ENRICHMENT_DATABASE',
      message: expect.stringContaining('none.mmdb'),
      hint: expect.stringContaining('geo.hdfs.file'),
    });
  });

  it('without an .mmdb inside is refused', async () => {
    await expect(
      countryFrom('geo.tar.gz', gzipSync(tar({ 'README.md': Buffer.from('hi') }))),
    ).rejects.toMatchObject({
      code: 'SKP_ENRICHMENT_DATABASE',
    });
  });

  it('that is no database is refused before anybody uses it', async () => {
    await expect(countryFrom('geo.mmdb', Buffer.from('<html>Not found</html>'))).rejects.toMatchObject({
      code: 'SKP_ENRICHMENT_DATABASE',
      message: expect.stringContaining('geo.mmdb'),
    });
    const asn = path.join(folder, 'asn.mmdb');
    await writeFile(asn, 'nothing of the kind');
    await expect(loadAsn(asn, folder)).rejects.toMatchObject({ code: 'SKP_ENRICHMENT_DATABASE' });
  });

  it('that is cut short while packed is refused with its name', async () => {
    await expect(countryFrom('geo.mmdb.gz', gzipSync(mmdb).subarray(0, 40))).rejects.toMatchObject({
      code: 'SKP_ENRICHMENT_DATABASE',
      message: expect.stringContaining('geo.mmdb.gz'),
    });
  });

  it('whose archive ends in the middle of the database is refused', async () => {
    const archive = tar({ 'a/geo.mmdb': mmdb });
    await expect(countryFrom('geo.tar', archive.subarray(0, 700))).rejects.toMatchObject({
      code: 'SKP_ENRICHMENT_DATABASE',
    });
  });
});

describe('the AS lists that come with npm', () => {
  it('become a table that is built once and kept', async () => {
    const database = new SwappableAsnDatabase();
    database.swap((await loadAsn(null, folder))!);
    expect(database.get('8.8.8.8')).toMatchObject({ autonomous_system_number: 15169 });
    expect(database.get('2001:4860:4860::8888')).toMatchObject({ autonomous_system_number: 15169 });
    const { readdir } = await import('node:fs/promises');
    const [kept] = await readdir(folder);
    const before = await stat(path.join(folder, kept!));
    const again = new SwappableAsnDatabase();
    again.swap((await loadAsn(null, folder))!);
    expect(again.get('8.8.8.8')).toMatchObject({ autonomous_system_number: 15169 });
    expect((await stat(path.join(folder, kept!))).mtimeMs).toBe(before.mtimeMs);
  });
});

describe('a watched database file', () => {
  it('is told of once when it is replaced, and not when a neighbour is', async () => {
    const file = path.join(folder, 'geo.mmdb');
    await writeFile(file, mmdb);
    const changed = vi.fn();
    const stop = watchDatabase(file, changed);
    await writeFile(path.join(folder, 'other.mmdb'), mmdb);
    await writeFile(`${file}.new`, mmdb);
    await rename(`${file}.new`, file);
    await vi.waitFor(() => expect(changed).toHaveBeenCalledOnce(), { timeout: 5_000 });
    stop();
  });
});

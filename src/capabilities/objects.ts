/** Objects of OBJECT_GET: JSON files in the folder `objects/` of the configuration, kept in memory for a while. */
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { ObjectStore } from '../stellar/index.ts';
import { argumentError } from '../stellar/index.ts';
import { confinedPath } from './confined.ts';

interface Kept {
  readonly value: Promise<unknown>;
  readonly until: number;
}

const unitMs: Readonly<Record<string, number>> = {
  MILLISECONDS: 1,
  SECONDS: 1000,
  MINUTES: 60_000,
  HOURS: 3_600_000,
  DAYS: 86_400_000,
};

/** `folder`: the configuration folder as it stands; null for none. */
export function createObjectStore(folder: () => string | null, clock: { now(): number }): ObjectStore {
  const kept = new Map<string, Kept>();
  return {
    async get(file, settingsOf) {
      const found = kept.get(file);
      if (found !== undefined && clock.now() < found.until) return await found.value;
      const settings = settingsOf();
      const value = load(folder(), file, numberOf(settings['object.cache.max.file.size'], 1_048_576));
      kept.delete(file);
      kept.set(file, { value, until: clock.now() + lifetime(settings) });
      const most = numberOf(settings['object.cache.size'], 1000);
      for (const oldest of kept.keys()) {
        if (kept.size <= most) break;
        kept.delete(oldest);
      }
      try {
        return await value;
      } catch (error) {
        // It may be there the next time.
        if (kept.get(file)?.value === value) kept.delete(file);
        throw error;
      }
    },
  };
}

async function load(folder: string | null, file: string, largest: number): Promise<unknown> {
  const shown = JSON.stringify(file.slice(0, 120));
  const objects = folder === null ? null : path.join(folder, 'objects');
  const absent = argumentError(
    `there is no object ${shown}`,
    `objects are JSON files in ${objects ?? 'the folder objects/ of the configuration'}`,
  );
  if (objects === null) throw absent;
  let place: string | null;
  let size: number;
  try {
    place = await confinedPath(objects, file);
    if (place === null) throw absent;
    const status = await stat(place);
    if (!status.isFile()) throw absent;
    size = status.size;
  } catch {
    throw absent;
  }
  if (size > largest) {
    throw argumentError(
      `the object ${shown} has ${size} bytes, ${largest} are allowed`,
      'raise object.cache.max.file.size',
    );
  }
  try {
    return JSON.parse(await readFile(place, 'utf8'));
  } catch (error) {
    throw argumentError(`the object ${shown} cannot be read as JSON: ${(error as Error).message}`);
  }
}

function lifetime(settings: Readonly<Record<string, unknown>>): number {
  const legacy = settings['object.cache.expiration.minutes'];
  if (legacy !== undefined && legacy !== null) return numberOf(legacy, 1440) * 60_000;
  const unit = String(settings['object.cache.time.unit'] ?? 'MINUTES').toUpperCase();
  const factor = Object.hasOwn(unitMs, unit) ? unitMs[unit]! : 60_000;
  return numberOf(settings['object.cache.expiration'], 1440) * factor;
}

function numberOf(value: unknown, fallback: number): number {
  const number = typeof value === 'string' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) && number >= 0 ? number : fallback;
}

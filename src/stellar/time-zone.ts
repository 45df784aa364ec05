import { ownText } from './own-text.ts';

/** Offsets of time zones from the time zone database that the JavaScript engine carries. */

const fixed = /^(?:GMT|UTC|UT)?([+-])(\d{1,2}):?(\d{2})?$/;

export interface Zone {
  /** Milliseconds that local time is ahead of UTC at an instant. */
  offset(epoch: number): number;
  /** `EST`, or `Eastern Standard Time`. */
  name(epoch: number, long: boolean): string;
}

const zones = new Map<string, Zone>();
const utcNames = new Set([
  'UTC',
  'GMT',
  'Z',
  'UT',
  'Etc/UTC',
  'Etc/GMT',
  'Zulu',
  'Universal',
  'Greenwich',
  'UCT',
]);

/** A zone by its name (`Europe/Berlin`, `EST`, `GMT+02:00`); an unknown name means GMT, as in Java. */
export function zoneOf(name: string): Zone {
  let zone = zones.get(name);
  if (zone === undefined) {
    zone = makeZone(ownText(name));
    // Names may come from events: they must not fill the memory.
    if (zones.size < 1000 && name.length <= 64) zones.set(ownText(name), zone);
  }
  return zone;
}

let host: string | undefined;

/** The name of this machine's zone. */
export function hostZone(): string {
  host ??= Intl.DateTimeFormat().resolvedOptions().timeZone;
  return host;
}

function makeZone(name: string): Zone {
  const match = fixed.exec(name);
  if (match !== null) {
    const minutes = (Number(match[2]) * 60 + Number(match[3] ?? 0)) * (match[1] === '-' ? -1 : 1);
    const shown = `GMT${match[1]}${match[2]?.padStart(2, '0')}:${match[3] ?? '00'}`;
    return { offset: () => minutes * 60_000, name: () => shown };
  }
  if (utcNames.has(name)) {
    const short = name === 'GMT' || name === 'Greenwich' || name === 'Etc/GMT' ? 'GMT' : 'UTC';
    const long = short === 'GMT' ? 'Greenwich Mean Time' : 'Coordinated Universal Time';
    return { offset: () => 0, name: (_, isLong) => (isLong ? long : short) };
  }
  try {
    return databaseZone(name);
  } catch {
    return { offset: () => 0, name: (_, isLong) => (isLong ? 'Greenwich Mean Time' : 'GMT') };
  }
}

const bucket = 900_000;

function databaseZone(name: string): Zone {
  const fields = new Intl.DateTimeFormat('en-US', {
    timeZone: name,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const offsets = new Map<number, number>();
  const names = new Map<boolean, Intl.DateTimeFormat>();
  return {
    offset: (epoch) => {
      // Offsets change only at whole quarters of an hour.
      const key = Math.floor(epoch / bucket);
      const held = offsets.get(key);
      if (held !== undefined) return held;
      const start = key * bucket;
      const part: Record<string, number> = {};
      for (const { type, value } of fields.formatToParts(start)) part[type] = Number(value);
      const local = Date.UTC(
        part['year']!,
        part['month']! - 1,
        part['day'],
        part['hour'],
        part['minute'],
        part['second'],
      );
      const offset = local - start;
      if (offsets.size > 10_000) offsets.clear();
      offsets.set(key, offset);
      return offset;
    },
    name: (epoch, isLong) => {
      let format = names.get(isLong);
      if (format === undefined) {
        format = new Intl.DateTimeFormat('en-US', {
          timeZone: name,
          timeZoneName: isLong ? 'long' : 'short',
        });
        names.set(isLong, format);
      }
      return format.formatToParts(epoch).find(({ type }) => type === 'timeZoneName')?.value ?? name;
    },
  };
}

/** The instant at which a zone's clocks show a local time (given as if it were UTC). */
export function toInstant(zone: Zone, local: number): number {
  return local - zone.offset(local - zone.offset(local));
}

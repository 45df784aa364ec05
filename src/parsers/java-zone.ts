/** Time zones by the ids that Java knows: IANA names, `GMT+2`, `UTC+01:00`, `+02:00`, and abbreviations. */
import { ParserConfigError } from './errors.ts';
import { TimeZone } from './time-zone.ts';

const abbreviations: ReadonlyMap<string, string> = new Map([
  ['PST', 'America/Los_Angeles'],
  ['MST', 'America/Phoenix'],
  ['CST', 'America/Chicago'],
  ['EST', '-05:00'],
  ['HST', 'Pacific/Honolulu'],
  ['JST', 'Asia/Tokyo'],
  ['IST', 'Asia/Kolkata'],
  ['ECT', 'Europe/Paris'],
]);

/** Throws `ParserConfigError` when Java would not know the id either. */
export function javaZone(id: string): TimeZone {
  const offset = /^(?:GMT|UTC|UT)?([+-])(\d{1,2})(?::?(\d\d))?$/.exec(id);
  if (offset !== null) {
    const hours = offset[2]!.padStart(2, '0');
    const minutes = offset[3] ?? '00';
    if (Number(hours) > 18 || Number(minutes) > 59)
      throw new ParserConfigError(`There is no time zone ${JSON.stringify(id)}`);
    return new TimeZone(`${offset[1]}${hours}:${minutes}`);
  }
  return new TimeZone(abbreviations.get(id) ?? id);
}

/** As Java's older interface reads zones: what it does not know is GMT. */
export function javaZoneOrGmt(id: string): TimeZone {
  try {
    return javaZone(id);
  } catch {
    return new TimeZone('UTC');
  }
}

/** Minutes ahead of UTC of zone names as they stand in log lines. */
export const zoneNameMinutes: ReadonlyMap<string, number> = new Map([
  ['UTC', 0],
  ['GMT', 0],
  ['UT', 0],
  ['Z', 0],
  ['WET', 0],
  ['WEST', 60],
  ['BST', 60],
  ['CET', 60],
  ['CEST', 120],
  ['EET', 120],
  ['EEST', 180],
  ['MSK', 180],
  ['IST', 330],
  ['SGT', 480],
  ['HKT', 480],
  ['AWST', 480],
  ['JST', 540],
  ['KST', 540],
  ['ACST', 570],
  ['AEST', 600],
  ['AEDT', 660],
  ['NZST', 720],
  ['NZDT', 780],
  ['HST', -600],
  ['AKST', -540],
  ['AKDT', -480],
  ['PST', -480],
  ['PDT', -420],
  ['MST', -420],
  ['MDT', -360],
  ['CST', -360],
  ['CDT', -300],
  ['EST', -300],
  ['EDT', -240],
  ['AST', -240],
  ['ADT', -180],
  ['BRT', -180],
]);

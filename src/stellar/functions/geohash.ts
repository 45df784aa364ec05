import { toDouble, toInteger, toText } from '../convert.ts';
import { argumentError } from '../errors.ts';
import type { StellarFunction } from '../expression.ts';
import {
  type AngleFormula,
  angleFormulas,
  centroid,
  decodeGeohash,
  distance,
  encodeGeohash,
  type Point,
} from '../geohash.ts';
import { mapGet } from '../members.ts';
import { describe, double, isMap, mapEntries } from '../values.ts';
import { absent, iterableArgument } from './arguments.ts';
import { optional, parameter } from './define.ts';

/** Geohashes: places as short texts. */

const precisionParameter = optional('precision', 'integer', 'How many characters, 1 to 12 (12)');
const strategyParameter = optional(
  'strategy',
  'string',
  'HAVERSINE (the default), LAW_OF_COSINES or VICENTY',
);

function precisionOf(name: string, value: unknown): number {
  if (absent(value)) return 12;
  const precision = toInteger(value);
  if (precision === null) return 12;
  if (precision < 1 || precision > 12)
    throw argumentError(`${name} needs a precision of 1 to 12, not ${precision}`);
  return precision;
}

function hashOf(name: string, latitude: unknown, longitude: unknown, precision: unknown): string | null {
  const point = { latitude: toDouble(latitude), longitude: toDouble(longitude) };
  if (point.latitude === null || point.longitude === null) return null;
  return encodeGeohash(
    { latitude: point.latitude, longitude: point.longitude },
    precisionOf(name, precision),
  );
}

function pointOf(name: string, hash: unknown): Point | null {
  const text = toText(hash);
  if (text === null) return null;
  const point = decodeGeohash(text);
  if (point === undefined) throw argumentError(`${name} needs a geohash, not ${describe(hash)}`);
  return point;
}

function formulaOf(name: string, strategy: unknown): AngleFormula {
  if (absent(strategy)) return 'HAVERSINE';
  const wanted = toText(strategy)?.toUpperCase() ?? '';
  const formula = (Object.keys(angleFormulas) as AngleFormula[]).find((known) => known === wanted);
  if (formula === undefined) throw argumentError(`${name} knows no strategy ${describe(strategy)}`);
  return formula;
}

const fromLatLong: StellarFunction = {
  name: 'GEOHASH_FROM_LATLONG',
  category: 'geography',
  description: 'The geohash of a place.',
  parameters: [
    parameter('latitude', 'number', 'Degrees north'),
    parameter('longitude', 'number', 'Degrees east'),
    precisionParameter,
  ],
  returns: { type: 'string', description: 'The geohash, null when a coordinate is missing or no number' },
  examples: [{ expression: 'GEOHASH_FROM_LATLONG(57.64911, 10.40744, 6)', result: 'u4pruy' }],
  pure: true,
  call: (_, latitude, longitude, precision) => hashOf('GEOHASH_FROM_LATLONG', latitude, longitude, precision),
};

const fromLoc: StellarFunction = {
  name: 'GEOHASH_FROM_LOC',
  category: 'geography',
  description: 'The geohash of a place as GEO_GET gives it.',
  parameters: [parameter('location', 'map', 'A map with latitude and longitude'), precisionParameter],
  returns: { type: 'string', description: 'The geohash, null when a coordinate is missing or no number' },
  examples: [
    {
      expression: "GEOHASH_FROM_LOC({'latitude': '57.64911', 'longitude': '10.40744'}, 6)",
      result: 'u4pruy',
    },
  ],
  pure: true,
  call: (_, location, precision) =>
    isMap(location)
      ? hashOf('GEOHASH_FROM_LOC', mapGet(location, 'latitude'), mapGet(location, 'longitude'), precision)
      : null,
};

const toLatLong: StellarFunction = {
  name: 'GEOHASH_TO_LATLONG',
  category: 'geography',
  description: "The centre of a geohash's cell.",
  parameters: [parameter('hash', 'string', 'The geohash')],
  returns: { type: 'map', description: 'A map with latitude and longitude, null for null' },
  examples: [{ expression: "GEOHASH_TO_LATLONG('s')", result: { latitude: 22.5, longitude: 22.5 } }],
  pure: true,
  call: (_, hash) => {
    const point = pointOf('GEOHASH_TO_LATLONG', hash);
    if (point === null) return null;
    return new Map([
      ['latitude', double(point.latitude)],
      ['longitude', double(point.longitude)],
    ]);
  },
};

const dist: StellarFunction = {
  name: 'GEOHASH_DIST',
  category: 'geography',
  description: 'The distance between two geohashes in kilometres.',
  parameters: [
    parameter('first', 'string', 'A geohash'),
    parameter('second', 'string', 'Another'),
    strategyParameter,
  ],
  returns: { type: 'double', description: 'The distance, null when either is null' },
  examples: [{ expression: "ROUND(GEOHASH_DIST('9q8yywhj21qe', 'dr5ru6j1xh0b'))", result: 4128 }],
  pure: true,
  call: (_, first, second, strategy) => {
    const a = pointOf('GEOHASH_DIST', first);
    const b = pointOf('GEOHASH_DIST', second);
    return a === null || b === null ? null : double(distance(a, b, formulaOf('GEOHASH_DIST', strategy)));
  },
};

const mostHashes = 2000;

const maxDist: StellarFunction = {
  name: 'GEOHASH_MAX_DIST',
  category: 'geography',
  description:
    'The largest distance between any two of some geohashes in kilometres. A login from two places far apart stands out.',
  parameters: [
    parameter('hashes', 'list', `The geohashes, at most ${mostHashes} different ones; nulls are left out`),
    strategyParameter,
  ],
  returns: { type: 'double', description: 'The distance, NaN for none, null for null' },
  examples: [
    { expression: "ROUND(GEOHASH_MAX_DIST(['9q8yywhj21qe', 'dr5ru6j1xh0b', 'u4pruydqmvpb']))", result: 8528 },
  ],
  pure: true,
  call: (_, hashes, strategy) => {
    if (absent(hashes)) return null;
    const formula = formulaOf('GEOHASH_MAX_DIST', strategy);
    const points: Point[] = [];
    for (const hash of new Set(iterableArgument('GEOHASH_MAX_DIST', 'hashes', hashes))) {
      const point = absent(hash) ? null : pointOf('GEOHASH_MAX_DIST', hash);
      if (point !== null) points.push(point);
      if (points.length > mostHashes)
        throw argumentError(`GEOHASH_MAX_DIST compares at most ${mostHashes} geohashes`);
    }
    if (points.length === 0) return Number.NaN;
    let longest = 0;
    points.forEach((a, i) => {
      for (let j = i + 1; j < points.length; j += 1)
        longest = Math.max(longest, distance(a, points[j]!, formula));
    });
    return double(longest);
  },
};

const centroidFunction: StellarFunction = {
  name: 'GEOHASH_CENTROID',
  category: 'geography',
  description: 'The geohash of the centre of gravity of some geohashes.',
  parameters: [
    parameter('hashes', 'list or map', 'The geohashes, or a map from each to its weight'),
    precisionParameter,
  ],
  returns: { type: 'string', description: 'The geohash, null for none' },
  examples: [{ expression: "GEOHASH_CENTROID(['dr5ru6j1xh0b', 'dr5ru6j1xh0b'], 6)", result: 'dr5ru6' }],
  pure: true,
  call: (_, hashes, precision) => {
    if (absent(hashes)) return null;
    const weighted: [Point, number][] = [];
    if (isMap(hashes)) {
      for (const [hash, weight] of mapEntries(hashes)) {
        const point = absent(hash) ? null : pointOf('GEOHASH_CENTROID', hash);
        if (point !== null) weighted.push([point, toDouble(weight) ?? 0]);
      }
    } else {
      for (const hash of iterableArgument('GEOHASH_CENTROID', 'hashes', hashes)) {
        const point = absent(hash) ? null : pointOf('GEOHASH_CENTROID', hash);
        if (point !== null) weighted.push([point, 1]);
      }
    }
    const centre = centroid(weighted);
    return centre === undefined ? null : encodeGeohash(centre, precisionOf('GEOHASH_CENTROID', precision));
  },
};

export const geohashFunctions: readonly StellarFunction[] = [
  fromLatLong,
  fromLoc,
  toLatLong,
  dist,
  maxDist,
  centroidFunction,
];

/** Geohashes (G. Niemeyer, 2008; base 32, longitude first) and distances on a sphere. */

const letters = '0123456789bcdefghjkmnpqrstuvwxyz';

export interface Point {
  /** Degrees. */
  readonly latitude: number;
  readonly longitude: number;
}

export function encodeGeohash({ latitude, longitude }: Point, precision: number): string {
  let [south, north, west, east] = [-90, 90, -180, 180];
  let hash = '';
  let index = 0;
  for (let bit = 0; hash.length < precision; bit += 1) {
    if (bit % 2 === 0) {
      const middle = (west + east) / 2;
      index = index * 2 + (longitude >= middle ? 1 : 0);
      if (longitude >= middle) west = middle;
      else east = middle;
    } else {
      const middle = (south + north) / 2;
      index = index * 2 + (latitude >= middle ? 1 : 0);
      if (latitude >= middle) south = middle;
      else north = middle;
    }
    if (bit % 5 === 4) {
      hash += letters[index];
      index = 0;
    }
  }
  return hash;
}

/** The centre of a geohash's cell; undefined for text that is no geohash. The empty one is the whole world. */
export function decodeGeohash(hash: string): Point | undefined {
  let [south, north, west, east] = [-90, 90, -180, 180];
  let bit = 0;
  for (const letter of hash.slice(0, 24).toLowerCase()) {
    const index = letters.indexOf(letter);
    if (index < 0) return undefined;
    for (let mask = 16; mask > 0; mask >>= 1, bit += 1) {
      if (bit % 2 === 0) {
        const middle = (west + east) / 2;
        if ((index & mask) !== 0) west = middle;
        else east = middle;
      } else {
        const middle = (south + north) / 2;
        if ((index & mask) !== 0) south = middle;
        else north = middle;
      }
    }
  }
  return { latitude: (south + north) / 2, longitude: (west + east) / 2 };
}

/** Mean radius of the earth in kilometres (IUGG). */
const earthRadius = 6371.0087714;
const radians = (degrees: number) => (degrees * Math.PI) / 180;

/** Central angles by formula. `VICENTY` is spelled as configurations have it; it is Vincenty's formula on a sphere. */
export const angleFormulas = {
  HAVERSINE(a: Point, b: Point): number {
    const [lat1, lat2] = [radians(a.latitude), radians(b.latitude)];
    const h =
      Math.sin((lat2 - lat1) / 2) ** 2 +
      Math.cos(lat1) * Math.cos(lat2) * Math.sin(radians(b.longitude - a.longitude) / 2) ** 2;
    return 2 * Math.asin(Math.min(1, Math.sqrt(h)));
  },
  LAW_OF_COSINES(a: Point, b: Point): number {
    if (a.latitude === b.latitude && a.longitude === b.longitude) return 0;
    const [lat1, lat2] = [radians(a.latitude), radians(b.latitude)];
    const cosine =
      Math.sin(lat1) * Math.sin(lat2) +
      Math.cos(lat1) * Math.cos(lat2) * Math.cos(radians(b.longitude - a.longitude));
    return Math.acos(Math.min(1, Math.max(-1, cosine)));
  },
  VICENTY(a: Point, b: Point): number {
    const [lat1, lat2, dLon] = [radians(a.latitude), radians(b.latitude), radians(b.longitude - a.longitude)];
    const left = Math.cos(lat2) * Math.sin(dLon);
    const right = Math.cos(lat1) * Math.sin(lat2) - Math.sin(lat1) * Math.cos(lat2) * Math.cos(dLon);
    const below = Math.sin(lat1) * Math.sin(lat2) + Math.cos(lat1) * Math.cos(lat2) * Math.cos(dLon);
    return Math.atan2(Math.hypot(left, right), below);
  },
} as const;

export type AngleFormula = keyof typeof angleFormulas;

/** Kilometres between two points along the surface. */
export function distance(a: Point, b: Point, formula: AngleFormula): number {
  return angleFormulas[formula](a, b) * earthRadius;
}

/** Weighted centre of gravity, projected back onto the sphere; undefined when there is none. */
export function centroid(points: Iterable<readonly [Point, number]>): Point | undefined {
  let [x, y, z, total] = [0, 0, 0, 0];
  for (const [{ latitude, longitude }, weight] of points) {
    const [lat, lon] = [radians(latitude), radians(longitude)];
    x += weight * Math.cos(lat) * Math.cos(lon);
    y += weight * Math.cos(lat) * Math.sin(lon);
    z += weight * Math.sin(lat);
    total += weight;
  }
  if (total === 0) return undefined;
  const degrees = 180 / Math.PI;
  return { latitude: Math.atan2(z, Math.hypot(x, y)) * degrees, longitude: Math.atan2(y, x) * degrees };
}

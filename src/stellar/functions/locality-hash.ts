import { toBoolean, toInteger } from '../convert.ts';
import { argumentError } from '../errors.ts';
import type { StellarFunction } from '../expression.ts';
import { mapGet } from '../members.ts';
import { type TlshOptions, tlshBins, tlshDigest, tlshDistance } from '../tlsh.ts';
import { describe, isMap } from '../values.ts';
import { absent, elements, stringOrNull } from './arguments.ts';
import { optional, parameter } from './define.ts';

/** TLSH, the algorithm of HASH whose digests can be compared. */

const mostBits = 4096;

/** What HASH gives for the algorithm TLSH. `config` is its third argument. */
export function localityHash(bytes: Uint8Array, config: unknown): unknown {
  const setting = (name: string): unknown => (isMap(config) ? mapGet(config, name) : null);
  const options: TlshOptions = {
    buckets: choice('bucketSize', setting('bucketSize'), [128, 256]),
    checksumBytes: choice('checksumBytes', setting('checksumBytes'), [1, 3]),
    force: toBoolean(setting('force')) ?? true,
  };
  const digest = tlshDigest(bytes, options);
  const wanted = setting('hashes');
  if (digest === null || absent(wanted)) return digest;
  const sizes = Array.from(elements(wanted) ?? [wanted], bitCount);
  if (sizes.reduce((sum, size) => sum + size, 0) > mostBits)
    throw argumentError(`HASH draws up to ${mostBits} bits for 'hashes'`);
  const bins = tlshBins(digest, options.checksumBytes, sizes);
  const result = new Map<string, string>([['tlsh', digest]]);
  for (const [at, bin] of bins.entries())
    result.set(sizes.length === 1 ? 'tlsh_bin' : `tlsh_bin_${sizes[at]}`, bin);
  return result;
}

function bitCount(value: unknown): number {
  const size = toInteger(value);
  if (size === null || size < 1)
    throw argumentError(`HASH needs numbers from 1 as 'hashes', not ${describe(value)}`);
  return size;
}

function choice<T extends number>(name: string, value: unknown, allowed: readonly [T, T]): T {
  if (absent(value)) return allowed[0];
  const found = allowed.find((one) => one === toInteger(value));
  if (found === undefined)
    throw argumentError(`HASH needs ${allowed.join(' or ')} as '${name}', not ${describe(value)}`);
  return found;
}

const tlshDist: StellarFunction = {
  name: 'TLSH_DIST',
  category: 'hashing',
  description: 'How far two TLSH digests are apart: 0 for the same, some tens for texts that are alike.',
  parameters: [
    parameter('hash1', 'string', 'A digest of HASH(…, "TLSH")'),
    parameter('hash2', 'string', 'Another one of the same kind'),
    optional('includeLength', 'boolean', 'Whether the lengths of the texts count; false when absent'),
  ],
  returns: { type: 'integer', description: 'The distance, -1 when one of them is null' },
  examples: [
    {
      expression: 'TLSH_DIST(a, b)',
      variables: {
        a: '6FF02BEF718027B0160B4391212923ED7F1A463D563B1549B86CF62973B197AD2731F8',
        b: '6FF02BEF718027B0160B4391212923ED7F1A463D563B1549B86CF62973B197AD2731F9',
      },
      result: 1,
    },
    { expression: "TLSH_DIST('same', 'same')", result: 0 },
  ],
  pure: true,
  arity: [2, Number.POSITIVE_INFINITY],
  call: (_, hash1, hash2, includeLength) => {
    const a = stringOrNull('TLSH_DIST', 'hash1', hash1);
    const b = stringOrNull('TLSH_DIST', 'hash2', hash2);
    if (a === null || b === null) return -1;
    return a === b ? 0 : tlshDistance(a, b, toBoolean(includeLength ?? null) ?? false);
  },
};

export const localityFunctions: readonly StellarFunction[] = [tlshDist];

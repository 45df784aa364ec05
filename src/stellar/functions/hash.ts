import { hash as digest } from 'node:crypto';
import { argumentError } from '../errors.ts';
import type { StellarFunction } from '../expression.ts';
import { mapGet } from '../members.ts';
import { describe, isMap, textOf } from '../values.ts';
import { absent, stringArgument } from './arguments.ts';
import { optional, parameter } from './define.ts';
import { localityHash } from './locality-hash.ts';

/** Digests of text, by the names that Java gives them. */

const algorithms: Readonly<Record<string, { readonly name: string; readonly bytes: number }>> = {
  MD5: { name: 'md5', bytes: 16 },
  SHA: { name: 'sha1', bytes: 20 },
  'SHA-1': { name: 'sha1', bytes: 20 },
  'SHA-224': { name: 'sha224', bytes: 28 },
  'SHA-256': { name: 'sha256', bytes: 32 },
  'SHA-384': { name: 'sha384', bytes: 48 },
  'SHA-512': { name: 'sha512', bytes: 64 },
  'SHA-512/224': { name: 'sha512-224', bytes: 28 },
  'SHA-512/256': { name: 'sha512-256', bytes: 32 },
  'SHA3-224': { name: 'sha3-224', bytes: 28 },
  'SHA3-256': { name: 'sha3-256', bytes: 32 },
  'SHA3-384': { name: 'sha3-384', bytes: 48 },
  'SHA3-512': { name: 'sha3-512', bytes: 64 },
};

const charsets: Readonly<Record<string, (text: string) => Buffer>> = {
  'UTF-8': (text) => Buffer.from(text, 'utf8'),
  'ISO-8859-1': (text) => Buffer.from(text, 'latin1'),
  'US-ASCII': (text) => Buffer.from(text.replace(/[^\x00-\x7f]/g, '?'), 'latin1'),
  'UTF-16': (text) => Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from(text, 'utf16le').swap16()]),
  'UTF-16BE': (text) => Buffer.from(text, 'utf16le').swap16(),
  'UTF-16LE': (text) => Buffer.from(text, 'utf16le'),
};

const locality = 'TLSH';

/** The reference hashes the Java serialisation of what is no text, which nothing else can reproduce. */
function bytesOf(value: unknown, charset: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value;
  const text = typeof value === 'string' ? value : textOf(value);
  if (absent(charset)) return Buffer.from(text, 'utf8');
  const name = stringArgument('HASH', 'charset', charset).toUpperCase();
  if (!Object.hasOwn(charsets, name)) throw argumentError(`HASH knows no charset ${describe(charset)}`);
  return charsets[name]!(text);
}

const hashFunction: StellarFunction = {
  name: 'HASH',
  category: 'hashing',
  description:
    'The digest of a text, in hexadecimal. TLSH gives digests of long texts that can be compared (TLSH_DIST).',
  parameters: [
    parameter('value', 'string', 'What to hash: bytes, text (as UTF-8), or any other value by its text form'),
    parameter('algorithm', 'string', 'MD5, SHA-1, SHA-256, SHA3-512, TLSH, …'),
    optional(
      'config',
      'map',
      "'charset' names other bytes for the text. TLSH: 'bucketSize' (128, 256), 'checksumBytes' (1, 3), 'force' (true: 50 bytes are enough, false: 256), 'hashes' (a number of bits or a list of them: bins of texts that are alike)",
    ),
  ],
  returns: {
    type: 'string',
    description:
      "The digest; zeros for a null value, null for a null algorithm. TLSH: null for too little or too uniform text; with 'hashes' a map of 'tlsh' and 'tlsh_bin' or 'tlsh_bin_<bits>'",
  },
  examples: [
    { expression: "HASH('abc', 'MD5')", result: '900150983cd24fb0d6963f7d28e17f72' },
    { expression: "HASH('too short', 'TLSH')", result: null },
  ],
  pure: true,
  arity: [2, Number.POSITIVE_INFINITY],
  call: (_, value, algorithm, config) => {
    if (absent(algorithm)) return null;
    const wanted = stringArgument('HASH', 'algorithm', algorithm).toUpperCase();
    const charset = isMap(config) ? mapGet(config, 'charset') : null;
    if (wanted === locality) return absent(value) ? null : localityHash(bytesOf(value, charset), config);
    if (!Object.hasOwn(algorithms, wanted)) {
      throw argumentError(
        `HASH knows no algorithm ${describe(algorithm)}`,
        `the algorithms are ${[...Object.keys(algorithms), locality].join(', ')}`,
      );
    }
    const { name, bytes } = algorithms[wanted]!;
    if (absent(value)) return '00'.repeat(bytes);
    return digest(name, bytesOf(value, charset), 'hex');
  },
};

const getHashesAvailable: StellarFunction = {
  name: 'GET_HASHES_AVAILABLE',
  category: 'hashing',
  description: 'The algorithms that HASH knows.',
  parameters: [],
  returns: { type: 'list', description: 'Their names' },
  examples: [{ expression: "'SHA-256' in GET_HASHES_AVAILABLE()", result: true }],
  pure: true,
  arity: [0, 0],
  call: () => [...Object.keys(algorithms), locality],
};

export const hashFunctions: readonly StellarFunction[] = [hashFunction, getHashesAvailable];

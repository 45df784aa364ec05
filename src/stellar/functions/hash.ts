import { hash as digest } from 'node:crypto';
import { argumentError } from '../errors.ts';
import type { StellarFunction } from '../expression.ts';
import { mapGet } from '../members.ts';
import { describe, isMap, textOf } from '../values.ts';
import { absent, stringArgument } from './arguments.ts';
import { optional, parameter } from './define.ts';

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

function bytesOf(text: string, charset: unknown): Buffer {
  if (absent(charset)) return Buffer.from(text, 'utf8');
  const name = stringArgument('HASH', 'charset', charset).toUpperCase();
  if (!Object.hasOwn(charsets, name)) throw argumentError(`HASH knows no charset ${describe(charset)}`);
  return charsets[name]!(text);
}

const hashFunction: StellarFunction = {
  name: 'HASH',
  category: 'hashing',
  description: 'The digest of a text, in hexadecimal.',
  parameters: [
    parameter('value', 'string', 'What to hash, as UTF-8; other values by their text form'),
    parameter('algorithm', 'string', 'MD5, SHA-1, SHA-256, SHA3-512, …'),
    optional('config', 'map', "'charset' names other bytes for the text"),
  ],
  returns: { type: 'string', description: 'The digest; zeros for a null value, null for a null algorithm' },
  examples: [{ expression: "HASH('abc', 'MD5')", result: '900150983cd24fb0d6963f7d28e17f72' }],
  pure: true,
  arity: [2, Number.POSITIVE_INFINITY],
  call: (_, value, algorithm, config) => {
    if (absent(algorithm)) return null;
    const wanted = stringArgument('HASH', 'algorithm', algorithm).toUpperCase();
    if (!Object.hasOwn(algorithms, wanted)) {
      throw argumentError(
        `HASH knows no algorithm ${describe(algorithm)}`,
        `the algorithms are ${Object.keys(algorithms).join(', ')}`,
      );
    }
    const { name, bytes } = algorithms[wanted]!;
    if (absent(value)) return '00'.repeat(bytes);
    // The reference hashes the Java serialisation of other values, which nothing else can reproduce.
    const text = typeof value === 'string' ? value : textOf(value);
    return digest(name, bytesOf(text, isMap(config) ? mapGet(config, 'charset') : null), 'hex');
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
  call: () => Object.keys(algorithms),
};

export const hashFunctions: readonly StellarFunction[] = [hashFunction, getHashesAvailable];

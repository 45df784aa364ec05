import { argumentError, typeError } from '../errors.ts';
import type { StellarFunction } from '../expression.ts';
import { describe } from '../values.ts';
import { absent, boundedText, stringArgument } from './arguments.ts';
import { optional, parameter } from './define.ts';

/** Base32, Base64 (RFC 4648), hexadecimal and binary text. */

interface Encoding {
  readonly alphabet: RegExp;
  encode(bytes: Buffer): string;
  /** Undefined when the text is not of the encoding and no part of it can be skipped. */
  decode(text: string): Buffer | undefined;
}

const base32Letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const base32HexLetters = '0123456789ABCDEFGHIJKLMNOPQRSTUV';

function base32(letters: string): Encoding {
  return {
    alphabet: new RegExp(`^[${letters}=\\s]+$`),
    encode(bytes) {
      let out = '';
      let bits = 0;
      let held = 0;
      for (const byte of bytes) {
        held = ((held << 8) | byte) & 0xfff;
        bits += 8;
        while (bits >= 5) {
          bits -= 5;
          out += letters[(held >>> bits) & 31];
        }
      }
      if (bits > 0) out += letters[(held << (5 - bits)) & 31];
      return out.padEnd(Math.ceil(out.length / 8) * 8, '=');
    },
    decode(text) {
      const bytes: number[] = [];
      let bits = 0;
      let held = 0;
      for (const character of text) {
        if (character === '=') break;
        const value = letters.indexOf(character);
        if (value < 0) continue;
        held = ((held << 5) | value) & 0xfff;
        bits += 5;
        if (bits >= 8) {
          bits -= 8;
          bytes.push((held >>> bits) & 255);
        }
      }
      return Buffer.from(bytes);
    },
  };
}

const encodings: Readonly<Record<string, Encoding>> = {
  BASE32: base32(base32Letters),
  BASE32HEX: base32(base32HexLetters),
  BASE64: {
    alphabet: /^[A-Za-z0-9+/\-_=\s]+$/,
    encode: (bytes) => bytes.toString('base64'),
    decode: (text) => Buffer.from(text, 'base64'),
  },
  BINARY: {
    alphabet: /^[01]+$/,
    encode: (bytes) =>
      Array.from(bytes, (byte) => byte.toString(2).padStart(8, '0'))
        .reverse()
        .join(''),
    decode(text) {
      if (!/^[01]+$/.test(text)) return undefined;
      const bytes: number[] = [];
      for (let end = text.length; end >= 8; end -= 8)
        bytes.push(Number.parseInt(text.slice(end - 8, end), 2));
      return Buffer.from(bytes);
    },
  },
  HEX: {
    alphabet: /^(?:[0-9a-fA-F]{2})+$/,
    encode: (bytes) => bytes.toString('hex'),
    decode: (text) => (/^(?:[0-9a-fA-F]{2})+$/.test(text) ? Buffer.from(text, 'hex') : undefined),
  },
};

const names = Object.keys(encodings);

function encodingArgument(name: string, value: unknown): Encoding {
  const wanted = stringArgument(name, 'encoding', value).toUpperCase();
  if (!Object.hasOwn(encodings, wanted))
    throw argumentError(
      `${name} knows no encoding ${describe(value)}`,
      `the encodings are ${names.join(', ')}`,
    );
  return encodings[wanted]!;
}

const getSupportedEncodings: StellarFunction = {
  name: 'GET_SUPPORTED_ENCODINGS',
  category: 'encoding',
  description: 'The encodings that ENCODE, DECODE and IS_ENCODING know.',
  parameters: [],
  returns: { type: 'list', description: 'Their names' },
  examples: [{ expression: 'GET_SUPPORTED_ENCODINGS()', result: names }],
  pure: true,
  call: () => [...names],
};

const encode: StellarFunction = {
  name: 'ENCODE',
  category: 'encoding',
  description: 'Encodes the UTF-8 bytes of a text.',
  parameters: [
    parameter('text', 'string', 'The text'),
    parameter('encoding', 'string', 'The name of the encoding'),
  ],
  returns: { type: 'string', description: 'The encoded text, null when either is null or empty' },
  examples: [{ expression: "ENCODE('Hello', 'BASE64')", result: 'SGVsbG8=' }],
  pure: true,
  arity: [2, Number.POSITIVE_INFINITY],
  call: (_, text, encoding) => {
    if (absent(text) || text === '' || absent(encoding) || encoding === '') return null;
    const source = stringArgument('ENCODE', 'text', text);
    boundedText('ENCODE', source.length * 3);
    return encodingArgument('ENCODE', encoding).encode(Buffer.from(source));
  },
};

const decode: StellarFunction = {
  name: 'DECODE',
  category: 'encoding',
  description:
    'Decodes a text. Characters outside of the alphabet are skipped, or, with `verify`, the text comes back unchanged.',
  parameters: [
    parameter('text', 'string', 'The encoded text'),
    parameter('encoding', 'string', 'The name of the encoding'),
    optional('verify', 'boolean', 'Whether to leave alone what is not in the alphabet'),
  ],
  returns: { type: 'string', description: 'The text, null when it or the encoding is null or empty' },
  examples: [{ expression: "DECODE('48656c6c6f', 'HEX')", result: 'Hello' }],
  pure: true,
  arity: [2, Number.POSITIVE_INFINITY],
  call: (_, text, encoding, verify) => {
    if (verify !== undefined && typeof verify !== 'boolean')
      throw typeError(`DECODE needs a boolean as 'verify', not ${describe(verify)}`);
    if (absent(text) || text === '' || absent(encoding) || encoding === '') return null;
    const source = stringArgument('DECODE', 'text', text);
    const kind = encodingArgument('DECODE', encoding);
    if (verify === true && !kind.alphabet.test(source)) return source;
    return kind.decode(source)?.toString('utf8') ?? source;
  },
};

const isEncoding: StellarFunction = {
  name: 'IS_ENCODING',
  category: 'encoding',
  description: 'Whether a text has only characters of an encoding. Blanks are allowed in Base32 and Base64.',
  parameters: [
    parameter('text', 'string', 'The text'),
    parameter('encoding', 'string', 'The name of the encoding'),
  ],
  returns: { type: 'boolean', description: 'True when it has; false when either is null or empty' },
  examples: [{ expression: "IS_ENCODING('48656c', 'HEX')", result: true }],
  pure: true,
  arity: [2, Number.POSITIVE_INFINITY],
  call: (_, text, encoding) => {
    if (absent(text) || text === '' || absent(encoding) || encoding === '') return false;
    const source = stringArgument('IS_ENCODING', 'text', text);
    return encodingArgument('IS_ENCODING', encoding).alphabet.test(source);
  },
};

export const encodingFunctions: readonly StellarFunction[] = [
  getSupportedEncodings,
  encode,
  decode,
  isEncoding,
];

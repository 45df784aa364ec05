/**
 * Values that have no field of their own on the server: of fields whose type changed, whose names are none there, or that are
 * beyond `maxFields`. Each is a word `name=kind:value` in one keyword field, made so that equality, patterns, ranges and networks are
 * questions about words.
 */
import { type Address, addressDigits, maybeAddress } from '../addresses.ts';
import { numberDigits } from '../remote/number-digits.ts';
import { canonical } from './names.ts';

/** t text, n number as text, d number as digits that sort, b boolean, j JSON, 4 and 6 addresses as digits. */
export type TokenKind = 't' | 'n' | 'd' | 'b' | 'j' | '4' | '6';

/** A word of Lucene has at most 32,766 bytes. */
const MOST_CHARACTERS = 8000;

export function tokenStart(name: string, kind: TokenKind): string {
  return `${tokenName(name)}=${kind}:`;
}

/** Words are compared without regard to case, which is not so for names: upper case is marked. */
export function tokenName(name: string): string {
  return canonical(name)
    .slice(0, 500)
    .replaceAll(/[%=^*?\\\p{Cc}]/gu, (c) => `%${c.charCodeAt(0).toString(16).padStart(2, '0')}`)
    .replaceAll(/\p{Lu}/gu, (c) => `^${c.toLowerCase()}`);
}

/** Adds the words of a value; of a list those of its elements. */
export function addTokens(tokens: Set<string>, name: string, value: unknown): void {
  if (Array.isArray(value)) {
    for (const element of value) {
      if (element !== null && typeof element === 'object') addJson(tokens, name, element);
      else if (element !== null) addTokens(tokens, name, element);
    }
    return;
  }
  switch (typeof value) {
    case 'string': {
      if (value.length > MOST_CHARACTERS) return;
      tokens.add(tokenStart(name, 't') + value);
      const address = maybeAddress(value);
      if (address !== null) tokens.add(addressToken(name, address));
      return;
    }
    case 'number':
      tokens.add(tokenStart(name, 'n') + String(value));
      tokens.add(tokenStart(name, 'd') + numberDigits(value));
      return;
    case 'boolean':
      tokens.add(tokenStart(name, 'b') + String(value));
      return;
    default:
      if (value !== null) addJson(tokens, name, value);
  }
}

function addJson(tokens: Set<string>, name: string, value: unknown): void {
  const text = JSON.stringify(value);
  if (text.length <= MOST_CHARACTERS) tokens.add(tokenStart(name, 'j') + text);
}

export function addressToken(name: string, { bits, number }: Address): string {
  return tokenStart(name, bits === 32 ? '4' : '6') + addressDigits(bits, number);
}

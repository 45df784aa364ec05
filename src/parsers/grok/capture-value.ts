/** What the text of a capture becomes. */
import type { CaptureType } from './expand.ts';

/**
 * As java-grok does it: text that is a 32-bit integer (a sign and leading zeros allowed) becomes a number, from other text
 * one pair of surrounding quotes of the same kind is taken. `undefined` (the group took no part) becomes null.
 */
export function autoValue(text: string | undefined): string | number | null {
  if (text === undefined) return null;
  const { length } = text;
  if (length === 0) return text;
  const first = text.charCodeAt(0);
  if (first < 0x3a && length < 32) {
    const signed = first === 0x2d || first === 0x2b;
    if (signed ? length > 1 : first >= 0x30) {
      let value = 0;
      let i = signed ? 1 : 0;
      for (; i < length; i++) {
        const digit = text.charCodeAt(i) - 0x30;
        if (digit < 0 || digit > 9) break;
        value = value * 10 + digit;
      }
      if (i === length) {
        if (first === 0x2d) value = 0 - value;
        return value <= 0x7fffffff && value >= -0x80000000 ? value : text;
      }
      return text;
    }
  }
  if ((first === 0x22 || first === 0x27) && length > 1 && text.charCodeAt(length - 1) === first)
    return text.slice(1, -1);
  return text;
}

/** A value of a stated type; text that is not of that type stays text, so that nothing is lost. */
export function typedValue(text: string | undefined, type: CaptureType): string | number | boolean | null {
  if (text === undefined) return null;
  switch (type) {
    case 'auto':
      return autoValue(text);
    case 'text':
      return text;
    case 'boolean':
      return /^true$/i.test(text) ? true : /^false$/i.test(text) ? false : text;
    default: {
      const number = /^\s*[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?\s*$/.test(text)
        ? Number(text)
        : Number.NaN;
      if (!Number.isFinite(number)) return text;
      return type === 'int' ? Math.trunc(number) : number;
    }
  }
}

import { expect, test } from 'vitest';
import { charsetDecoder } from './charset.ts';
import { ParserConfigError } from './errors.ts';

test.each([
  ['UTF-8', [0x63, 0xc3, 0xa9], 'cé'],
  ['ISO-8859-1', [0x80, 0xe9], '\u0080é'],
  ['windows-1252', [0x80, 0xe9], '€é'],
  ['UTF-16', [0xfe, 0xff, 0x00, 0x78], 'x'],
  ['UTF-16', [0xff, 0xfe, 0x78, 0x00], 'x'],
  ['UTF-16', [0x00, 0x78], 'x'],
  ['Shift_JIS', [0x93, 0xfa], '日'],
])('%s reads %j as %j', (name, bytes, text) => {
  expect(charsetDecoder(name)(Uint8Array.from(bytes))).toBe(text);
});

test('an unknown name is refused', () => {
  expect(() => charsetDecoder('no-such-charset')).toThrow(ParserConfigError);
});

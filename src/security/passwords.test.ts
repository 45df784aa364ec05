import { expect, it } from 'vitest';
import { generatePassword, hashPassword, verifyPassword } from './passwords.ts';

it('a password is right for its own hash alone', async () => {
  const stored = await hashPassword('correct horse');
  expect(await verifyPassword('correct horse', stored)).toBe(true);
  expect(await verifyPassword('correct horse ', stored)).toBe(false);
});

it('the same password has another hash each time', async () => {
  expect(await hashPassword('correct horse')).not.toBe(await hashPassword('correct horse'));
});

it('keeps what it cost to derive, so that it may cost more one day', async () => {
  expect(await hashPassword('correct horse')).toMatch(/^scrypt\$32768\$8\$1\$/);
});

it.each(['', 'plain', 'md5$1$2$3$4$5', 'scrypt$1'])('nothing is right for %j', async (stored) => {
  expect(await verifyPassword('', stored)).toBe(false);
});

it('made-up passwords differ and avoid letters that look alike', () => {
  const made = Array.from({ length: 200 }, generatePassword);
  expect(new Set(made).size).toBe(200);
  for (const password of made) expect(password).toMatch(/^([a-hjkmnp-z2-9i]{5}-){3}[a-hjkmnp-z2-9i]{5}$/);
  expect(made.join('')).not.toMatch(/[lo01]/);
});

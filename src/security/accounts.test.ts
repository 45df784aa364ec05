import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type KeyValueStore, openLmdbKeyValueStore } from '../store/index.ts';
import { Accounts } from './accounts.ts';

const hour = 3_600_000;
let folder: string;
let store: KeyValueStore;
let now: number;
let accounts: Accounts;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'skopos-accounts-'));
  store = openLmdbKeyValueStore(folder);
  now = 1_700_000_000_000;
  accounts = new Accounts(store, { now: () => now });
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

async function everything(): Promise<string> {
  const rows: unknown[] = [];
  for (const table of await store.tables()) for await (const entry of store.scan(table, {})) rows.push(entry);
  return JSON.stringify(rows);
}

describe('the first run', () => {
  it('makes an administrator with a password that nobody knows before, once', async () => {
    const first = await accounts.firstRun();
    expect(first).toMatchObject({ username: 'admin', password: expect.stringMatching(/^(\w{5}-){3}\w{5}$/) });
    expect((await accounts.signIn('admin', first!.password)).identity).toEqual({
      username: 'admin',
      roles: ['administrator'],
    });
    expect(await accounts.firstRun()).toBeNull();
  });

  it('takes the password it is given', async () => {
    await accounts.firstRun('correct horse');
    await expect(accounts.signIn('admin', 'correct horse')).resolves.toBeDefined();
  });
});

describe('signing in', () => {
  beforeEach(() => accounts.setUser('ann', 'correct horse', ['analyst']));

  it.each([
    ['ann', 'wrong horse'],
    ['ann', ''],
    ['bob', 'correct horse'],
    ['__proto__', 'correct horse'],
    ['', ''],
  ])('as %j with %j is refused, and the answer does not tell why', async (user, password) => {
    await expect(accounts.signIn(user, password)).rejects.toMatchObject({
      code: 'SKP_SECURITY_SIGN_IN',
      message: 'The user name or the password is not right',
    });
  });

  it('takes the same characters however they are composed', async () => {
    await accounts.setUser('zoe', 'passw\u00f6rter', ['viewer']);
    await expect(accounts.signIn('zoe', 'passwo\u0308rter')).resolves.toBeDefined();
  });

  it('gives a session that tells who it is', async () => {
    const { secret } = await accounts.signIn('ann', 'correct horse');
    expect(await accounts.session(secret)).toEqual({ username: 'ann', roles: ['analyst'] });
    expect(await accounts.session(`${secret}x`)).toBeNull();
  });

  it('stores neither passwords nor secrets of sessions and tokens', async () => {
    const { secret } = await accounts.signIn('ann', 'correct horse');
    const token = await accounts.createToken('script', ['viewer']);
    const text = await everything();
    expect(text).toContain('ann');
    for (const one of ['correct horse', secret, token, token.slice(4)]) expect(text).not.toContain(one);
  });
});

describe('a session', () => {
  let secret: string;
  beforeEach(async () => {
    await accounts.setUser('ann', 'correct horse', ['analyst']);
    secret = (await accounts.signIn('ann', 'correct horse')).secret;
  });

  it('ends after twelve hours without use', async () => {
    now += 12 * hour - 1;
    expect(await accounts.session(secret)).not.toBeNull();
    now += 12 * hour;
    expect(await accounts.session(secret)).toBeNull();
  });

  it('lives on while it is used', async () => {
    for (let day = 0; day < 10; day++) {
      now += 11 * hour;
      expect(await accounts.session(secret)).not.toBeNull();
    }
  });

  it('ends when its user signs out', async () => {
    await accounts.signOut(secret);
    expect(await accounts.session(secret)).toBeNull();
  });

  it("has the user's present roles", async () => {
    await accounts.setUser('ann', 'correct horse', ['viewer']);
    expect(await accounts.session(secret)).toMatchObject({ roles: ['viewer'] });
  });

  it('ends when the password changes', async () => {
    await accounts.setUser('ann', 'another horse', ['analyst']);
    expect(await accounts.session(secret)).toBeNull();
  });
});

describe('a token', () => {
  it('names what it is for and has its roles', async () => {
    const secret = await accounts.createToken('collector', ['sender']);
    expect(secret).toMatch(/^skp_/);
    expect(await accounts.token(secret)).toEqual({ username: 'token:collector', roles: ['sender'] });
    expect(await accounts.token('skp_wrong')).toBeNull();
  });

  it('ends when another takes its place', async () => {
    const first = await accounts.createToken('local', ['viewer'], 'local');
    const kept = await accounts.createToken('other', ['viewer']);
    const second = await accounts.createToken('local', ['viewer'], 'local');
    expect(await accounts.token(first)).toBeNull();
    expect(await accounts.token(second)).not.toBeNull();
    expect(await accounts.token(kept)).not.toBeNull();
  });
});

describe('a user', () => {
  it.each(['', 'a b', '../etc', 'x'.repeat(101), 'a\nb'])('cannot be called %j', async (name) => {
    await expect(accounts.setUser(name, 'long enough', ['viewer'])).rejects.toMatchObject({
      code: 'SKP_SECURITY_USER',
    });
  });

  it('has a password of 8 characters or more', async () => {
    await expect(accounts.setUser('ann', '1234567', ['viewer'])).rejects.toMatchObject({
      code: 'SKP_SECURITY_USER',
    });
    await expect(accounts.setUser('ann', '12345678', ['viewer'])).resolves.toBeUndefined();
  });
});

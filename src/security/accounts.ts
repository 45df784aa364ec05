/** Users, sessions and tokens, kept in the key-value store. Secrets are stored as hashes only. */
import { createHash, randomBytes } from 'node:crypto';
import type { JsonValue, KeyValueStore } from '../store/index.ts';
import { SecurityError } from './errors.ts';
import { generatePassword, hashPassword, verifyPassword } from './passwords.ts';
import type { Role, TokenRole } from './roles.ts';

const usersTable = 'security.users';
const sessionsTable = 'security.sessions';
const tokensTable = 'security.tokens';

/** A session ends after this time without use. */
const sessionMs = 12 * 60 * 60 * 1000;

export interface Identity {
  readonly username: string;
  readonly roles: readonly TokenRole[];
}

interface User {
  readonly username: string;
  readonly passwordHash: string;
  readonly roles: readonly Role[];
}

interface Session {
  readonly username: string;
  /** Digest of the hash of the password that opened it: another password ends the session. */
  readonly opened: string;
  readonly expires: number;
}

export class Accounts {
  readonly #store: KeyValueStore;
  readonly #clock: { now(): number };
  /** A hash to compare with when the user does not exist, so that the answer takes as long. */
  readonly #decoy = hashPassword(randomBytes(16).toString('hex'));

  constructor(store: KeyValueStore, clock: { now(): number }) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Makes the first administrator when there is no user yet, and returns the password to show once; null otherwise. */
  async firstRun(
    password?: string,
  ): Promise<{ readonly username: string; readonly password: string } | null> {
    for await (const _ of this.#store.scan(usersTable, { limit: 1 })) return null;
    const chosen = password ?? generatePassword();
    await this.setUser('admin', chosen, ['administrator']);
    return { username: 'admin', password: chosen };
  }

  async setUser(username: string, password: string, roles: readonly Role[]): Promise<void> {
    if (!/^[\w.@-]{1,100}$/.test(username)) {
      throw new SecurityError(
        'SKP_SECURITY_USER',
        `${JSON.stringify(username.slice(0, 40))} cannot be a user name`,
        {
          hint: 'Use letters, digits, ".", "_", "@" and "-".',
        },
      );
    }
    if (password.length < 8) {
      throw new SecurityError('SKP_SECURITY_USER', 'The password is shorter than 8 characters', {
        hint: 'Choose a longer one.',
      });
    }
    // The same password keeps its hash, and with it the sessions that it opened: only the roles change then.
    const before = (await this.#get(usersTable, username)) as User | undefined;
    const same = before !== undefined && (await verifyPassword(password, before.passwordHash));
    const user: User = {
      username,
      passwordHash: same ? before.passwordHash : await hashPassword(password),
      roles,
    };
    await this.#store.putMany(usersTable, [{ key: username, value: { ...user, roles: [...roles] } }]);
  }

  /** Checks a password and opens a session; returns its secret, for a cookie. */
  async signIn(
    username: string,
    password: string,
  ): Promise<{ readonly secret: string; readonly identity: Identity }> {
    const user = (await this.#get(usersTable, username)) as User | undefined;
    const right = await verifyPassword(password, user?.passwordHash ?? (await this.#decoy));
    if (user === undefined || !right) {
      throw new SecurityError('SKP_SECURITY_SIGN_IN', 'The user name or the password is not right', {
        hint: 'The first start prints the password of "admin"; `skopos password` sets a new one.',
      });
    }
    const secret = randomBytes(32).toString('base64url');
    const session: Session = {
      username,
      opened: digest(user.passwordHash),
      expires: this.#clock.now() + sessionMs,
    };
    await this.#store.putMany(sessionsTable, [{ key: digest(secret), value: { ...session } }]);
    return { secret, identity: { username, roles: user.roles } };
  }

  async signOut(secret: string): Promise<void> {
    await this.#store.deleteMany(sessionsTable, [digest(secret)]);
  }

  /** Who holds this session; null when it is unknown or over. Its time starts again at most once a minute. */
  async session(secret: string): Promise<Identity | null> {
    const key = digest(secret);
    const session = (await this.#get(sessionsTable, key)) as Session | undefined;
    const now = this.#clock.now();
    if (session === undefined || session.expires <= now) return null;
    const user = (await this.#get(usersTable, session.username)) as User | undefined;
    if (user === undefined || digest(user.passwordHash) !== session.opened) return null;
    if (session.expires - now < sessionMs - 60_000) {
      await this.#store.putMany(sessionsTable, [{ key, value: { ...session, expires: now + sessionMs } }]);
    }
    return { username: user.username, roles: user.roles };
  }

  /** Makes a token for programs. The secret is returned once. With `replaces`, earlier tokens of that mark end. */
  async createToken(name: string, tokenRoles: readonly TokenRole[], replaces?: string): Promise<string> {
    const secret = `skp_${randomBytes(32).toString('base64url')}`;
    const mark = replaces ?? null;
    if (mark !== null) {
      for await (const { key, value } of this.#store.scan(tokensTable, {})) {
        if ((value as { mark?: string }).mark === mark) await this.#store.deleteMany(tokensTable, [key]);
      }
    }
    const value: JsonValue = { name, roles: [...tokenRoles], created: this.#clock.now(), mark };
    await this.#store.putMany(tokensTable, [{ key: digest(secret), value }]);
    return secret;
  }

  async token(secret: string): Promise<Identity | null> {
    const token = (await this.#get(tokensTable, digest(secret))) as
      | { name: string; roles: TokenRole[] }
      | undefined;
    return token === undefined ? null : { username: `token:${token.name}`, roles: token.roles };
  }

  async #get(table: string, key: string): Promise<JsonValue | undefined> {
    return (await this.#store.getMany(table, [key]))[0];
  }
}

function digest(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

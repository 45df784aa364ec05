/** Which hosts expressions may ask. Off until the global configuration names some. */
import type { BlockList } from 'node:net';
import { isIP } from 'node:net';
import { StellarError } from '../stellar/index.ts';
import { addressList, isIn, isSpecialAddress } from './private-addresses.ts';

const allowedHostsSetting = 'stellar.rest.allowed.hosts';
const allowedAddressesSetting = 'stellar.rest.allowed.addresses';

export interface HttpPolicy {
  /** Throws `StellarError` for a URL that may not be asked. */
  check(url: URL): void;
  /** Throws `StellarError` for an address that may not be connected to. `host` is what was asked for. */
  checkAddress(host: string, address: string): void;
}

export function refused(message: string, hint: string): StellarError {
  return new StellarError('SKP_STELLAR_CAPABILITY', message, { hint });
}

/**
 * Reads `stellar.rest.allowed.hosts` (host names, `*.example.com` for all below one, `host:port` for other ports than 80 and 443,
 * `host:*` for all) and `stellar.rest.allowed.addresses` (private networks that those names may lead to).
 */
export function httpPolicy(settings: Readonly<Record<string, unknown>>): HttpPolicy {
  const hosts = textsOf(settings[allowedHostsSetting]).map(hostRule);
  let addresses: BlockList;
  try {
    addresses = addressList(textsOf(settings[allowedAddressesSetting]));
  } catch (error) {
    throw refused(`${allowedAddressesSetting}: ${(error as Error).message}`, 'mend it in global.json');
  }
  return {
    check(url) {
      if (url.protocol !== 'http:' && url.protocol !== 'https:')
        throw refused(`${url.protocol} is not spoken`, 'services are asked over http and https');
      if (url.username !== '' || url.password !== '')
        throw refused(
          'a URL with a password in it is not asked',
          'use basic.auth.user and basic.auth.password.path',
        );
      const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port;
      const host = plainHost(url.hostname);
      if (hosts.some((rule) => rule(host, port))) return;
      throw refused(
        `the host ${host}:${port} is not one that expressions may ask`,
        hosts.length === 0
          ? `HTTP is off; name hosts in the global setting ${allowedHostsSetting}`
          : `add it to the global setting ${allowedHostsSetting}`,
      );
    },
    checkAddress(host, address) {
      // Whoever lists an address itself means it.
      if (isIP(host) !== 0 || !isSpecialAddress(address) || isIn(addresses, address)) return;
      throw refused(
        `${host} leads to ${address}, which is no address of the open Internet`,
        `add its network to the global setting ${allowedAddressesSetting} if that is right`,
      );
    },
  };
}

/** IPv6 without its brackets, names without the dot of the root. */
export function plainHost(hostname: string): string {
  return hostname
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
    .toLowerCase();
}

function textsOf(value: unknown): string[] {
  if (typeof value === 'string')
    return value
      .split(',')
      .map((one) => one.trim())
      .filter((one) => one !== '');
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

function hostRule(written: string): (host: string, port: string) => boolean {
  const bracketed = /^\[([^\]]+)\](?::(\*|\d+))?$/.exec(written);
  const plain = isIP(written) === 6 ? null : /^(.*):(\*|\d+)$/.exec(written);
  const [, host = written, port] = bracketed ?? plain ?? [];
  const name = plainHost(host);
  const portFits = (asked: string) =>
    port === undefined ? asked === '80' || asked === '443' : port === '*' || asked === port;
  if (name.startsWith('*.')) return (asked, at) => asked.endsWith(name.slice(1)) && portFits(at);
  return (asked, at) => asked === name && portFits(at);
}

/** The known-hosts list: attributes of assets by address, replaced as a whole when the configuration changes. */
import { SkoposError } from '../errors.ts';
import { type EnrichmentAdapter, emptyFragment, type Fragment } from './adapter.ts';

export interface KnownHosts {
  get(ip: string): Fragment | undefined;
  version(): number;
}

export class KnownHostList implements KnownHosts {
  #hosts = new Map<string, Fragment>();
  #version = 0;

  constructor(entries: readonly Readonly<Record<string, unknown>>[] = []) {
    this.replace(entries);
  }

  /** `entries`: objects with `ip` and any other attributes. Throws when one has no `ip`; the list stays as it was then. */
  replace(entries: readonly Readonly<Record<string, unknown>>[]): void {
    const hosts = new Map<string, Fragment>();
    for (const [index, entry] of entries.entries()) {
      const { ip, ...attributes } = entry;
      if (typeof ip !== 'string' || ip === '') {
        throw new SkoposError('SKP_ENRICHMENT_HOSTS', `Entry ${index} of the known-hosts list has no "ip"`, {
          hint: 'Write each host as {"ip": "10.1.2.3", "type": "webserver", …}.',
        });
      }
      const names = Object.keys(attributes);
      hosts.set(ip, {
        keys: names.map((name) => `known_info.${name}`),
        values: names.map((name) => attributes[name]),
      });
    }
    this.#hosts = hosts;
    this.#version++;
  }

  get(ip: string): Fragment | undefined {
    return this.#hosts.get(ip);
  }

  version(): number {
    return this.#version;
  }
}

export const hostAdapter: EnrichmentAdapter = {
  name: 'host',
  stages: ['enrichment'],
  description: 'Attributes of known assets, by exact address',
  timingName: 'hostfromjsonlistadapter',
  open: (_block, services) => ({
    lookUp: (_field, value) => services.hosts.get(value) ?? emptyFragment,
    version: () => services.hosts.version(),
  }),
};

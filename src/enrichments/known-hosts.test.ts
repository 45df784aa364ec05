import { expect, it } from 'vitest';
import { hostAdapter, KnownHostList } from './known-hosts.ts';

const block = { fieldMap: {}, fieldToTypeMap: {}, config: {} };

function lookUp(hosts: KnownHostList, ip: string): unknown {
  const services = { hosts } as unknown as Parameters<typeof hostAdapter.open>[1];
  return hostAdapter.open(block, services).lookUp('ip_src_addr', ip);
}

it('answers with the attributes of a host under known_info, types kept', () => {
  const hosts = new KnownHostList([{ ip: '10.1.2.3', type: 'webserver', asset_value: 5, local: true }]);
  expect(lookUp(hosts, '10.1.2.3')).toEqual({
    keys: ['known_info.type', 'known_info.asset_value', 'known_info.local'],
    values: ['webserver', 5, true],
  });
});

it('answers nothing for a host that is not in the list', () => {
  expect(lookUp(new KnownHostList([{ ip: '10.1.2.3' }]), '10.1.2.4')).toEqual({ keys: [], values: [] });
  expect(lookUp(new KnownHostList(), '__proto__')).toEqual({ keys: [], values: [] });
});

it('takes the last of two entries for one address', () => {
  const hosts = new KnownHostList([
    { ip: '10.1.2.3', type: 'old' },
    { ip: '10.1.2.3', type: 'new' },
  ]);
  expect(hosts.get('10.1.2.3')).toEqual({ keys: ['known_info.type'], values: ['new'] });
});

it('replaces the list as a whole and counts its version up', () => {
  const hosts = new KnownHostList([{ ip: '10.1.2.3' }]);
  const version = hosts.version();
  hosts.replace([{ ip: '10.9.9.9' }]);
  expect(hosts.get('10.1.2.3')).toBeUndefined();
  expect(hosts.get('10.9.9.9')).toBeDefined();
  expect(hosts.version()).toBeGreaterThan(version);
});

it('stays as it was when an entry has no address, and says which', () => {
  const hosts = new KnownHostList([{ ip: '10.1.2.3' }]);
  const version = hosts.version();
  expect(() => hosts.replace([{ ip: '10.9.9.9' }, { type: 'printer' }])).toThrow(/Entry 1 /);
  expect(hosts.get('10.1.2.3')).toBeDefined();
  expect(hosts.get('10.9.9.9')).toBeUndefined();
  expect(hosts.version()).toBe(version);
});

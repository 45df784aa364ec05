/** Questions to the name servers that no visit follows. */
import { domain, hosts, type User, workstationOf } from '../company.ts';
import { sites } from '../outside.ts';
import { dnsLookup } from '../protocols.ts';
import type { Recorder } from '../recorder.ts';

export function nameLookup(log: Recorder, time: number, user: User): void {
  const { random } = log.scene;
  const source = workstationOf(user);
  const kind = random.fraction();
  const host = random.pick(hosts);
  if (kind < 0.45) dnsLookup(log, time, source, `${host.name}.${domain}`, 'A', [host.ip]);
  else if (kind < 0.6) {
    const reversed = host.ip.split('.').reverse().join('.');
    dnsLookup(log, time, source, `${reversed}.in-addr.arpa`, 'PTR', [`${host.name}.${domain}`]);
  } else if (kind < 0.7) dnsLookup(log, time, source, `wpad.${domain}`, 'A', []);
  else {
    const site = random.pick(sites);
    dnsLookup(log, time, source, site.host, random.chance(0.8) ? 'A' : 'AAAA', [site.ip]);
  }
}

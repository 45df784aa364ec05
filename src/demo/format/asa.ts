/** Cisco ASA syslog messages, by Cisco's "ASA Series Syslog Messages" guide. */
import { asaDuration, asaTime } from './dates.ts';

const firewall = 'fw01';
/** Facility local4, which an ASA uses unless told otherwise. */
const facility = 20;

export interface AsaEndpoint {
  readonly zone: 'inside' | 'dmz' | 'outside';
  readonly ip: string;
  readonly port: number;
  /** What the address is translated to; itself when absent. */
  readonly mappedIp?: string;
}

function message(epoch: number, severity: number, id: number, text: string): string {
  return `<${facility * 8 + severity}>${asaTime(epoch)} ${firewall} : %ASA-${severity}-${id}: ${text}`;
}

function full({ zone, ip, port, mappedIp }: AsaEndpoint): string {
  return `${zone}:${ip}/${port} (${mappedIp ?? ip}/${port})`;
}

/** The ASA names the outer end first in both directions. */
export function built(
  epoch: number,
  id: number,
  protocol: 'TCP' | 'UDP',
  direction: 'inbound' | 'outbound',
  outer: AsaEndpoint,
  inner: AsaEndpoint,
): string {
  const number = protocol === 'TCP' ? 302013 : 302015;
  const text = `Built ${direction} ${protocol} connection ${id} for ${full(outer)} to ${full(inner)}`;
  return message(epoch, 6, number, text);
}

export function teardown(
  epoch: number,
  id: number,
  protocol: 'TCP' | 'UDP',
  outer: AsaEndpoint,
  inner: AsaEndpoint,
  durationMs: number,
  bytes: number,
): string {
  const ends = `${outer.zone}:${outer.ip}/${outer.port} to ${inner.zone}:${inner.ip}/${inner.port}`;
  const reason = protocol === 'TCP' ? ' TCP FINs' : '';
  return message(
    epoch,
    6,
    protocol === 'TCP' ? 302014 : 302016,
    `Teardown ${protocol} connection ${id} for ${ends} duration ${asaDuration(durationMs)} bytes ${bytes}${reason}`,
  );
}

export function denied(epoch: number, from: AsaEndpoint, to: AsaEndpoint, accessList: string): string {
  const text = `Deny tcp src ${from.zone}:${from.ip}/${from.port} dst ${to.zone}:${to.ip}/${to.port}`;
  return message(epoch, 4, 106023, `${text} by access-group "${accessList}" [0x0, 0x0]`);
}

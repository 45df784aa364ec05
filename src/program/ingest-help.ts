/** How to send data to this machine: one example for each way in, with the addresses it has. */
import type { WireIngestHelp } from '../api/index.ts';
import type { ListenerStatus } from '../ingest/index.ts';

export function ingestHelp(listeners: readonly ListenerStatus[], url: string): WireIngestHelp['listeners'] {
  return listeners
    .filter((one) => one.state === 'listening')
    .map(({ kind, sensor, address }) => ({
      kind,
      sensor,
      address: kind === 'http' ? url : address,
      example: exampleOf(kind, sensor, address, url),
    }));
}

function exampleOf(kind: ListenerStatus['kind'], sensor: string, address: string, url: string): string {
  const at = address.lastIndexOf(':');
  const host = address.slice(0, at).replace(/^\[|\]$/g, '');
  const port = address.slice(at + 1);
  const version = sensor.includes('5424') ? '' : ' --rfc3164';
  if (kind === 'syslog-udp') return `logger${version} -n ${host} -P ${port} -d "hello"`;
  if (kind === 'syslog-tcp') return `logger${version} -n ${host} -P ${port} -T "hello"`;
  if (kind === 'netflow') return `softflowd -i eth0 -v 9 -n ${address}`;
  if (kind === 'syslog-tls') return `openssl s_client -quiet -connect ${address}`;
  if (kind === 'http')
    return `curl ${url}/api/v1/ingest/json -H 'content-type: application/x-ndjson' --data-binary @events.ndjson`;
  return `follows ${address}`;
}

/** Addresses as logs write them. */
import type { EventFields } from './event-fields.ts';

/** Whether a text has the shape of an IPv4 or IPv6 address, the latter with a zone (RFC 4007, 11) or without. */
export function isIpAddress(text: string): boolean {
  const { length } = text;
  if (length < 2 || length > 64) return false;
  let colons = 0;
  let dots = 0;
  for (let i = 0; i < length; i++) {
    const c = text.charCodeAt(i);
    if (c === 0x2e) dots++;
    else if (c === 0x3a) colons++;
    else if (c === 0x25) return colons >= 2 && i < length - 1;
    else if (!((c >= 0x30 && c <= 0x39) || (c >= 0x61 && c <= 0x66) || (c >= 0x41 && c <= 0x46)))
      return false;
  }
  return colons >= 2 || (dots === 3 && colons === 0 && length >= 7);
}

/** Sets an address under one name, a host's name under the other. */
export function setHost(
  fields: EventFields,
  addressName: string,
  domainName: string,
  text: string | undefined,
): void {
  if (text === undefined || text === '') return;
  fields.set(isIpAddress(text) ? addressName : domainName, text);
}

/** `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`, `[2001:db8::1]:80`; `2001:db8::1:51234` as Apache writes it, where the port has five digits. */
export function setEndpoint(
  fields: EventFields,
  addressName: string,
  portName: string,
  text: string | undefined,
): void {
  if (text === undefined || text === '') return;
  const found = withPort.exec(text.length > 64 ? '' : text);
  const address = found === null ? text : (found[1] ?? found[2] ?? found[4]!);
  if (!isIpAddress(address)) return;
  fields.set(addressName, address);
  const port = found?.[3] ?? found?.[5];
  if (port !== undefined) fields.set(portName, Number(port));
}

const withPort =
  /^(?:(?:\[([0-9A-Fa-f:.]{2,45})\]|(\d{1,3}(?:\.\d{1,3}){3}))(?::(\d{1,5}))?|([0-9A-Fa-f:.]{2,45}):([1-9]\d{4}))$/;

/** Sixteen bytes as RFC 5952 writes them. */
export function ipv6Text(bytes: Uint8Array, at: number): string {
  let bestAt = -1;
  let bestLength = 1;
  for (let i = 0; i < 8; ) {
    let j = i;
    while (j < 8 && bytes[at + 2 * j] === 0 && bytes[at + 2 * j + 1] === 0) j++;
    if (j - i > bestLength) {
      bestAt = i;
      bestLength = j - i;
    }
    i = j > i ? j : i + 1;
  }
  let out = '';
  for (let i = 0; i < 8; i++) {
    if (i === bestAt) {
      out += '::';
      i += bestLength - 1;
      continue;
    }
    if (out !== '' && !out.endsWith(':')) out += ':';
    out += (((bytes[at + 2 * i] ?? 0) << 8) | (bytes[at + 2 * i + 1] ?? 0)).toString(16);
  }
  return out;
}

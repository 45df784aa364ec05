/** Addresses: which texts are one, and which of them can have a place or an owner in a public database. */
import { isIPv4, isIPv6 } from 'node:net';

/** Whether the text is an IPv4 or IPv6 address that is not any-local, loopback, site-local or multicast. Never asks a resolver. */
export function isPublicAddress(text: string): boolean {
  const first = text.charCodeAt(0);
  if (first >= 48 && first <= 57 && isIPv4(text)) return isPublicIPv4(text);
  return text.includes(':') && isIPv6(text) && isPublicIPv6(text);
}

function isPublicIPv4(text: string): boolean {
  const dot = text.indexOf('.');
  const a = Number(text.slice(0, dot));
  if (a === 10 || a === 127 || a >= 224) return a >= 240 && text !== '255.255.255.255';
  if (a === 0) return text !== '0.0.0.0';
  if (a !== 172 && a !== 192) return true;
  const b = Number(text.slice(dot + 1, text.indexOf('.', dot + 1)));
  return a === 172 ? b < 16 || b > 31 : b !== 168;
}

function isPublicIPv6(text: string): boolean {
  const lower = text.toLowerCase();
  // ::, ::1, fe80::/10 (link-local), fec0::/10 (site-local), fc00::/7 (unique local), ff00::/8 (multicast)
  return !(lower === '::' || lower === '::1' || /^(f[ef][89a-f]|f[cd]|ff)/.test(lower));
}

import { domainToASCII } from 'node:url';
import { getPublicSuffix, parse } from 'tldts';

/** Domain names by the public suffix list (publicsuffix.org), private suffixes such as `github.io` included. */

const options = { allowPrivateDomains: true, extractHostname: false, validateHostname: false, detectIp: false };

/** A name in lower case without its final dot, undefined when it is no domain name (RFC 1035 lengths, letters and digits). */
export function normalDomain(text: string): string | undefined {
  let name = text.toLowerCase().replace(/[\u3002\uff0e\uff61]/g, '.');
  if (name.endsWith('.')) name = name.slice(0, -1);
  if (name === '' || name.length > 253) return undefined;
  const labels = name.split('.');
  for (const label of labels) {
    if (label.length === 0 || label.length > 63) return undefined;
    if (!/^[a-z0-9_\u0080-\uffff](?:[a-z0-9_\-\u0080-\uffff]*[a-z0-9_\u0080-\uffff])?$/.test(label)) return undefined;
  }
  return /^[0-9]/.test(labels[labels.length - 1]!) ? undefined : name;
}

/** The public suffix of a normal domain name; its last label when the list has none. */
export function publicSuffix(name: string): string {
  return getPublicSuffix(name, options) ?? name.slice(name.lastIndexOf('.') + 1);
}

const knownTopLevel = new Map<string, boolean>();

/** Whether a top-level domain exists, by the list. */
function isTopLevel(label: string): boolean {
  let known = knownTopLevel.get(label);
  if (known === undefined) {
    known = parse(`a.${label}`, { extractHostname: false }).isIcann === true;
    if (knownTopLevel.size < 10_000) knownTopLevel.set(label, known);
  }
  return known;
}

/** Whether a text is a full domain name under a top-level domain that exists. */
export function isDomain(text: string): boolean {
  const ascii = /[^\x00-\x7f]/.test(text) ? domainToASCII(text) : text;
  const name = ascii.endsWith('.') ? ascii.slice(0, -1) : ascii;
  if (name === '' || name.length > 253) return false;
  const labels = name.toLowerCase().split('.');
  if (labels.length < 2) return false;
  if (!labels.every((label) => label.length <= 63 && /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/.test(label))) return false;
  return isTopLevel(labels[labels.length - 1]!);
}

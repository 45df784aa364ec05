import { domainToASCII } from 'node:url';
import { getPublicSuffix, parse } from 'tldts';
import { ownText } from './own-text.ts';

/** Domain names by the public suffix list (publicsuffix.org), private suffixes such as `github.io` included. */

const options = {
  allowPrivateDomains: true,
  extractHostname: false,
  validateHostname: false,
  detectIp: false,
};

/** A domain name taken apart. */
export interface DomainName {
  /** In lower case, without a final dot. */
  readonly name: string;
  /** Its public suffix; its last label when the list has none. */
  readonly suffix: string;
}

/** Names come again and again in telemetry: the last few thousand are kept, in two generations. */
const generationSize = 4096;
let young = new Map<string, DomainName | null>();
let old = new Map<string, DomainName | null>();

/** A domain name and its public suffix, null when the text is no domain name (RFC 1035 lengths, letters and digits). */
export function domainName(text: string): DomainName | null {
  let found = young.get(text);
  if (found !== undefined) return found;
  found = old.get(text);
  if (found === undefined) found = takeApart(text.length <= 256 ? ownText(text) : text);
  if (text.length <= 256) {
    if (young.size >= generationSize) {
      old = young;
      young = new Map();
    }
    young.set(ownText(text), found);
  }
  return found;
}

const labelPattern = /^[a-z0-9_\u0080-\uffff](?:[a-z0-9_\-\u0080-\uffff]*[a-z0-9_\u0080-\uffff])?$/;

function takeApart(text: string): DomainName | null {
  let name = text.toLowerCase().replace(/[\u3002\uff0e\uff61]/g, '.');
  if (name.endsWith('.')) name = name.slice(0, -1);
  if (name === '' || name.length > 253) return null;
  const labels = name.split('.');
  for (const label of labels) if (label.length > 63 || !labelPattern.test(label)) return null;
  const last = labels[labels.length - 1]!;
  if (/^[0-9]/.test(last)) return null;
  return { name, suffix: getPublicSuffix(name, options) ?? last };
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
  if (!labels.every((label) => label.length <= 63 && /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/.test(label)))
    return false;
  return isTopLevel(labels[labels.length - 1]!);
}

/** A URL as the reference's runtime takes it apart: leniently, and only for schemes that it knows. */
export interface UrlParts {
  readonly protocol: string;
  readonly host: string;
  /** -1 when neither the URL nor the scheme gives one. */
  readonly port: number;
  readonly path: string;
}

const defaultPorts: Readonly<Record<string, number>> = {
  http: 80,
  https: 443,
  ftp: 21,
  file: -1,
  mailto: -1,
};

/** The parts of a URL, undefined when it cannot be read. */
export function parseUrl(text: string): UrlParts | undefined {
  let start = 0;
  let end = text.length;
  while (start < end && text.charCodeAt(start) <= 32) start += 1;
  while (end > start && text.charCodeAt(end - 1) <= 32) end -= 1;
  if (
    end - start > 4 &&
    text.charCodeAt(start + 3) === 58 &&
    text.slice(start, start + 4).toLowerCase() === 'url:'
  )
    start += 4;
  const colon = text.indexOf(':', start);
  if (colon < 0 || colon >= end) return undefined;
  let protocol = text.slice(start, colon);
  if (protocol !== 'http' && protocol !== 'https') {
    protocol = protocol.toLowerCase();
    if (!Object.hasOwn(defaultPorts, protocol)) return undefined;
  }
  const hash = text.indexOf('#', colon);
  if (hash >= 0 && hash < end) end = hash;
  const query = text.indexOf('?', colon);
  const pathEnd = query >= 0 && query < end ? query : end;
  let at = colon + 1;
  if (text.charCodeAt(at) !== 47 || text.charCodeAt(at + 1) !== 47) {
    return { protocol, host: '', port: defaultPorts[protocol]!, path: text.slice(at, pathEnd) };
  }
  at += 2;
  let authorityEnd = text.indexOf('/', at);
  if (authorityEnd < 0 || authorityEnd > pathEnd) authorityEnd = pathEnd;
  const authority = text.slice(at, authorityEnd);
  const sign = authority.indexOf('@');
  if (sign !== authority.lastIndexOf('@')) return undefined;
  let host = sign < 0 ? authority : authority.slice(sign + 1);
  let port = -1;
  const bracket = host.startsWith('[') ? host.indexOf(']') : 0;
  if (bracket < 0) return undefined;
  const portColon = host.indexOf(':', bracket);
  if (portColon >= 0) {
    const digits = host.slice(portColon + 1);
    if (digits !== '') {
      if (!/^\+?\d{1,10}$/.test(digits) || Number(digits) > 2147483647) return undefined;
      port = Number(digits);
    }
    host = host.slice(0, portColon);
  }
  return {
    protocol,
    host,
    port: port < 0 ? defaultPorts[protocol]! : port,
    path: text.slice(authorityEnd, pathEnd),
  };
}

/** The host of a URL, null when it cannot be read: what `parseUrl` gives, without its other parts for the usual form. */
export function hostOf(text: string): string | null {
  const start = text.startsWith('http://') ? 7 : text.startsWith('https://') ? 8 : -1;
  if (start > 0) {
    for (let at = start; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (code === 47) return text.slice(start, at);
      // Letters, digits, dots and hyphens alone: anything else is for the whole reader.
      const plain =
        (code >= 97 && code <= 122) ||
        (code >= 48 && code <= 57) ||
        code === 46 ||
        code === 45 ||
        (code >= 65 && code <= 90);
      if (!plain) break;
    }
  }
  return parseUrl(text)?.host ?? null;
}

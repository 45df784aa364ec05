/**
 * HTTP for expressions: only hosts that are allowed, only addresses of the open Internet unless others are allowed, checked where
 * the connection is made, so that neither a redirect nor a name that changes its address leads elsewhere.
 */
import { lookup } from 'node:dns';
import { readFile } from 'node:fs/promises';
import http, { type ClientRequest, type IncomingMessage } from 'node:http';
import https from 'node:https';
import { isIP, type LookupFunction, type Socket } from 'node:net';
import tls from 'node:tls';
import type { Http, HttpRequest, HttpResponse } from '../stellar/index.ts';
import { StellarError } from '../stellar/index.ts';
import { confinedPath } from './confined.ts';
import { type HttpPolicy, httpPolicy, plainHost, refused } from './http-policy.ts';

export interface HttpOptions {
  /** The global configuration as it stands; asked at each request. */
  readonly settings: () => Readonly<Record<string, unknown>>;
  /** Folder that files with passwords and certificates lie in; null for none. */
  readonly folder: () => string | null;
}

export interface HttpService extends Http {
  /** Closes connections that are kept for the next request. */
  close(): void;
}

const mostRedirects = 5;
const longestBody = 16 * 1024 * 1024;

export function createHttp(options: HttpOptions): HttpService {
  const agents = {
    'http:': new http.Agent({ keepAlive: true, maxSockets: 32, timeout: 30_000 }),
    'https:': new https.Agent({ keepAlive: true, maxSockets: 32, timeout: 30_000 }),
  };
  return {
    async request(request) {
      const policy = httpPolicy(options.settings());
      const url = new URL(request.url);
      policy.check(url);
      const timeout = milliseconds(request.settings['timeout']) ?? 1000;
      const signal = AbortSignal.timeout(Math.max(1, timeout));
      return await new Exchange(request, policy, options.folder(), agents, signal).run(url);
    },
    close() {
      for (const agent of Object.values(agents)) agent.destroy();
    },
  };
}

type Agents = Readonly<{ 'http:': http.Agent; 'https:': https.Agent }>;

class Exchange {
  readonly #request: HttpRequest;
  readonly #policy: HttpPolicy;
  readonly #folder: string | null;
  readonly #agents: Agents;
  readonly #signal: AbortSignal;

  constructor(
    request: HttpRequest,
    policy: HttpPolicy,
    folder: string | null,
    agents: Agents,
    signal: AbortSignal,
  ) {
    this.#request = request;
    this.#policy = policy;
    this.#folder = folder;
    this.#agents = agents;
    this.#signal = signal;
  }

  /** Follows redirects of GET; each place is checked as the first one was. */
  async run(start: URL): Promise<HttpResponse> {
    const credentials = await this.#credentials('basic.auth.user', 'basic.auth.password.path');
    let url = start;
    for (let redirects = 0; ; redirects += 1) {
      const response = await this.#sendAgain(url, url.origin === start.origin ? credentials : null);
      const { statusCode = 0, headers } = response;
      if (this.#request.method === 'GET' && isRedirect(statusCode) && headers.location !== undefined) {
        response.destroy();
        if (redirects === mostRedirects) throw new Error(`more than ${mostRedirects} redirects`);
        url = new URL(headers.location, url);
        this.#policy.check(url);
        continue;
      }
      return await read(response);
    }
  }

  /** A connection that was kept may be closed by the other side in the very moment of asking: then a new one is tried. */
  async #sendAgain(url: URL, credentials: string | null): Promise<IncomingMessage> {
    try {
      return await this.#send(url, credentials);
    } catch (error) {
      if (this.#request.method !== 'GET' || !(error instanceof ClosedByPeer)) throw error;
      return await this.#send(url, credentials);
    }
  }

  async #send(url: URL, credentials: string | null): Promise<IncomingMessage> {
    const { method, body, headers, settings } = this.#request;
    const bytes = body === null ? null : Buffer.from(body, 'utf8');
    const host = plainHost(url.hostname);
    if (isIP(host) !== 0) this.#policy.checkAddress(host, host);
    const common = {
      method,
      signal: this.#signal,
      lookup: checkedLookup(host, this.#policy),
      headers: {
        ...headers,
        'accept-encoding': 'identity',
        'user-agent': 'skopos',
        ...(bytes === null ? {} : { 'content-length': bytes.length }),
        ...(credentials === null ? {} : { authorization: credentials }),
      },
    };
    const proxy = await this.#proxy();
    const secure = url.protocol === 'https:';
    const security = secure ? await this.#security() : {};
    let request: ClientRequest;
    if (proxy !== null && secure) {
      const socket = await this.#tunnel(proxy, url, security);
      request = https.request(url, { ...common, createConnection: () => socket });
    } else if (proxy !== null) {
      request = http.request({
        ...common,
        host: proxy.host,
        port: proxy.port,
        lookup: checkedLookup(proxy.host, this.#policy),
        path: url.href,
        headers: {
          ...common.headers,
          host: url.host,
          ...(proxy.credentials === null ? {} : { 'proxy-authorization': proxy.credentials }),
        },
      });
    } else if (secure)
      request = https.request(url, { ...common, ...security, agent: this.#agents['https:'] });
    else request = http.request(url, { ...common, agent: this.#agents['http:'] });
    const connectTimeout = milliseconds(settings['connect.timeout']);
    const socketTimeout = milliseconds(settings['socket.timeout']);
    if (socketTimeout !== null && socketTimeout > 0)
      request.setTimeout(socketTimeout, () => request.destroy(new Error('the service fell silent')));
    return await new Promise((resolve, reject) => {
      request.once('error', (error) =>
        reject(request.reusedSocket && isReset(error) ? new ClosedByPeer(error.message) : error),
      );
      request.once('response', resolve);
      if (connectTimeout !== null && connectTimeout > 0) boundConnecting(request, connectTimeout);
      request.end(bytes);
    });
  }

  /** A TLS connection to the service through a proxy (RFC 9110, CONNECT). */
  async #tunnel(proxy: Proxy, url: URL, security: tls.ConnectionOptions): Promise<Socket> {
    const port = url.port === '' ? 443 : Number(url.port);
    const target = `${url.hostname}:${port}`;
    const request = http.request({
      method: 'CONNECT',
      host: proxy.host,
      port: proxy.port,
      path: target,
      agent: false,
      signal: this.#signal,
      lookup: checkedLookup(proxy.host, this.#policy),
      headers: {
        host: target,
        ...(proxy.credentials === null ? {} : { 'proxy-authorization': proxy.credentials }),
      },
    });
    const raw = await new Promise<Socket>((resolve, reject) => {
      request.once('error', reject);
      request.once('connect', ({ statusCode }, socket) => {
        if (statusCode === 200) return resolve(socket);
        socket.destroy();
        reject(new Error(`the proxy answered ${statusCode}`));
      });
      request.end();
    });
    const host = plainHost(url.hostname);
    return tls.connect({ ...security, host, socket: raw, ...(isIP(host) === 0 ? { servername: host } : {}) });
  }

  async #proxy(): Promise<Proxy | null> {
    const { settings } = this.#request;
    const host = settings['proxy.host'];
    if (typeof host !== 'string' || host === '') return null;
    const port = milliseconds(settings['proxy.port']) ?? 3128;
    // A rule must not use a "proxy" to reach what it may not ask.
    const address = new URL(`http://${isIP(host) === 6 ? `[${host}]` : host}:${port}/`);
    this.#policy.check(address);
    const plain = plainHost(address.hostname);
    if (isIP(plain) !== 0) this.#policy.checkAddress(plain, plain);
    return {
      host: plain,
      port,
      credentials: await this.#credentials('proxy.basic.auth.user', 'proxy.basic.auth.password.path'),
    };
  }

  async #credentials(userSetting: string, passwordSetting: string): Promise<string | null> {
    const user = this.#request.settings[userSetting];
    if (typeof user !== 'string' || user === '') return null;
    const password = await this.#file(passwordSetting);
    return `Basic ${Buffer.from(`${user}:${password?.toString('utf8') ?? ''}`).toString('base64')}`;
  }

  async #security(): Promise<tls.ConnectionOptions> {
    const [ca, cert, key] = await Promise.all(
      ['tls.ca.path', 'tls.cert.path', 'tls.key.path'].map((setting) => this.#file(setting)),
    );
    return {
      ...(ca === null || ca === undefined ? {} : { ca: [...tls.rootCertificates, ca] }),
      ...(cert === null || cert === undefined ? {} : { cert }),
      ...(key === null || key === undefined ? {} : { key }),
    };
  }

  /** What a setting names: a file of the configuration folder and of nowhere else, since rules choose it. */
  async #file(setting: string): Promise<Buffer | null> {
    const file = this.#request.settings[setting];
    if (typeof file !== 'string' || file === '') return null;
    const place = this.#folder === null ? null : await confinedPath(this.#folder, file);
    if (place === null)
      throw refused(
        `${setting} must name a file of the configuration folder, not ${JSON.stringify(file.slice(0, 80))}`,
        'put the file there',
      );
    return await readFile(place);
  }
}

class ClosedByPeer extends Error {}

function isReset(error: Error): boolean {
  return 'code' in error && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
}

interface Proxy {
  readonly host: string;
  readonly port: number;
  readonly credentials: string | null;
}

/** Looks a name up and lets only allowed addresses through: the very ones that are connected to. */
function checkedLookup(host: string, policy: HttpPolicy): LookupFunction {
  return (name, options, done) => {
    lookup(name, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return done(error, '', 0);
      try {
        for (const { address } of addresses) policy.checkAddress(host, address);
      } catch (refusal) {
        return done(refusal as NodeJS.ErrnoException, '', 0);
      }
      const [first] = addresses;
      if (options.all === true) done(null, addresses);
      else if (first === undefined) done(new Error(`${host} has no address`), '', 0);
      else done(null, first.address, first.family);
    });
  };
}

function boundConnecting(request: ClientRequest, limit: number): void {
  request.once('socket', (socket) => {
    if (!socket.connecting) return;
    const timer = setTimeout(
      () => request.destroy(new Error(`no connection within ${limit} milliseconds`)),
      limit,
    );
    socket.once('connect', () => clearTimeout(timer));
    socket.once('close', () => clearTimeout(timer));
  });
}

async function read(response: IncomingMessage): Promise<HttpResponse> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > longestBody) {
      response.destroy();
      throw new Error(`the answer has more than ${longestBody} bytes`);
    }
    chunks.push(chunk);
  }
  const length = response.headers['content-length'];
  return {
    status: response.statusCode ?? 0,
    contentLength: length === undefined ? null : Number(length),
    body: Buffer.concat(chunks).toString('utf8'),
    bytes,
  };
}

function isRedirect(status: number): boolean {
  return [301, 302, 303, 307, 308].includes(status);
}

function milliseconds(value: unknown): number | null {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (number === undefined || number === null) return null;
  if (typeof number === 'number' && Number.isFinite(number) && number >= 0) return Math.trunc(number);
  throw new StellarError('SKP_STELLAR_ARGUMENTS', `${JSON.stringify(value)} is no number for a setting`);
}

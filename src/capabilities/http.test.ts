import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import https from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAuthority, createCertificate } from '../ingest/testing/certificates.ts';
import { compile, StellarError, standardRegistry, toPlain } from '../stellar/index.ts';
import { createHttp, type HttpService } from './http.ts';
import { isSpecialAddress } from './private-addresses.ts';

let folder: string;
let global: Record<string, unknown>;
let service: HttpService;
let server: http.Server;
let port: number;
let answer: (request: IncomingMessage, response: ServerResponse, body: string) => void;
let asked: string[];
const sockets = new Set<Socket>();

function listen(one: http.Server): Promise<number> {
  one.on('connection', (socket: Socket) => sockets.add(socket));
  return new Promise((resolve) =>
    one.listen(0, '127.0.0.1', () => resolve((one.address() as AddressInfo).port)),
  );
}

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'skopos-http-'));
  asked = [];
  answer = (_, response) => response.end('{"ok": true, "n": 3}');
  server = http.createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => answer(request, response, body));
  });
  port = await listen(server);
  global = { 'stellar.rest.allowed.hosts': [`127.0.0.1:${port}`] };
  service = createHttp({ settings: () => global, folder: () => folder });
});
afterEach(async () => {
  service.close();
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true, force: true });
});

async function evaluate(expression: string, variables: Record<string, unknown> = {}): Promise<unknown> {
  const scope = { base: `http://127.0.0.1:${port}`, port: String(port), ...variables };
  const compiled = compile(expression, standardRegistry);
  return toPlain(await compiled.evaluate([scope], { http: service, globalConfig: () => global }));
}

describe('REST_GET', () => {
  it('gives the JSON object of the answer', async () => {
    answer = (request, response) => {
      expect(request.headers.accept).toBe('application/json');
      response.end('{"name": "ann", "n": 3}');
    };
    expect(await evaluate("REST_GET(JOIN([base, '/user'], ''))")).toEqual({ name: 'ann', n: 3 });
    expect(asked).toEqual(['GET /user']);
  });

  it('adds the query, escaped', async () => {
    await evaluate("REST_GET(base, null, {'q': 'a&b=c', 'r': 'ü'})");
    expect(asked).toEqual(['GET /?q=a%26b%3Dc&r=%C3%BC']);
    await expect(evaluate("REST_GET(base, null, {'q': 1})")).rejects.toThrow(/needs strings in 'query'/);
  });

  it('gives the override for another status, a silent service and one that is not there', async () => {
    answer = (_, response) => response.writeHead(500).end('{}');
    expect(await evaluate('REST_GET(base)')).toBeNull();
    const override = "{'error.value.override': 'down'}";
    expect(await evaluate(`REST_GET(base, ${override})`)).toBe('down');
    expect(await evaluate("REST_GET(base, {'response.codes.allowed': [500]})")).toEqual({});
    answer = () => undefined;
    expect(await evaluate("REST_GET(base, {'timeout': 50, 'error.value.override': 'late'})")).toBe('late');
    expect(
      await evaluate(
        "REST_GET(base, {'timeout': 5000, 'socket.timeout': 50, 'error.value.override': 'late'})",
      ),
    ).toBe('late');
    global['stellar.rest.allowed.hosts'] = ['127.0.0.1:1'];
    expect(await evaluate(`REST_GET('http://127.0.0.1:1/', ${override})`)).toBe('down');
  });

  it('gives the other override for an empty answer, and refuses one that is no JSON object', async () => {
    answer = (_, response) => response.end();
    expect(await evaluate("REST_GET(base, {'empty.content.override': 'nothing'})")).toBe('nothing');
    answer = (_, response) => response.end('<html>');
    await expect(evaluate('REST_GET(base)')).rejects.toThrow(/not JSON/);
    answer = (_, response) => response.end('[1]');
    await expect(evaluate('REST_GET(base)')).rejects.toThrow(/needs a JSON object/);
  });

  it('takes settings of both, of the method, and of the call, each over the one before', async () => {
    answer = (_, response) => response.writeHead(418).end('{"tea": true}');
    global['stellar.rest.settings'] = { 'response.codes.allowed': [418], 'error.value.override': 'a' };
    expect(await evaluate('REST_GET(base)')).toEqual({ tea: true });
    global['stellar.rest.get.settings'] = { 'response.codes.allowed': [200] };
    expect(await evaluate('REST_GET(base)')).toBe('a');
    expect(await evaluate("REST_GET(base, {'response.codes.allowed': [418]})")).toEqual({ tea: true });
  });

  it('signs in with a password file of the configuration folder, and with no other file', async () => {
    await writeFile(path.join(folder, 'password'), 'secret');
    let authorization: string | undefined;
    answer = (request, response) => {
      ({ authorization } = request.headers);
      response.end('{}');
    };
    await evaluate("REST_GET(base, {'basic.auth.user': 'ann', 'basic.auth.password.path': 'password'})");
    expect(authorization).toBe(`Basic ${Buffer.from('ann:secret').toString('base64')}`);
    const outside = { path: '../../../../../../etc/hostname' };
    await expect(
      evaluate("REST_GET(base, {'basic.auth.user': 'ann', 'basic.auth.password.path': path})", outside),
    ).rejects.toThrow(/must name a file of the configuration folder/);
  });

  it('does not wait for an answer that drips', async () => {
    answer = (_, response) => {
      response.write('{"a": "');
      const drip = setInterval(() => response.write('x'), 5);
      response.once('close', () => clearInterval(drip));
    };
    expect(await evaluate("REST_GET(base, {'timeout': 100, 'error.value.override': 'slow'})")).toBe('slow');
  });

  it('asks again when a connection that was kept turns out to be closed', async () => {
    await evaluate('REST_GET(base)');
    let first = true;
    answer = (request, response) => {
      if (first) request.socket.destroy();
      else response.end('{"again": true}');
      first = false;
    };
    expect(await evaluate('REST_GET(base)')).toEqual({ again: true });
  });

  it('stops at an answer that is too large', async () => {
    answer = (_, response) => {
      response.write('{"a": "');
      const more = () => {
        while (!response.destroyed && response.write('x'.repeat(1 << 20)));
        if (!response.destroyed) response.once('drain', more);
      };
      more();
    };
    expect(await evaluate("REST_GET(base, {'timeout': 20000, 'error.value.override': 'large'})")).toBe(
      'large',
    );
  });
});

describe('REST_POST', () => {
  it('sends a map or JSON text, and other text only when told', async () => {
    const bodies: string[] = [];
    answer = (request, response, body) => {
      bodies.push(`${request.headers['content-type']} ${body}`);
      response.end('{"got": true}');
    };
    expect(await evaluate("REST_POST(base, {'a': [1, 2.5]})")).toEqual({ got: true });
    await evaluate('REST_POST(base, \'{"b": 1}\')');
    await evaluate("REST_POST(base, 'plain', {'enforce.json': false})");
    await evaluate('REST_POST(base, null)');
    expect(bodies).toEqual([
      'application/json {"a":[1,2.5]}',
      'application/json {"b": 1}',
      'application/json plain',
      'application/json ',
    ]);
    await expect(evaluate("REST_POST(base, 'plain')")).rejects.toThrow(/needs a JSON object as 'body'/);
  });
});

describe('hosts that may be asked', () => {
  it('are none until the configuration names some', async () => {
    global = {};
    const error: unknown = await evaluate('REST_GET(base)').catch((one: unknown) => one);
    expect(error).toBeInstanceOf(StellarError);
    expect((error as StellarError).code).toBe('SKP_STELLAR_CAPABILITY');
    expect((error as StellarError).hint).toMatch(/stellar.rest.allowed.hosts/);
    expect(asked).toEqual([]);
  });

  it.each([
    ['http://localhost:PORT/', /the host localhost:\d+ is not one/],
    ['http://127.0.0.1/', /the host 127.0.0.1:80 is not one/],
    ['http://127.0.0.1@example.com:PORT/', /password in it|is not one/],
    ['file:///etc/passwd', /file: is not spoken/],
    ['http://ann:pw@127.0.0.1:PORT/', /a URL with a password/],
    ['no url', /needs a URL/],
  ])('are no others: %s', async (url, message) => {
    await expect(evaluate('REST_GET(url)', { url: url.replace('PORT', String(port)) })).rejects.toThrow(
      message,
    );
    expect(asked).toEqual([]);
  });

  it('may be told by a name, which must not lead to a private address unless that is allowed too', async () => {
    global['stellar.rest.allowed.hosts'] = `localhost:${port}`;
    const url = `http://LOCALHOST:${port}/`;
    await expect(evaluate('REST_GET(url)', { url })).rejects.toThrow(
      /localhost leads to .*, which is no address of the open Internet/,
    );
    expect(asked).toEqual([]);
    global['stellar.rest.allowed.addresses'] = ['127.0.0.0/8', '::1'];
    expect(await evaluate('REST_GET(url)', { url })).toEqual({ ok: true, n: 3 });
  });

  it('are checked again where a redirect leads', async () => {
    answer = (request, response) => {
      if (request.url === '/there') return response.end('{"there": true}');
      const to = request.url === '/inside' ? '/there' : `http://localhost:${port}/there`;
      return response.writeHead(302, { location: to }).end();
    };
    expect(await evaluate("REST_GET(JOIN([base, '/inside'], ''))")).toEqual({ there: true });
    await expect(evaluate("REST_GET(JOIN([base, '/outside'], ''))")).rejects.toThrow(
      /localhost:\d+ is not one that expressions may ask/,
    );
    answer = (_, response) => response.writeHead(302, { location: '/again' }).end();
    expect(await evaluate("REST_GET(base, {'error.value.override': 'round'})")).toBe('round');
  });

  it('are checked for a proxy too', async () => {
    await expect(
      evaluate("REST_GET('http://127.0.0.1:1/', {'proxy.host': 'localhost', 'proxy.port': port})"),
    ).rejects.toThrow(/is not one that expressions may ask/);
    global['stellar.rest.allowed.hosts'] = ['service.example', `127.0.0.1:${port}`];
    let seen = '';
    answer = (request, response) => {
      seen = `${request.url} ${request.headers.host}`;
      response.end('{"by": "proxy"}');
    };
    const settings = "{'proxy.host': '127.0.0.1', 'proxy.port': port}";
    expect(await evaluate(`REST_GET('http://service.example/a', ${settings})`)).toEqual({ by: 'proxy' });
    expect(seen).toBe('http://service.example/a service.example');
  });

  it.each([
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '127.0.0.1',
    '169.254.169.254',
    '172.31.0.1',
    '192.168.1.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:10.0.0.1',
    '::ffff:7f00:1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    'fe80::1',
    'fe80::1%eth0',
    'fd00::1',
    'ff02::1',
    '2001:db8::1',
  ])('%s is no host of the open Internet', (address) => {
    expect(isSpecialAddress(address)).toBe(true);
  });

  it.each(['8.8.8.8', '172.32.0.1', '2606:4700::1111', '::ffff:8.8.8.8'])('%s is one', (address) => {
    expect(isSpecialAddress(address)).toBe(false);
  });
});

describe('TLS', () => {
  it('trusts the authorities that are named, and no other', async () => {
    await createAuthority(folder);
    await createCertificate(folder, 'service');
    const [cert, key] = ['service.pem', 'service.key'].map((file) => readFileSync(path.join(folder, file)));
    const secure = https.createServer({ cert, key }, (_, response) => response.end('{"safe": true}'));
    const securePort = await listen(secure);
    try {
      global['stellar.rest.allowed.hosts'] = [`127.0.0.1:${securePort}`];
      const url = `https://127.0.0.1:${securePort}/`;
      expect(await evaluate("REST_GET(url, {'error.value.override': 'untrusted'})", { url })).toBe(
        'untrusted',
      );
      expect(await evaluate("REST_GET(url, {'tls.ca.path': 'ca.pem'})", { url })).toEqual({ safe: true });
      // The same through a proxy, which sees nothing but where to.
      server.on('connect', ({ url: target }: IncomingMessage, client: Socket) => {
        asked.push(`CONNECT ${target}`);
        const upstream = connect(securePort, '127.0.0.1', () => {
          client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
          upstream.pipe(client).pipe(upstream);
        });
        sockets.add(upstream);
      });
      global['stellar.rest.allowed.hosts'] = [`127.0.0.1:${securePort}`, `127.0.0.1:${port}`];
      const settings =
        "{'tls.ca.path': 'ca.pem', 'proxy.host': '127.0.0.1', 'proxy.port': port, 'timeout': 5000}";
      expect(await evaluate(`REST_GET(url, ${settings})`, { url })).toEqual({ safe: true });
      expect(asked).toEqual([`CONNECT 127.0.0.1:${securePort}`]);
    } finally {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => secure.close(resolve));
    }
  });
});

/** Starts Skopos as its users do, with a configuration of the test's own and ports that nobody else has. */
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');
const password = 'browser test 1';

export interface RunningProgram {
  readonly url: string;
  readonly username: string;
  readonly password: string;
  /** Sends lines to the syslog listener (RFC 3164, framed by newlines) and resolves when they are handed over. */
  send(lines: readonly string[]): Promise<void>;
  stop(): Promise<void>;
}

export async function startProgram(): Promise<RunningProgram> {
  const folder = await mkdtemp(path.join(tmpdir(), 'skopos-browser-'));
  const port = await freePort();
  await writeConfig(path.join(folder, 'config'), port);

  const child = spawn(
    process.execPath,
    [
      'bin/skopos.js',
      'up',
      '--data',
      path.join(folder, 'data'),
      '--config',
      path.join(folder, 'config'),
      '--port',
      '0',
    ],
    {
      cwd: root,
      env: { ...process.env, SKOPOS_PASSWORD: password, NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let output = '';
  const url = await new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      const found = /Page\s+(https?:\/\/\S+)/.exec(output);
      if (found?.[1]) resolve(found[1].replace(/\/?$/, '/'));
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.on('exit', (code) =>
      reject(new Error(`The program ended with ${code} before it was ready:\n${output}`)),
    );
  });
  await pagesReady(url);

  return {
    url,
    username: 'admin',
    password,
    send: (lines) => sendLines(port, lines),
    stop: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      if (child.exitCode === null) child.kill('SIGTERM');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function writeConfig(folder: string, port: number): Promise<void> {
  await mkdir(path.join(folder, 'enrichments'), { recursive: true });
  const write = (name: string, value: unknown) =>
    writeFile(path.join(folder, name), JSON.stringify(value, null, 2));
  await write('listeners.json', [
    { name: 'syslog-tcp', type: 'syslog', transport: 'tcp', port, sensor: 'syslog' },
    { name: 'http', type: 'http' },
  ]);
  const holds = (word: string) => `REGEXP_MATCH(original_string, '.*${word}.*')`;
  await write('enrichments/syslog.json', {
    enrichment: { fieldMap: {} },
    threatIntel: {
      fieldMap: { stellar: { config: { is_alert: `if ${holds('alarm')} then 'true' else null` } } },
      triageConfig: {
        riskLevelRules: [
          {
            name: 'Critical alarm',
            comment: 'Sent by a test',
            rule: holds('alarm'),
            score: 90,
            reason: "FORMAT('the line says %s', original_string)",
          },
          { name: 'Second rule', rule: `${holds('alarm')} && true`, score: 10 },
        ],
        aggregator: 'MAX',
      },
    },
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}

/** In a checkout the pages are built at the first start; until then the server says so with status 503. */
async function pagesReady(url: string): Promise<void> {
  for (const end = Date.now() + 90_000; Date.now() < end; ) {
    const response = await fetch(url).catch(() => null);
    if (response?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error('The pages were not ready after 90 s.');
}

function sendLines(port: number, lines: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('error', reject);
    socket.end(lines.map((line) => `${line}\n`).join(''), () => resolve());
  });
}

/** A line of RFC 3164, now. */
export function syslogLine(text: string, host = 'browser-test'): string {
  const now = new Date();
  const month = now.toLocaleString('en-US', { month: 'short', timeZone: 'UTC' });
  const clock = now.toISOString().slice(11, 19);
  return `<34>${month} ${String(now.getUTCDate()).padStart(2)} ${clock} ${host} sshd[4711]: ${text}`;
}

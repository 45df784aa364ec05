/** `skopos demo`: a company under attack, played through the real listeners. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import pino from 'pino';
import { lockDataFolder } from '../../data-folder/index.ts';
import { createSender, createSimulation, type Listening, loadLists, Player } from '../../demo/index.ts';
import { SkoposError } from '../../errors.ts';
import { type Program, startProgram } from '../../program/index.ts';
import { openLmdbKeyValueStore } from '../../store/index.ts';
import { type LocalAccess, localAccess, request } from '../client.ts';
import { DemoDisplay } from '../demo-display.ts';
import { examples } from '../examples.ts';
import { storeFolder } from '../folders.ts';
import { stopOnSignals } from './up.ts';

interface DemoOptions {
  readonly seed: string;
  readonly rate: number;
  readonly speed: number;
  readonly data: string;
  readonly host: string;
  readonly port: number;
  readonly fresh?: boolean;
  readonly into?: string;
  readonly events?: number;
  readonly logLevel: string;
  readonly json?: boolean;
}

/** What the events are sent to. */
interface Stage {
  readonly access: LocalAccess;
  readonly listeners: readonly Listening[];
  readonly signIn: { readonly username: string; readonly password: string } | null;
  stop(): Promise<void>;
}

const folder = path.resolve(import.meta.dirname, '../../../examples/demo');

export function registerDemo(program: Command): void {
  program
    .command('demo')
    .description('Play a company under attack: ordinary traffic of forty machines, and five stories in it')
    .option('--seed <text>', 'the same seed plays the same events', 'skopos')
    .option('--rate <number>', 'events a second in working hours', positive(10_000), 40)
    .option('--speed <number>', '2 tells the stories in half of the time', positive(100), 1)
    .addOption(
      new Option('--data <folder>', 'folder of the log, the index and the store').default('data/demo'),
    )
    .option('--fresh', 'empty that folder first')
    .option('--host <address>', 'address of the pages and the API', '127.0.0.1')
    .option('--port <number>', 'port of the pages and the API; a free one when it is taken', portNumber, 8787)
    .option('--into <folder>', 'start nothing: play into the running Skopos that has this data folder')
    .option('--events <number>', 'stop after so many events; without it the demo goes on', positive(1e12))
    .option('--log-level <level>', 'trace, debug, info, warn, error or silent', 'warn')
    .option('--json', 'one JSON object a line: what was started, then the state every second')
    .addHelpText(
      'after',
      examples(
        ['skopos demo', 'play, and show the page'],
        ['skopos demo --fresh --seed tuesday', 'from the beginning, with other people and times'],
        ['skopos demo --rate 2000 --speed 4', 'more traffic, stories in a quarter of the time'],
        ['skopos demo --into data', 'into a running "skopos up --config examples/demo/config"'],
        ['skopos demo --events 5000 --json', 'for a script'],
      ),
    )
    .action(run);
}

async function run(options: DemoOptions): Promise<void> {
  const stage = options.into === undefined ? await startStage(options) : await joinStage(options.into);
  const stopping = new AbortController();
  const clock = { now: () => Date.now() };
  const started = clock.now();
  const sender = createSender({ ...stage.access, listeners: stage.listeners, signal: stopping.signal });
  const simulation = createSimulation({ ...options, start: started });
  const { events: limit } = options;
  const player = new Player({
    simulation,
    sender,
    clock,
    signal: stopping.signal,
    ...(limit === undefined ? {} : { limit }),
  });
  const display = new DemoDisplay(stage.access, player, { json: options.json === true, since: started });
  display.opening({ url: stage.access.url, signIn: stage.signIn, listeners: stage.listeners });
  const playing = player.play();
  let ended: Promise<void> | null = null;
  const end = (): Promise<void> => {
    ended ??= (async () => {
      stopping.abort();
      await playing.catch(() => undefined);
      await sender.close();
      await display.close();
      await stage.stop();
    })();
    return ended;
  };
  stopOnSignals(end);
  display.start();
  try {
    await playing;
    if (!stopping.signal.aborted) await display.settle();
  } finally {
    await end();
  }
}

/** Starts Skopos with the demo's configuration and lists. */
async function startStage(options: DemoOptions): Promise<Stage> {
  const data = options.data;
  mkdirSync(data, { recursive: true });
  if (options.fresh === true) await empty(data);
  const store = openLmdbKeyValueStore(storeFolder(data));
  try {
    await loadLists(path.join(folder, 'lists'), store);
  } finally {
    await store.close();
  }
  const password = process.env['SKOPOS_PASSWORD'];
  const running = await startProgram({
    dataFolder: data,
    configFolder: path.join(folder, 'config'),
    host: options.host,
    port: (await isFree(options.host, options.port)) ? options.port : 0,
    logger: pino({ level: options.logLevel }, pino.destination(2)),
    ...(password === undefined ? {} : { password }),
  });
  const access = localAccess(data);
  if (access === null)
    throw new SkoposError('SKP_DEMO_ACCESS', `${data} does not say how to reach the server`);
  return {
    access,
    listeners: running.listeners(),
    signIn: rememberSignIn(data, running.firstRun),
    stop: () => running.stop(),
  };
}

/** The server of another process; what it listens at, it tells. */
async function joinStage(data: string): Promise<Stage> {
  const access = localAccess(data);
  if (access === null) {
    throw new SkoposError('SKP_DEMO_INTO', `No Skopos is running with the data folder ${data}`, {
      hint: `Start one: skopos up --data ${data} --config examples/demo/config`,
    });
  }
  const store = openLmdbKeyValueStore(storeFolder(data));
  try {
    await loadLists(path.join(folder, 'lists'), store);
  } finally {
    await store.close();
  }
  const { listeners } = await request<{ listeners: Listening[] }>(access, 'GET', '/api/v1/ingest/help');
  return { access, listeners, signIn: null, stop: async () => undefined };
}

/** Only what a Skopos made is removed, and only while none is running there. */
async function empty(data: string): Promise<void> {
  const lock = await lockDataFolder(data);
  try {
    for (const name of ['log', 'index', 'store', 'ingest', 'id', signInFile])
      rmSync(path.join(data, name), { recursive: true, force: true });
  } finally {
    await lock.release();
  }
}

const signInFile = 'demo-sign-in.json';

/** The demo can be started again and again: its sign-in is kept beside its data, for the owner of the folder alone. */
function rememberSignIn(data: string, firstRun: Program['firstRun']): Stage['signIn'] {
  const file = path.join(data, signInFile);
  if (firstRun !== null) writeFileSync(file, JSON.stringify(firstRun), { mode: 0o600 });
  if (!existsSync(file)) return null;
  return JSON.parse(readFileSync(file, 'utf8')) as NonNullable<Program['firstRun']>;
}

function isFree(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = net.createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, host, () => probe.close(() => resolve(true)));
  });
}

function portNumber(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 0 && value <= 65_535) return value;
  throw new InvalidArgumentError('Expected a port, 0 to 65535.');
}

function positive(most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isFinite(value) && value > 0 && value <= most) return value;
    throw new InvalidArgumentError(`Expected a number above 0, at most ${most}.`);
  };
}

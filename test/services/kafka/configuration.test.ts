/** The configuration of an installation in a topic: pushed by the command, followed by processes. */
import { spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Admin, ConfigResourceTypes, IncrementalAlterConfigOperationTypes } from '@platformatic/kafka';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { type EventLog, openKafkaEventLog } from '../../../src/bus/index.ts';
import { ConfigVersions } from '../../../src/config-versions/index.ts';
import { eventually, type RunningSkopos, startSkopos } from '../../support/running-skopos.ts';
import { type KafkaCluster, startKafka } from './brokers.ts';
import { compare, countEvents, sendEvents, sessionTimeoutMs } from './installation.ts';

const root = path.resolve(import.meta.dirname, '../../..');

let cluster: KafkaCluster;
beforeAll(async () => {
  cluster = await startKafka();
});
afterAll(() => cluster.stop());

let made = 0;
let topic: string;
let folder: string;
/** What everybody has: cluster.json alone. And the folder of who pushes. */
let machine: string;
let author: string;
let log: EventLog;
let running: RunningSkopos[] = [];
beforeEach(async () => {
  topic = `config${++made}`;
  folder = await mkdtemp(path.join(tmpdir(), 'skopos-versions-'));
  machine = path.join(folder, 'machine');
  author = path.join(folder, 'author');
  const text = JSON.stringify({
    bus: {
      type: 'kafka',
      brokers: cluster.brokers,
      group: topic,
      sessionTimeoutMs,
      heartbeatIntervalMs: 500,
    },
    config: { type: 'kafka', topic },
  });
  for (const place of [machine, author]) {
    await mkdir(path.join(place, 'parsers'), { recursive: true });
    await mkdir(path.join(place, 'enrichments'), { recursive: true });
    await writeFile(path.join(place, 'cluster.json'), text);
  }
  await write('listeners.json', [{ name: 'http', type: 'http' }]);
  await write('global.json', { pipeline: { workers: 1 } });
  await write(`parsers/${topic}.json`, {
    parserClassName: 'json',
    sensorTopic: `events-${topic}`,
    parserConfig: {},
  });
  await mark('v1');
  log = await openKafkaEventLog({ brokers: cluster.brokers, clientId: 'test' });
});
afterEach(async () => {
  await Promise.all(running.map((one) => one.kill()));
  running = [];
  await log.close();
  await rm(folder, { recursive: true, force: true });
  await cluster.deleteTopics(['indexing']);
});

async function write(file: string, value: unknown, place = author): Promise<void> {
  await writeFile(path.join(place, file), JSON.stringify(value, null, 2));
}

/** What each event of a version is marked with. */
async function mark(value: string): Promise<void> {
  await write(`enrichments/${topic}.json`, {
    enrichment: { fieldMap: { stellar: { config: { marker: `'${value}'` } } } },
  });
}

async function start(name: string, role: string): Promise<RunningSkopos> {
  const started = await startSkopos({ data: path.join(folder, name), config: machine, role });
  running.push(started);
  return started;
}

interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function skopos(...args: readonly string[]): Promise<Ran> {
  const child = spawn(process.execPath, [path.join(root, 'bin/skopos.js'), ...args], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => (said.out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (said.err += chunk.toString()));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, ...said })));
}

const push = (why: string, ...more: readonly string[]): Promise<Ran> =>
  skopos('config', 'push', '--config', author, '-m', why, ...more);

/** The version that a process and each of its worker threads have taken over, as its health says. */
async function versionsOf(process: RunningSkopos): Promise<number[]> {
  const { configuration } = (await (await fetch(new URL('/health/ready', process.url))).json()) as {
    configuration: { version: number; workers: { version: number }[] };
  };
  return [configuration.version, ...configuration.workers.map(({ version }) => version)];
}

it('is live on two workers within two seconds, between two batches, and loses and doubles nothing', {
  timeout: 180_000,
}, async () => {
  // Nothing there yet: a start says what to do.
  await expect(start('a', 'work')).rejects.toThrow(/holds no configuration yet[\s\S]*skopos config push/);

  const pushed = await push('first', '--author', 'ada');
  expect(pushed).toMatchObject({ code: 0, out: expect.stringContaining('Version 1 is pushed') });
  await log.ensureTopic(`events-${topic}`, { partitions: 4 });
  const workers = await Promise.all([start('a', 'work'), start('b', 'work')]);
  const sending = sendEvents(log, `events-${topic}`, 4);
  // Both at work: what a start takes is not what a change takes.
  await eventually(async () => (await countEvents(log, 'indexing')).numbers.size > 10_000, {
    deadlineMs: 60_000,
    everyMs: 500,
  });

  const versions = new ConfigVersions(log, topic);
  await versions.refresh();
  const figures: number[] = [];
  for (let version = 2; version <= 6; version++) {
    const files = new Map(await versions.files(versions.newest()));
    files.set(
      `enrichments/${topic}.json`,
      Buffer.from(
        JSON.stringify({ enrichment: { fieldMap: { stellar: { config: { marker: `'v${version}'` } } } } }),
      ),
    );
    const began = performance.now();
    await versions.push(files, { who: 'ada', why: `marker ${version}`, base: versions.newest().id });
    const took = await Promise.all(
      workers.map((worker) =>
        eventually(
          async () => {
            const there = await versionsOf(worker);
            // The process, and its worker thread.
            return there.length === 2 && there.every((one) => one === version)
              ? performance.now() - began
              : null;
          },
          { deadlineMs: 20_000, everyMs: 20 },
        ),
      ),
    );
    figures.push(Math.max(...took));
  }
  const sent = await sending.stop();
  await expect
    .poll(async () => (await countEvents(log, 'indexing')).numbers.size, { timeout: 60_000, interval: 500 })
    .toBe(sent);
  const counted = compare(await countEvents(log, 'indexing'), sent);
  console.log(
    `a change was live on two workers after ${figures.map((ms) => Math.round(ms)).join(', ')} ms (push included); ${sent} events: ${JSON.stringify(counted)}`,
  );
  expect(Math.max(...figures)).toBeLessThan(2_000);
  expect(counted).toEqual({ lost: 0, doubled: 0, guids: sent });
  expect(await markersInOrder()).toEqual({ seen: ['v1', 'v2', 'v3', 'v4', 'v5', 'v6'], backwards: 0 });

  const status = await skopos('config', 'status', '--config', machine, '--json');
  expect(status.code).toBe(0);
  const { newest, live, processes } = JSON.parse(status.out);
  expect(newest).toMatchObject({ version: 6, who: 'ada', why: 'marker 6' });
  expect(live).toBe(true);
  expect(processes).toHaveLength(2);
  for (const one of processes)
    expect(one).toMatchObject({ version: 6, state: 'current', roles: ['work'], workers: [{ version: 6 }] });

  expect(await workers[0]!.stop()).toBe(0);
  running = running.filter((one) => one !== workers[0]);
  await workers[1]!.kill();
  const after = JSON.parse((await skopos('config', 'status', '--config', machine, '--json')).out);
  // Who stopped in order is not waited for.
  expect(after.processes).toHaveLength(1);

  // Back again, it reads the topic before its first batch.
  const back = await start('b', 'work');
  expect((await versionsOf(back)).every((version) => version === 6)).toBe(true);
  expect(await (await fetch(new URL('/health/ready', back.url))).json()).toMatchObject({
    configuration: { version: 6, newest: 6, refused: null },
  });
});

/** Within a partition no event of an older version stands behind one of a newer. */
async function markersInOrder(): Promise<{ seen: string[]; backwards: number }> {
  const newest = new Map<string, { n: number; marker: string }[]>();
  const { partitions } = await log.describe('indexing');
  for (const { partition } of partitions) {
    for (let offset = 0; ; ) {
      const batch = await log.read('indexing', partition, offset, { maxRecords: 50_000, maxBytes: 16 << 20 });
      if (batch === null) break;
      for (let at = 0; at < batch.count; at++) {
        const { n, marker } = JSON.parse(batch.value(at).toString()) as { n: number; marker: string };
        // As the events were sent: 500 to a partition in turn.
        const place = String(Math.floor(n / 500) % 4);
        const list = newest.get(place) ?? [];
        newest.set(place, list);
        list.push({ n, marker });
      }
      offset = batch.nextOffset;
    }
  }
  const seen = new Set<string>();
  let backwards = 0;
  for (const list of newest.values()) {
    list.sort((a, b) => a.n - b.n);
    for (const [at, { marker }] of list.entries()) {
      seen.add(marker);
      if (at > 0 && marker < list[at - 1]!.marker) backwards++;
    }
  }
  return { seen: [...seen].sort(), backwards };
}

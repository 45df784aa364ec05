/** The configuration of an installation in a topic: pushed by the command, followed by processes. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Admin, ConfigResourceTypes, IncrementalAlterConfigOperationTypes } from '@platformatic/kafka';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { type EventLog, openKafkaEventLog } from '../../../src/bus/index.ts';
import { ConfigVersions } from '../../../src/config-versions/index.ts';
import { eventually, type RunningSkopos, startSkopos } from '../../support/running-skopos.ts';
import { type KafkaCluster, startKafka } from './brokers.ts';
import { sendEvents, sessionTimeoutMs } from './installation.ts';
import { compare, Tally } from './tally.ts';

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
  const sending = sendEvents(log, `events-${topic}`, { partitions: 4, group: topic });
  // Both at work: what a start takes is not what a change takes.
  const tally = new Tally(log, topic);
  await tally.settled(10_000);

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
    // Some events are worked with each version.
    await sending.more(2_000);
  }
  const sent = await sending.stop();
  const counted = compare(await tally.settled(sent), sent);
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
  // Its worker thread reports a moment after it is ready.
  await expect.poll(() => versionsOf(back)).toEqual([6, 6]);
  expect(await (await fetch(new URL('/health/ready', back.url))).json()).toMatchObject({
    configuration: { version: 6, newest: 6, refused: null },
  });
});

it('is pushed, compared, pulled and brought back by commands, which refuse what is broken or outdated', {
  timeout: 240_000,
}, async () => {
  await mkdir(path.join(author, 'certs'), { recursive: true });
  await writeFile(path.join(author, 'certs/skopos.key'), 'PRIVATE');
  const one = await push('first', '--author', 'ada');
  expect(one).toMatchObject({ code: 0, err: '' });
  expect(one.out).toMatch(
    /Version 1 is pushed .*\nNot pushed, they stay on each machine: certs\/, cluster.json/,
  );
  expect(await push('again')).toMatchObject({ code: 0, out: expect.stringContaining('Nothing to push') });

  // Broken: as config check says it, and nothing is pushed.
  await write(`parsers/${topic}.json`, { parserClasName: 'json' });
  const broken = await push('typo');
  expect(broken.code).toBe(1);
  expect(broken.err).toMatch(
    new RegExp(`parsers/${topic}.json:2:3: error: parserClasName: .*unknown[\\s\\S]*parserClassName`),
  );
  expect(JSON.parse((await push('typo', '--json')).out)).toMatchObject({
    pushed: false,
    problems: expect.arrayContaining([
      expect.objectContaining({
        code: 'SKP_CONFIG_UNKNOWN_KEY',
        file: `parsers/${topic}.json`,
        line: 2,
      }),
    ]),
  });
  await write(`parsers/${topic}.json`, { parserClassName: 'json', sensorTopic: `events-${topic}` });

  await mark('v2');
  const differs = await skopos('config', 'diff', '--config', author);
  expect(differs.code).toBe(1);
  expect(differs.out).toContain(`--- a/enrichments/${topic}.json\n+++ b/enrichments/${topic}.json\n@@ `);
  expect(differs.out).toMatch(/-.*'v1'"\n\+.*'v2'"\n/);
  expect((await push('louder', '--author', 'ben')).code).toBe(0);
  expect(await skopos('config', 'diff', '--config', author)).toMatchObject({ code: 0, out: '' });
  expect((await skopos('config', 'diff', '1', '2', '--config', author)).out).toMatch(/\+.*'v2'"/);

  // Another folder, made from version 2.
  const other = path.join(folder, 'other');
  const pulled = await skopos('config', 'pull', '--config', author, '--to', other);
  expect(pulled).toMatchObject({ code: 0, out: expect.stringContaining('is version 2 now') });
  expect(await readFile(path.join(other, `enrichments/${topic}.json`), 'utf8')).toContain("'v2'");
  await writeFile(path.join(other, 'cluster.json'), await readFile(path.join(author, 'cluster.json')));
  await write('global.json', { other: true }, other);

  // The first of two is in; the other one is told, with a code of its own.
  await mark('v3');
  expect((await push('mine first')).code).toBe(0);
  const late = await skopos('config', 'push', '--config', other, '-m', 'mine too');
  expect(late.code).toBe(3);
  expect(late.err).toMatch(/The base is version 2, and the newest is version 3 .*mine first[\s\S]*--force/);
  const lost = await skopos('config', 'pull', '--config', other);
  expect(lost).toMatchObject({ code: 1, err: expect.stringContaining('would be lost: global.json') });
  const forced = await skopos('config', 'push', '--config', other, '-m', 'mine', '--force', '--json');
  expect(JSON.parse(forced.out)).toMatchObject({ pushed: true, version: 4 });

  const back = await skopos('config', 'rollback', '2', '--config', author, '--author', 'eve');
  expect(back).toMatchObject({
    code: 0,
    out: expect.stringContaining('Version 5 has the content of version 2'),
  });
  expect((await push('from 3')).code).toBe(3);
  expect((await skopos('config', 'pull', '--config', author)).code).toBe(0);
  expect(await readFile(path.join(author, `enrichments/${topic}.json`), 'utf8')).toContain("'v2'");
  expect(await readFile(path.join(author, 'certs/skopos.key'), 'utf8')).toBe('PRIVATE');

  const listed = JSON.parse((await skopos('config', 'history', '--config', machine, '--json')).out);
  expect(listed).toMatchObject([
    { version: 5, who: 'eve', why: 'Roll back to version 2: louder', restores: 2 },
    { version: 4, why: 'mine', changed: expect.arrayContaining(['global.json']) },
    { version: 3, why: 'mine first', changed: [`enrichments/${topic}.json`] },
    { version: 2, who: 'ben', why: 'louder' },
    { version: 1, who: 'ada', why: 'first', removed: [] },
  ]);
  const text = (await skopos('config', 'history', '--config', machine)).out;
  expect(text).toMatch(/ {4}5 {2}\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC {2}eve {2}\(newest\)/);
  expect(await skopos('config', 'rollback', '9', '--config', author)).toMatchObject({
    code: 1,
    err: expect.stringContaining('There is no version 9'),
  });

  // What an expression changes goes the same way.
  const put = await skopos(
    'stellar',
    '-e',
    `CONFIG_PUT('INDEXING', '{"duckdb":{"enabled":true}}', '${topic}')`,
    '--config',
    author,
    '--data',
    path.join(folder, 'shell'),
  );
  expect(put).toMatchObject({ code: 0 });
  const [newest] = JSON.parse(
    (await skopos('config', 'history', '-n', '1', '--config', machine, '--json')).out,
  );
  expect(newest).toMatchObject({ version: 6, added: [`indexing/${topic}.json`] });
});

it('is never half there when a push is killed, and of pushes at once the log lets one in', {
  timeout: 120_000,
}, async () => {
  expect((await push('first')).code).toBe(0);
  // Many appends, so that there is time to be killed between them.
  await mkdir(path.join(author, 'objects'));
  for (let n = 0; n < 40; n++)
    await writeFile(
      path.join(author, `objects/large${n}.json`),
      JSON.stringify(randomBytes(500_000).toString('hex')),
    );
  const end = async (): Promise<number> => (await log.describe(topic)).partitions[0]!.endOffset;
  const before = await end();
  const child = spawn(
    process.execPath,
    [path.join(root, 'bin/skopos.js'), 'config', 'push', '--config', author, '-m', 'cut off'],
    { stdio: 'ignore', detached: true },
  );
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await eventually(async () => (await end()) > before, { everyMs: 2 });
  process.kill(-child.pid!, 'SIGKILL');
  await exited;
  const left = (await end()) - before;
  expect(left).toBeGreaterThan(0);

  const versions = [1, 2].map(() => new ConfigVersions(log, topic));
  for (const one of versions) await one.refresh();
  expect(versions[0]!.newest()).toMatchObject({ version: 1, why: 'first' });
  const clients = await Promise.all(
    ['c', 'd'].map((clientId) => openKafkaEventLog({ brokers: cluster.brokers, clientId })),
  );
  try {
    const base = versions[0]!.newest().id;
    const files = await versions[0]!.files(versions[0]!.newest());
    for (let round = 0; round < 5; round++) {
      const from = round === 0 ? base : versions[0]!.newest().id;
      const pushes = await Promise.allSettled(
        clients.map((client, at) =>
          new ConfigVersions(client, topic).push(
            new Map([...files, ['global.json', Buffer.from(`{"round":${round},"at":${at}}`)]]),
            { who: `writer ${at}`, why: `round ${round}`, base: from },
          ),
        ),
      );
      const refused = pushes.filter(({ status }) => status === 'rejected');
      expect(refused).toHaveLength(1);
      expect(refused[0]).toMatchObject({ reason: { code: 'SKP_VERSIONS_OUTDATED' } });
      await versions[0]!.refresh();
      expect(versions[0]!.newest()).toMatchObject({ version: round + 2, why: `round ${round}` });
    }
    console.log(`killed after ${left} files; 5 pairs of pushes at once: one of each pair is in`);
  } finally {
    await Promise.all(clients.map((client) => client.close()));
  }
});

it('keeps its history when the topic is compacted, and stays where a version does not work', {
  timeout: 120_000,
}, async () => {
  expect((await push('first')).code).toBe(0);
  await aggressivelyCompacted(topic);
  const versions = new ConfigVersions(log, topic);
  await versions.refresh();
  const first = await versions.files(versions.newest());
  for (let n = 2; n <= 10; n++) {
    const files = new Map([...first, ['global.json', Buffer.from(`{"pipeline":{"workers":1},"n":${n}}`)]]);
    await versions.push(files, { who: 'ada', why: `number ${n}`, base: 'newest' });
    // Not a record of ours: only to see that compaction was there.
    await log.append(topic, 0, [{ key: Buffer.from('noise'), value: Buffer.from(String(n)) }]);
  }
  await eventually(
    async () => {
      await log.append(topic, 0, [{ key: Buffer.from('noise'), value: Buffer.from('more') }]);
      return (await noiseIn(topic)).every((value) => value === 'more');
    },
    { deadlineMs: 60_000, everyMs: 500 },
  );
  const reader = new ConfigVersions(log, topic);
  await reader.refresh();
  expect(reader.versions.map(({ version, why }) => `${version} ${why}`)).toEqual([
    '1 first',
    ...Array.from({ length: 9 }, (_, at) => `${at + 2} number ${at + 2}`),
  ]);
  for (const version of reader.versions) {
    const files = await reader.files(version);
    expect(files.get(`enrichments/${topic}.json`)?.toString()).toContain("'v1'");
    if (version.version > 1) expect(files.get('global.json')?.toString()).toContain(`"n":${version.version}`);
  }

  // A version that needs what this machine does not have: a parser of a plug-in.
  const worker = await start('a', 'work');
  await reader.push(
    new Map([...first, ['parsers/else.json', Buffer.from('{"parserClassName":"plugged-in"}')]]),
    { who: 'ben', why: 'needs a plug-in', base: 'newest' },
  );
  const health = async (): Promise<{ configuration: object; warnings: string[]; status: string }> =>
    (await (await fetch(new URL('/health/ready', worker.url))).json()) as never;
  await expect.poll(health, { timeout: 10_000 }).toMatchObject({
    status: 'ready',
    configuration: { version: 10, newest: 11, refused: expect.stringContaining('plugged-in') },
    warnings: expect.arrayContaining([expect.stringContaining('stays at version 10')]),
  });
  const status = await skopos('config', 'status', '--config', machine);
  expect(status.code).toBe(1);
  expect(status.out).toMatch(/version {2}10 {2}refused {2}work[\s\S]*version 11 does not work here/);
  await reader.push(first, { who: 'ada', why: 'back', base: 'newest' });
  await expect.poll(() => versionsOf(worker), { timeout: 10_000 }).toEqual([12, 12]);

  // The topic is gone: what runs stays. Made anew, versions are counted from 1.
  await cluster.deleteTopics([topic]);
  await expect.poll(() => cluster.partitionsOf(topic), { timeout: 20_000 }).toBe(0);
  expect(await versionsOf(worker)).toEqual([12, 12]);
  const pushed = await push('anew', '--force');
  expect(pushed).toMatchObject({ code: 0, out: expect.stringContaining('Version 1 is pushed') });
  await expect.poll(() => versionsOf(worker), { timeout: 20_000 }).toEqual([1, 1]);
});

it('runs with the plug-ins of each machine, which do not travel', { timeout: 120_000 }, async () => {
  const plugin = `import { definePlugin } from 'skopos';
export default definePlugin({
  kind: 'parser',
  name: 'plugged-in',
  description: 'Of this machine',
  configure: () => ({
    parse(text, sink) {
      sink.emit({ timestamp: 1_700_000_000_000, original_string: text, plugged: text.length });
    },
  }),
});
`;
  await write(`parsers/${topic}.json`, { parserClassName: 'plugged-in', sensorTopic: `events-${topic}` });
  const without = await push('first');
  expect(without).toMatchObject({ code: 1, err: expect.stringContaining('plugged-in') });
  for (const place of [author, machine]) {
    await mkdir(path.join(place, 'plugins'));
    await writeFile(path.join(place, 'plugins/own.ts'), plugin);
  }
  const pushed = JSON.parse((await push('first', '--json')).out);
  expect(pushed).toMatchObject({ pushed: true, staying: ['cluster.json', 'plugins/'] });
  const versions = new ConfigVersions(log, topic);
  await versions.refresh();
  expect([...(await versions.files(versions.newest())).keys()]).not.toContain('plugins/own.ts');
  await log.ensureTopic(`events-${topic}`, { partitions: 1 });
  await start('a', 'work');
  await log.append(`events-${topic}`, 0, [{ value: Buffer.from('knock') }]);
  const event = await eventually(async () => {
    if (!(await log.topics()).includes('indexing')) return null;
    for (const { partition } of (await log.describe('indexing')).partitions) {
      const batch = await log.read('indexing', partition, 0, { maxRecords: 1, maxBytes: 1 });
      if (batch !== null) return JSON.parse(batch.value(0).toString());
    }
    return null;
  });
  expect(event).toMatchObject({ plugged: 5, marker: 'v1' });
});

/** Segments of a moment, and nothing too clean to be cleaned. */
async function aggressivelyCompacted(name: string): Promise<void> {
  const admin = new Admin({ clientId: 'test', bootstrapBrokers: [...cluster.brokers] });
  try {
    await admin.incrementalAlterConfigs({
      resources: [
        {
          resourceType: ConfigResourceTypes.TOPIC,
          resourceName: name,
          configs: [
            { name: 'segment.ms', value: '100' },
            { name: 'min.cleanable.dirty.ratio', value: '0.0' },
            { name: 'max.compaction.lag.ms', value: '100' },
          ].map((config) => ({ ...config, configOperation: IncrementalAlterConfigOperationTypes.SET })),
        },
      ],
    });
  } finally {
    await admin.close();
  }
}

async function noiseIn(name: string): Promise<string[]> {
  const found: string[] = [];
  for (let offset = 0; ; ) {
    const batch = await log.read(name, 0, offset, { maxRecords: 10_000, maxBytes: 16 << 20 });
    if (batch === null) return found;
    for (let at = 0; at < batch.count; at++)
      if (Buffer.from(batch.key(at) ?? []).toString() === 'noise') found.push(batch.value(at).toString());
    offset = batch.nextOffset;
  }
}

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

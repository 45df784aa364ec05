import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { loadConfig } from '../config/index.ts';
import { openLmdbKeyValueStore } from '../store/index.ts';
import { createSensorPipelines } from './sensor-pipelines.ts';
import { pipelineBench } from './testing.ts';

let folder: string;
let server: Server;
let asked: string[];
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'skopos-stream-'));
  asked = [];
  server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.end(`{"owner": "ann", "asked": "${request.url}"}`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true, force: true });
});

async function put(file: string, value: unknown): Promise<void> {
  const place = path.join(folder, 'config', file);
  await mkdir(path.dirname(place), { recursive: true });
  await writeFile(place, JSON.stringify(value));
}

it('enrichments ask services, read objects and try Grok patterns, as far as the configuration allows', async () => {
  const { port } = server.address() as AddressInfo;
  await put('global.json', { 'stellar.rest.allowed.hosts': [`127.0.0.1:${port}`] });
  await put('objects/names.json', { '10.0.0.1': 'db-1' });
  await put('parsers/events.json', { parserClassName: 'jsonmap' });
  await put('enrichments/events.json', {
    enrichment: {
      fieldMap: {
        stellar: {
          config: {
            service: {
              owner: `MAP_GET('owner', REST_GET('http://127.0.0.1:${port}/owner', null, {'ip': ip}))`,
              name: "ENRICHMENT_OBJECT_GET('names.json', ip)",
              fits: "GROK_EVAL('%{IP:a}', ip) != 'NO MATCH'",
            },
            // Fails alone: its host is not allowed.
            other: { nothing: "REST_GET('http://127.0.0.2/')" },
          },
        },
      },
    },
  });
  const { snapshot } = await loadConfig(path.join(folder, 'config'), { defaults: null });
  const store = openLmdbKeyValueStore(path.join(folder, 'store'));
  const pipelines = createSensorPipelines({ store, clock: { now: () => Date.now() }, logId: 'test' });
  expect(pipelines.configure(snapshot)).toEqual([]);
  const bench = await pipelineBench({});
  try {
    const batch = await bench.batch('events', ['{"ip": "10.0.0.1"}']);
    const { messages } = await pipelines.get('events')!.process(batch);
    expect(messages[0]).toMatchObject({ owner: 'ann', name: 'db-1', fits: true });
    expect(asked).toEqual(['/owner?ip=10.0.0.1']);
    expect(JSON.stringify(messages[0]?.['enrichment_errors'])).toMatch(/127.0.0.2:80 is not one/);
  } finally {
    await bench.close();
    await store.close();
  }
});

it('a sensor whose rule calls what the stream does not give is refused, and says why', async () => {
  await put('parsers/events.json', {
    parserClassName: 'jsonmap',
    fieldTransformations: [
      { transformation: 'STELLAR', output: ['x'], config: { x: "LOCAL_READ('/etc/passwd')" } },
    ],
  });
  const { snapshot } = await loadConfig(path.join(folder, 'config'), { defaults: null });
  const store = openLmdbKeyValueStore(path.join(folder, 'store'));
  const pipelines = createSensorPipelines({ store, clock: { now: () => Date.now() }, logId: 'test' });
  const [refused] = pipelines.configure(snapshot);
  await store.close();
  expect(refused?.sensor).toBe('events');
  expect(refused?.message).toMatch(/needs the capability 'localFiles'/);
});

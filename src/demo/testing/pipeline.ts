/** The pipeline of the program with the demo's configuration and lists, fed from memory: what tests look at the alerts with. */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { RecordBatch } from '../../bus/index.ts';
import { loadConfig } from '../../config/index.ts';
import { loadAsn, loadGeo } from '../../enrichments/index.ts';
import { createSensorPipelines } from '../../pipeline/index.ts';
import { configChecks } from '../../program/index.ts';
import { openLmdbKeyValueStore } from '../../store/index.ts';
import type { DemoEvent, Sensor } from '../event.ts';
import { loadLists } from '../load-lists.ts';

export type Message = Record<string, unknown>;

export const demoFolder: string = path.resolve(import.meta.dirname, '../../../examples/demo');

export interface Played {
  readonly event: DemoEvent;
  /** Null when the parser refused the line. */
  readonly message: Message | null;
  readonly problem: string | null;
}

export interface DemoPipeline {
  /** What becomes of each event, in the order given. */
  play(events: readonly DemoEvent[]): Promise<readonly Played[]>;
  close(): Promise<void>;
}

export async function openDemoPipeline(now: number): Promise<DemoPipeline> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'skopos-demo-'));
  const store = openLmdbKeyValueStore(path.join(folder, 'store'));
  await loadLists(path.join(demoFolder, 'lists'), store);
  const { snapshot } = await loadConfig(path.join(demoFolder, 'config'), { checks: configChecks });
  const pipelines = createSensorPipelines({ store, clock: { now: () => now }, logId: 'demo' });
  const refused = pipelines.configure(snapshot);
  if (refused.length > 0) throw new Error(JSON.stringify(refused));
  const asn = await loadAsn(null, path.join(folder, 'cache'));
  pipelines.setDatabases({ geo: await loadGeo(null, ['v4']), ...(asn === null ? {} : { asn }) });
  return {
    async play(events) {
      const played = new Map<DemoEvent, Played>();
      for (const [sensor, list] of Map.groupBy(events, (event) => event.sensor)) {
        const pipeline = pipelines.get(sensor);
        if (pipeline === undefined) throw new Error(`no pipeline for ${sensor}`);
        // One record a batch would be slow, so a message is found by its line: the simulator writes none twice in a row.
        const outcome = await pipeline.process(batchOf(sensor, list));
        const byLine = Map.groupBy(outcome.messages, (message) => String(message['original_string']));
        const failed = new Map(outcome.failed.map((one) => [one.offset, one.letter.error.message]));
        for (const [offset, event] of list.entries()) {
          const message = byLine.get(event.line)?.shift() ?? null;
          played.set(event, { event, message, problem: failed.get(offset) ?? null });
        }
      }
      return events.map((event) => played.get(event)!);
    },
    async close() {
      await store.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function batchOf(sensor: Sensor, events: readonly DemoEvent[]): RecordBatch {
  const values = events.map((event) => Buffer.from(event.line));
  return {
    topic: sensor,
    partition: 0,
    baseOffset: 0,
    count: values.length,
    nextOffset: values.length,
    offset: (index) => index,
    key: () => null,
    value: (index) => values[index]!,
    headers: () => ({}),
    timestamp: (index) => events[index]!.at,
  };
}

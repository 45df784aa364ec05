/** What each process of an installation says of itself: which version of the configuration it runs. In a topic of its own. */

import { setTimeout as pause } from 'node:timers/promises';
import * as z from 'zod';
import { BusError, type EventLog } from '../bus/index.ts';

const reportSchema = z.object({
  /** Names the process, the same after each start. */
  process: z.string().max(200),
  host: z.string().max(200),
  roles: z.array(z.string().max(40)).max(20),
  /** Epoch milliseconds of the report. */
  at: z.int().min(0),
  started: z.int().min(0),
  /** Where its pages and health are. */
  url: z.string().max(500),
  version: z.int().min(0),
  id: z.string().max(80),
  /** Worker threads: each takes a version over between two batches. */
  workers: z.array(z.object({ name: z.string().max(200), version: z.int().min(0) })).max(1_000),
  /** Why it does not run the newest version. */
  refused: z.string().max(2_000).nullable(),
  /** It stopped in order: this is its last one. */
  ended: z.boolean(),
});

export type ProcessReport = z.output<typeof reportSchema>;

/** A process that says nothing for so long is gone, or cannot reach the log. */
export const silentMs = 60_000;
const everyMs = 20_000;
const lookMs = 100;
const lastWordMs = 5_000;
const keptMs = 3_600_000;
/** Brokers delete whole segments, of a tenth of it. */
const keptBytes = 10 * 1024 * 1024;

export function reportsTopic(topic: string): string {
  return `${topic}-status`;
}

export interface Reporting {
  stop(): Promise<void>;
}

/**
 * Reports when what `state` gives has changed, and every 20 seconds. What cannot be appended is not said again: the next report has
 * all there is to say.
 */
export function startReporting(
  log: EventLog,
  topic: string,
  state: () => Omit<ProcessReport, 'at' | 'ended'>,
  onTrouble: (error: Error) => void,
): Reporting {
  const name = reportsTopic(topic);
  let told = '';
  let toldAt = 0;
  let isThere = false;
  let sending: Promise<void> | null = null;
  const ensure = async (): Promise<void> => {
    // Who made a topic chose what it keeps.
    if (!isThere && !(await log.topics()).includes(name))
      await log.ensureTopic(name, { partitions: 1, retentionMs: keptMs, retentionBytes: keptBytes });
    isThere = true;
  };
  const append = async (ended: boolean): Promise<void> => {
    const report: ProcessReport = { ...state(), at: Date.now(), ended };
    try {
      await ensure();
      await log.append(name, 0, [
        { key: Buffer.from(report.process), value: Buffer.from(JSON.stringify(report)) },
      ]);
    } catch (error) {
      isThere = false;
      onTrouble(error as Error);
    }
  };
  const look = (): void => {
    if (sending !== null) return;
    const text = JSON.stringify(state());
    if (text === told && performance.now() - toldAt < everyMs) return;
    told = text;
    toldAt = performance.now();
    sending = append(false).finally(() => {
      sending = null;
    });
  };
  look();
  const timer = setInterval(look, lookMs).unref();
  return {
    async stop() {
      clearInterval(timer);
      // Brokers that do not answer are not waited for: the others see that it says nothing more.
      await Promise.race([
        (async () => {
          await sending;
          await append(true);
        })(),
        pause(lastWordMs, undefined, { ref: false }),
      ]);
    },
  };
}

/**
 * The last report of each process, by name. Those that ended are left out, and those that were not heard of for an hour before `now` (epoch
 * milliseconds): brokers delete in their own time.
 */
export async function readReports(
  log: EventLog,
  topic: string,
  now: number,
): Promise<readonly ProcessReport[]> {
  const reports = new Map<string, ProcessReport>();
  try {
    for (let offset = 0; ; ) {
      const batch = await log.read(reportsTopic(topic), 0, offset, {
        maxRecords: 10_000,
        maxBytes: 16 * 1024 * 1024,
      });
      if (batch === null) break;
      for (let at = 0; at < batch.count; at++) {
        const report = readReport(batch.value(at));
        if (report === null) continue;
        if (report.ended) reports.delete(report.process);
        else reports.set(report.process, report);
      }
      offset = batch.nextOffset;
    }
  } catch (error) {
    if (!(error instanceof BusError) || error.code !== 'SKP_BUS_TOPIC_UNKNOWN') throw error;
  }
  return [...reports.values()]
    .filter(({ at }) => now - at < keptMs)
    .sort((a, b) => (a.process < b.process ? -1 : 1));
}

function readReport(bytes: Buffer): ProcessReport | null {
  try {
    const { success, data } = reportSchema.safeParse(JSON.parse(bytes.toString('utf8')));
    return success ? data : null;
  } catch {
    return null;
  }
}

/** What the tests of listeners share: a bus, an appender, a folder, configurations, and waiting for a condition. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type SyslogListenerConfig, syslogListenerSchema } from '../../config/index.ts';
import { Appender, type AppenderOptions } from '../appender.ts';
import type { ListenerContext } from '../listener.ts';
import { type MemoryLog, memoryLog } from './memory-log.ts';

export interface TestContext extends ListenerContext {
  readonly log: MemoryLog;
  readonly folder: string;
  readonly reported: Error[];
  close(): Promise<void>;
}

export async function testContext(options: AppenderOptions = {}): Promise<TestContext> {
  const log = memoryLog();
  const folder = await mkdtemp(join(tmpdir(), 'skopos-ingest-'));
  const reported: Error[] = [];
  return {
    log,
    folder,
    reported,
    appender: new Appender(log, options),
    configFolder: folder,
    stateFolder: folder,
    report: (_listener, error) => reported.push(error),
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

export function syslogConfig(
  given: Partial<SyslogListenerConfig> & Pick<SyslogListenerConfig, 'transport'>,
): SyslogListenerConfig {
  return syslogListenerSchema.parse({ name: 'test', type: 'syslog', port: 0, sensor: 'syslog', ...given });
}

/** Resolves when `condition` holds; rejects with what `describe` says when it does not within some seconds. */
export async function until(condition: () => boolean, describe: () => unknown = () => ''): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`waited in vain: ${JSON.stringify(describe())}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

export function portOf(address: string): number {
  return Number(address.slice(address.lastIndexOf(':') + 1));
}

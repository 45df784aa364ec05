/** `skopos config status`: which version each process runs. */
import { styleText } from 'node:util';
import type { Command } from 'commander';
import {
  type ConfigVersion,
  type ProcessReport,
  readReports,
  silentMs,
} from '../../config-versions/index.ts';
import { examples } from '../examples.ts';
import { printableLine } from '../terminal/printable.ts';
import { onVersions, plainVersion, type VersionsOptions, withVersionsOptions } from './versions.ts';

type State = 'current' | 'behind' | 'refused' | 'silent';

interface Shown {
  readonly name: string;
  readonly roles: readonly string[];
  readonly version: number;
  readonly state: State;
  readonly heardSeconds: number;
  readonly url: string;
  readonly workers: ProcessReport['workers'];
  readonly refused: string | null;
}

export function registerStatus(config: Command): void {
  withVersionsOptions(config.command('status'))
    .description(
      'List the processes of the installation with the version of the configuration that each runs',
    )
    .addHelpText(
      'after',
      `
A process that was stopped in order is not listed; one that was not heard of for a minute is "silent", and leaves the
list after an hour. Exit code 0 when all run the newest version, 1 when one does not.
${examples(
  ['skopos config status', 'who runs what'],
  ['until skopos config status >/dev/null; do sleep 1; done', 'wait until a push is live everywhere'],
)}`,
    )
    .action(async (options: VersionsOptions) => {
      await onVersions(options, async (versions, log) => {
        const now = Date.now();
        const reports = await readReports(log, versions.topic, now);
        const { head } = versions;
        const shown = reports.map((report) => shownOf(report, head, now));
        const live = shown.every(({ state }) => state === 'current');
        process.exitCode = live ? 0 : 1;
        if (options.json === true) {
          console.log(
            JSON.stringify(
              { newest: head === null ? null : plainVersion(head), live, processes: shown },
              null,
              2,
            ),
          );
        } else show(head, shown);
      });
    });
}

function shownOf(report: ProcessReport, head: ConfigVersion | null, now: number): Shown {
  const { process: name, roles, version, id, url, workers, refused, at } = report;
  const isCurrent = id === (head?.id ?? '') && workers.every((worker) => worker.version === version);
  const state: State =
    now - at > silentMs ? 'silent' : isCurrent ? 'current' : refused !== null ? 'refused' : 'behind';
  return {
    name,
    roles,
    version,
    state,
    heardSeconds: Math.max(0, Math.round((now - at) / 1000)),
    url,
    workers,
    refused,
  };
}

function show(head: ConfigVersion | null, processes: readonly Shown[]): void {
  if (head === null) console.log('There is no version yet: skopos config push');
  else
    console.log(
      `Newest: version ${head.version}, ${new Date(head.at).toISOString()} by ${printableLine(head.who)}: ${printableLine(head.why.split('\n', 1)[0] ?? '')}`,
    );
  if (processes.length === 0) {
    console.log('No process was heard of within the last hour.');
    return;
  }
  const width = Math.max(...processes.map(({ name }) => name.length));
  for (const { name, roles, version, state, heardSeconds, workers, refused } of processes) {
    const tone = state === 'current' ? 'green' : state === 'silent' ? 'yellow' : 'red';
    const behind = workers.filter((worker) => worker.version !== version).length;
    const threads = workers.length === 0 ? '' : `, ${workers.length - behind} of ${workers.length} workers`;
    console.log(
      `  ${printableLine(name).padEnd(width)}  version ${String(version).padStart(3)}  ${styleText(tone, state.padEnd(8))} ${roles.join(',')}${threads}  (heard ${heardSeconds} s ago)`,
    );
    if (refused !== null) console.log(`      ${printableLine(refused)}`);
  }
}

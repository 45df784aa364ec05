/** `skopos config diff`: what a push would change, or what a version changed. */
import { styleText } from 'node:util';
import type { Command } from 'commander';
import {
  type ConfigVersions,
  changesBetween,
  countOf,
  type FileSet,
  hashesOf,
  readFileSet,
  unifiedDiff,
} from '../../config-versions/index.ts';
import { SkoposError } from '../../errors.ts';
import { examples } from '../examples.ts';
import { printable } from '../terminal/printable.ts';
import {
  folderOf,
  onVersions,
  type VersionsOptions,
  versionNumber,
  withVersionsOptions,
} from './versions.ts';

export function registerDiff(config: Command): void {
  withVersionsOptions(config.command('diff'))
    .description('Show what differs between the newest version and the folder, as a unified diff')
    .argument('[from]', 'a version instead of the newest one')
    .argument('[to]', 'another version instead of the folder')
    .addHelpText(
      'after',
      `
Exit code 0 when they are the same, 1 when they differ, 2 when that cannot be said.
${examples(
  ['skopos config diff', 'what "skopos config push" would change'],
  ['skopos config diff 12', 'the folder against version 12'],
  ['skopos config diff 12 13', 'what version 13 changed'],
)}`,
    )
    .action(async (from: string | undefined, to: string | undefined, options: VersionsOptions) => {
      try {
        process.exitCode = await onVersions(options, (versions) => diff(versions, from, to, options));
      } catch (error) {
        if (error instanceof SkoposError) process.exitCode = 2;
        throw error;
      }
    });
}

async function diff(
  versions: ConfigVersions,
  from: string | undefined,
  to: string | undefined,
  options: VersionsOptions,
): Promise<number> {
  const filesOf = (version: string): Promise<FileSet> =>
    versions.files(versions.byNumber(versionNumber(version)));
  const before =
    from !== undefined
      ? await filesOf(from)
      : versions.head === null
        ? new Map()
        : await versions.files(versions.head);
  const after = to !== undefined ? await filesOf(to) : (await readFileSet(folderOf(options))).files;
  const changes = changesBetween(hashesOf(before), hashesOf(after));
  const text = unifiedDiff(before, after);
  if (options.json === true)
    console.log(JSON.stringify({ same: countOf(changes) === 0, ...changes, diff: text }, null, 2));
  else if (text !== '') process.stdout.write(process.stdout.isTTY ? coloured(text) : text);
  return countOf(changes) === 0 ? 0 : 1;
}

function coloured(text: string): string {
  return text
    .split('\n')
    .map((line) => {
      const shown = printable(line);
      if (/^(?:---|\+\+\+) /.test(line)) return styleText('bold', shown);
      if (line.startsWith('@@')) return styleText('cyan', shown);
      if (line.startsWith('+')) return styleText('green', shown);
      return line.startsWith('-') ? styleText('red', shown) : shown;
    })
    .join('\n');
}

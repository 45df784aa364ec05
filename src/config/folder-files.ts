/** Which files make up a configuration folder, and reading them. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { DocumentKind } from './document.ts';
import { parseJsonText } from './json-text.ts';
import type { ConfigProblem } from './problem.ts';
import { nearest } from './schema-problems.ts';

export interface ConfigFile {
  /** Relative to the folder, with `/`. */
  readonly file: string;
  readonly kind: DocumentKind;
  /** Empty for the kinds that have none. */
  readonly sensor: string;
  readonly text: string;
}

export interface FolderFiles {
  readonly files: ReadonlyMap<string, ConfigFile>;
  readonly problems: readonly ConfigProblem[];
  /** Absolute path of the file of known hosts, which may lie outside of the folder; null when none is named. */
  readonly knownHostsFile: string | null;
  /** False when the folder itself is not there. */
  readonly exists: boolean;
}

const single: ReadonlyMap<string, DocumentKind> = new Map([
  ['global.json', 'global'],
  ['listeners.json', 'listeners'],
]);
const perSensor: ReadonlyMap<string, DocumentKind> = new Map([
  ['parsers', 'parser'],
  ['enrichments', 'enrichment'],
  ['indexing', 'indexing'],
]);
/** Belongs to the layout, but is read by the profiler, and at the start (the engines). */
const readElsewhere: readonly string[] = ['profiler.json', 'cluster.json'];
const maxNameLength = 100;

/** Reads all files of a folder. Files that are no JSON by their name, hidden ones and editors' copies are passed over. */
export async function readFolder(folder: string): Promise<FolderFiles> {
  const files = new Map<string, ConfigFile>();
  const problems: ConfigProblem[] = [];
  const read = async (file: string, kind: DocumentKind, sensor: string) => {
    try {
      const bytes = await readFile(path.resolve(folder, file));
      files.set(file, {
        file,
        kind,
        sensor,
        text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes),
      });
    } catch (error) {
      // Gone between listing and reading: as if it had not been listed.
      if (isCode(error, 'ENOENT') && kind !== 'knownHosts') return;
      const why = error instanceof TypeError ? 'it is not UTF-8 text' : messageOf(error);
      problems.push(fileProblem('error', file, `the file cannot be read: ${why}`));
    }
  };

  const top = await list(folder, '', problems);
  if (top?.includes('global.json')) await read('global.json', 'global', '');
  const hosts = knownHostsFile(files.get('global.json')?.text);
  if (hosts !== null) await read(hosts, 'knownHosts', '');
  for (const name of top ?? []) {
    const kind = single.get(name);
    if (name === 'global.json' || (hosts !== null && path.normalize(hosts) === name)) continue;
    if (kind !== undefined) await read(name, kind, '');
    else if (isConfigName(name) && !readElsewhere.includes(name)) {
      const near = nearest(name, [...single.keys()]);
      problems.push(
        fileProblem(
          'warning',
          name,
          'a file of this name is not read',
          near === null
            ? 'Sensors have their files in parsers/, enrichments/ and indexing/.'
            : `Did you mean ${near}?`,
        ),
      );
    }
  }
  for (const [subfolder, kind] of perSensor) {
    if (!top?.includes(subfolder)) continue;
    for (const name of (await list(folder, subfolder, problems)) ?? []) {
      if (!isConfigName(name)) continue;
      const file = `${subfolder}/${name}`;
      const sensor = name.slice(0, -'.json'.length);
      if (/^[A-Za-z0-9][A-Za-z0-9_.-]*$/.test(sensor) && sensor.length <= maxNameLength)
        await read(file, kind, sensor);
      else {
        problems.push(
          fileProblem(
            'error',
            file,
            'expected a sensor name of letters, digits, ".", "_" and "-" before .json',
            'Rename the file.',
          ),
        );
      }
    }
  }
  return {
    files,
    problems,
    knownHostsFile: hosts === null ? null : path.resolve(folder, hosts),
    exists: top !== null,
  };
}

/** Read here and not from the checked document, since both are to be taken over together. */
function knownHostsFile(text: string | undefined): string | null {
  const value = text === undefined ? undefined : parseJsonText('global.json', text).value;
  const named =
    typeof value === 'object' && value !== null
      ? Reflect.get(value, 'enrichment.host.known_hosts_file')
      : null;
  return typeof named === 'string' && named !== '' ? named : null;
}

async function list(folder: string, subfolder: string, problems: ConfigProblem[]): Promise<string[] | null> {
  try {
    return (await readdir(path.join(folder, subfolder))).sort();
  } catch (error) {
    if (isCode(error, 'ENOENT')) return null;
    problems.push(
      fileProblem(
        'error',
        subfolder === '' ? '.' : subfolder,
        `the folder cannot be read: ${messageOf(error)}`,
      ),
    );
    return null;
  }
}

function isConfigName(name: string): boolean {
  return name.endsWith('.json') && !name.startsWith('.') && !name.startsWith('#');
}

export function fileProblem(
  severity: 'error' | 'warning',
  file: string,
  message: string,
  hint?: string,
): ConfigProblem {
  const code = severity === 'error' ? 'SKP_CONFIG_FILE' : 'SKP_CONFIG_NO_EFFECT';
  return {
    code,
    severity,
    file,
    path: '',
    line: 1,
    column: 1,
    message,
    ...(hint === undefined ? {} : { hint }),
  };
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

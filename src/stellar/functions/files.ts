import { boxTable } from '../box-table.ts';
import type { FileEntry, FileSystem } from '../capabilities.ts';
import { toBoolean } from '../convert.ts';
import { StellarError } from '../errors.ts';
import type { Capabilities, StellarFunction } from '../expression.ts';
import { formatDate } from '../java-date.ts';
import { absent, needed, stringArgument, textArgument } from './arguments.ts';
import { defaultZone } from './dates.ts';
import { optional, parameter } from './define.ts';

/**
 * Files, for people at the shell: LOCAL_* those of the machine, HDFS_* those of the platform. As in the reference, what goes wrong
 * with a file is no error of the expression: reading gives null, writing false.
 */

type Family = 'LOCAL' | 'HDFS';

const capabilityOf = { LOCAL: 'localFiles', HDFS: 'platformFiles' } as const;
const wordsOf = {
  LOCAL: 'this machine',
  HDFS: 'the platform (the folder files/ of the data folder)',
} as const;
const many = Number.POSITIVE_INFINITY;

/** `fallback` when the file system cannot do it. */
async function attempt<T>(
  family: Family,
  name: string,
  capabilities: Capabilities,
  fallback: T,
  work: (files: FileSystem) => Promise<T>,
): Promise<T> {
  const files = needed(name, capabilities, capabilityOf[family]);
  try {
    return await work(files);
  } catch (error) {
    if (error instanceof StellarError) throw error;
    return fallback;
  }
}

function listing(entries: readonly FileEntry[], zone: string): string {
  const sorted = [...entries].sort((a, b) => a.modified - b.modified || (a.name < b.name ? -1 : 1));
  return boxTable(
    ['PERMISSION', 'OWNER', 'GROUP', 'SIZE', 'LAST MOD TIME', 'NAME'],
    sorted.map((entry) => [
      `${entry.directory ? 'd' : '-'}${entry.permissions}`,
      entry.owner,
      entry.group,
      sizeText(entry.size),
      formatDate('yyyy-MM-dd HH:mm:ss', entry.modified, zone),
      entry.name,
    ]),
  );
}

function sizeText(bytes: number): string {
  let size = bytes;
  let unit = 0;
  const units = ['', 'K', 'M', 'G', 'T', 'P'];
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024;
    unit += 1;
  }
  return unit === 0 ? String(bytes) : `${size.toFixed(1)}${units[unit]}`;
}

function fileFunctions(family: Family): StellarFunction[] {
  const common = { category: 'files', pure: false, capability: capabilityOf[family], async: true } as const;
  const where = wordsOf[family];
  const path = parameter('path', 'string', 'The file');
  const name = (what: string) => `${family}_${what}`;
  return [
    {
      ...common,
      name: name('LS'),
      description: `Lists a folder of ${where}.`,
      parameters: [optional('path', 'string', 'The folder; the present one when absent')],
      returns: { type: 'string', description: 'A table, oldest first; an empty one when it cannot be read' },
      examples: [{ expression: `'NAME' in ${family}_LS('no/such/folder')`, result: true }],
      call: (capabilities, folder) =>
        attempt(family, name('LS'), capabilities, listing([], 'UTC'), async (files) =>
          listing(
            await files.list(absent(folder) ? '.' : stringArgument(name('LS'), 'path', folder)),
            defaultZone(capabilities),
          ),
        ),
    },
    {
      ...common,
      name: name('READ'),
      description: `The text of a file of ${where}.`,
      parameters: [path],
      returns: { type: 'string', description: 'The text, null when it cannot be read' },
      examples: [{ expression: `${family}_READ('no/such/file')`, result: null }],
      arity: [1, many],
      call: (capabilities, file) =>
        attempt(family, name('READ'), capabilities, null, async (files) =>
          absent(file) ? null : await files.read(stringArgument(name('READ'), 'path', file)),
        ),
    },
    {
      ...common,
      name: name('READ_LINES'),
      description: `The lines of a file of ${where}.`,
      parameters: [path],
      returns: { type: 'list', description: 'The lines, null when it cannot be read' },
      examples: [{ expression: `${family}_READ_LINES('no/such/file')`, result: null }],
      arity: [1, many],
      call: (capabilities, file) =>
        attempt<string[] | null>(family, name('READ_LINES'), capabilities, null, async (files) => {
          if (absent(file)) return null;
          const text = await files.read(stringArgument(name('READ_LINES'), 'path', file));
          const lines = text.split(/\r\n|[\n\r]/);
          if (lines.at(-1) === '') lines.pop();
          return lines;
        }),
    },
    {
      ...common,
      name: name('WRITE'),
      description: `Writes text (as UTF-8) to a file of ${where}; what it held before is gone.`,
      parameters: [parameter('content', 'string', 'The text'), path],
      returns: { type: 'boolean', description: 'Whether it was written; false for null' },
      examples: [{ expression: `${family}_WRITE(null, 'notes.txt')`, result: false }],
      arity: [2, many],
      call: (capabilities, content, file) =>
        attempt(family, name('WRITE'), capabilities, false, async (files) => {
          const text = textArgument(name('WRITE'), 'content', content);
          if (text === null || absent(file)) return false;
          await files.write(stringArgument(name('WRITE'), 'path', file), text);
          return true;
        }),
    },
    {
      ...common,
      name: name('RM'),
      description: `Removes a file or folder of ${where}.`,
      parameters: [path, optional('recursive', 'boolean', 'Whether a folder goes with all that is in it')],
      returns: { type: 'boolean', description: 'False when it could not be removed' },
      examples: [{ expression: `${family}_RM('no/such/file')`, result: true }],
      arity: [1, many],
      call: (capabilities, file, recursive) =>
        attempt(family, name('RM'), capabilities, false, async (files) => {
          if (absent(file)) return false;
          await files.remove(stringArgument(name('RM'), 'path', file), toBoolean(recursive ?? null) ?? false);
          return true;
        }),
    },
  ];
}

export const fileFunctionsOfBoth: readonly StellarFunction[] = [
  ...fileFunctions('LOCAL'),
  ...fileFunctions('HDFS'),
];

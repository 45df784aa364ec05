/** Metron's configuration as files: $METRON_HOME/config/zookeeper, or what `zk_load_configs.sh -m PULL` wrote. */
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { cannot, MetronImportError } from './errors.ts';
import { Gathering, type MetronConfiguration, sensorFolders, singleDocuments } from './source.ts';

const maxFileBytes = 16 << 20;

/** @throws MetronImportError where the folder cannot be read, or has nothing of a configuration */
export async function readMetronFromFolder(folder: string): Promise<MetronConfiguration> {
  const gathering = new Gathering();
  const top = await list(folder);
  if (top === null)
    throw new MetronImportError('SKP_IMPORT_NOTHING', `There is no folder ${folder}`, {
      hint: 'Name the one that holds global.json and parsers/.',
    });
  for (const kind of singleDocuments)
    if (top.includes(`${kind}.json`)) {
      const file = path.join(folder, `${kind}.json`);
      const bytes = await read(file, gathering);
      if (bytes !== null) gathering.single(kind, file, bytes);
    }
  for (const [subfolder, kind] of sensorFolders) {
    if (!top.includes(subfolder)) continue;
    for (const name of (await list(path.join(folder, subfolder))) ?? []) {
      const file = path.join(folder, subfolder, name);
      if (!name.endsWith('.json') || name.startsWith('.')) {
        gathering.leaveOut(file, 'its name does not end with .json');
        continue;
      }
      const bytes = await read(file, gathering);
      if (bytes !== null) gathering.forSensor(kind, subfolder, name.slice(0, -'.json'.length), file, bytes);
    }
  }
  const result = gathering.result();
  if (result.documents.length === 0)
    throw new MetronImportError('SKP_IMPORT_NOTHING', `${folder} holds no configuration of Metron`, {
      hint: 'Name the folder that holds global.json and parsers/, in Metron $METRON_HOME/config/zookeeper.',
    });
  return result;
}

async function list(folder: string): Promise<string[] | null> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw cannot('read', folder, error);
  }
}

async function read(file: string, gathering: Gathering): Promise<Buffer | null> {
  try {
    const { size } = await stat(file);
    if (size <= maxFileBytes) return await readFile(file);
    gathering.leaveOut(file, `it has more than ${maxFileBytes >> 20} MiB`);
    return null;
  } catch (error) {
    throw cannot('read', file, error);
  }
}

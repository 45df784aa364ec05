/** Where commands find the data and the configuration when they are not told. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { type Command, Option } from 'commander';

export interface FolderOptions {
  readonly data: string;
  readonly config?: string;
}

export function dataOption(): Option {
  return new Option('--data <folder>', 'folder of the log, the index and the store')
    .env('SKOPOS_DATA_FOLDER')
    .default('data');
}

export function configOption(): Option {
  return new Option('--config <folder>', 'configuration folder; ./config when it is there').env(
    'SKOPOS_CONFIG',
  );
}

export function withFolders(command: Command): Command {
  return command.addOption(dataOption()).addOption(configOption());
}

/** The user's configuration folder; null when there is none and the one that ships holds. */
export function configFolder(told: string | undefined): string | null {
  if (told !== undefined) return path.resolve(told);
  return existsSync('config/listeners.json') ||
    existsSync('config/global.json') ||
    existsSync('config/cluster.json') ||
    existsSync('config/parsers')
    ? path.resolve('config')
    : null;
}

export const logFolder = (data: string): string => path.join(data, 'log');
export const storeFolder = (data: string): string => path.join(data, 'store');

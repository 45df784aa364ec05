/** The documents of the configuration folder, for CONFIG_GET and CONFIG_PUT. */
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'jsonc-parser';
import {
  type ConfigChecks,
  ConfigError,
  type DocumentKind,
  defaultConfigFolder,
  parseDocument,
} from '../config/index.ts';
import { replaceFile } from '../files/index.ts';
import { argumentError, type Configuration, type ConfigurationKind, StellarError } from '../stellar/index.ts';
import { refusal } from './refusal.ts';

export interface ConfigurationOptions {
  /** The user's folder; null for none, which can be read from (what ships) and not written. */
  readonly folder: () => string | null;
  readonly checks?: ConfigChecks;
  /** What the user's folder is laid over; what ships unless told otherwise. */
  readonly defaults?: string | null;
  /** Stores a document where that is no file of the folder; it was checked by itself. */
  readonly writeDocument?: (file: string, text: string) => Promise<void>;
  readonly onWritten?: () => Promise<void>;
}

interface Document {
  readonly kind: DocumentKind | null;
  readonly file: string;
}

const folders = {
  PARSER: ['parser', 'parsers'],
  ENRICHMENT: ['enrichment', 'enrichments'],
  INDEXING: ['indexing', 'indexing'],
} as const;

function documentOf(kind: ConfigurationKind, sensor: string | null): Document {
  if (kind === 'GLOBAL') return { kind: 'global', file: 'global.json' };
  if (kind === 'PROFILER') return { kind: null, file: 'profiler.json' };
  if (sensor === null || !/^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/.test(sensor)) {
    throw argumentError(
      `a sensor cannot be called ${JSON.stringify(sensor?.slice(0, 80) ?? null)}`,
      'names are made of letters, digits, ".", "_" and "-"',
    );
  }
  const [document, folder] = folders[kind];
  return { kind: document, file: `${folder}/${sensor}.json` };
}

export function createConfiguration(options: ConfigurationOptions): Configuration {
  const defaults = options.defaults === undefined ? defaultConfigFolder : options.defaults;
  return {
    async read(kind, sensor) {
      const { file } = documentOf(kind, sensor);
      for (const folder of [options.folder(), defaults]) {
        if (folder === null) continue;
        try {
          return plainJson(await readFile(path.join(folder, file), 'utf8'));
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
        }
      }
      return null;
    },
    async write(kind, sensor, text) {
      const document = documentOf(kind, sensor);
      const folder = options.folder();
      if (folder === null) {
        throw new StellarError('SKP_STELLAR_CAPABILITY', 'there is no configuration folder to write to', {
          hint: 'start with --config FOLDER',
        });
      }
      if (document.kind === null) {
        throw new StellarError(
          'SKP_STELLAR_CAPABILITY',
          'profile definitions need the capability "profiler", which no part of this program has yet',
          { hint: `put the file ${document.file} into the configuration folder by hand` },
        );
      }
      const { value, problems } = parseDocument(document.kind, text, {
        file: document.file,
        ...(sensor === null ? {} : { sensor }),
        ...(options.checks === undefined ? {} : { checks: options.checks }),
      });
      if (value === null) throw refusal(`${document.file} was not written`, problems);
      const whole = text.endsWith('\n') ? text : `${text}\n`;
      if (options.writeDocument === undefined) {
        const place = path.join(folder, document.file);
        await mkdir(path.dirname(place), { recursive: true });
        await replaceFile(place, whole);
      } else {
        await options.writeDocument(document.file, whole).catch((error: unknown) => {
          throw error instanceof ConfigError
            ? refusal(`${document.file} was not written`, error.problems)
            : new StellarError(
                'SKP_STELLAR_FUNCTION',
                `${document.file} was not written: ${(error as Error).message}`,
                {
                  cause: error,
                },
              );
        });
      }
      await options.onWritten?.();
    },
  };
}

/** Files may have comments and trailing commas, which functions that read JSON do not know: what has any is written anew. */
function plainJson(text: string): string {
  try {
    JSON.parse(text);
    return text;
  } catch {
    return JSON.stringify(parse(text, [], { allowTrailingComma: true }), null, 2);
  }
}

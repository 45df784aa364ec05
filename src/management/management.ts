/** What people who administer may reach from expressions, in the shell and over the API: never handed to rules on the stream. */
import path from 'node:path';
import type { EventLog } from '../bus/index.ts';
import { createGrok, createHttp, createObjectStore } from '../capabilities/index.ts';
import type { ConfigChecks, Snapshot } from '../config/index.ts';
import { readPatternFile } from '../pipeline/index.ts';
import type { Capabilities } from '../stellar/index.ts';
import { createBus } from './bus.ts';
import { createConfiguration } from './configuration.ts';
import { createEditor } from './editor.ts';
import { createFileSystem } from './files.ts';
import { createParsers } from './parsers.ts';
import { createTriageEngine } from './triage.ts';

export interface ManagementOptions {
  /** The configuration as it stands. */
  readonly snapshot: () => Snapshot;
  readonly dataFolder: string;
  readonly log: () => EventLog;
  readonly clock: { now(): number };
  readonly checks?: ConfigChecks;
  /** What HTTP goes by; `snapshot().global` when absent. */
  readonly globals?: () => Readonly<Record<string, unknown>>;
  /** The capabilities of the stream, for the parsers and rules that are tried. */
  readonly stream: Capabilities;
  /**
   * The person has this machine's files and terminal anyway. Over a network it is false: then there are no `localFiles`, no
   * `editor` and no `system`.
   */
  readonly local: boolean;
  /** Where CONFIG_PUT stores a document when it is no file of the folder. */
  readonly writeDocument?: (file: string, text: string) => Promise<void>;
  /** Awaited after CONFIG_PUT stored a document. */
  readonly onConfigured?: () => Promise<void>;
}

export interface Management {
  readonly capabilities: Capabilities;
  close(): void;
}

export function createManagement(options: ManagementOptions): Management {
  const { snapshot, clock, checks, stream } = options;
  const folder = () => snapshot().folder;
  const http = createHttp({
    settings: options.globals ?? (() => snapshot().global),
    folder: () => snapshot().home,
  });
  const configuration = createConfiguration({
    folder,
    ...(checks === undefined ? {} : { checks }),
    ...(options.writeDocument === undefined ? {} : { writeDocument: options.writeDocument }),
    ...(options.onConfigured === undefined ? {} : { onWritten: options.onConfigured }),
  });
  return {
    capabilities: {
      ...stream,
      http,
      objects: createObjectStore(folder, clock),
      grok: createGrok({
        now: () => clock.now(),
        timeZone: 'UTC',
        readFile: (file) => readPatternFile(folder(), file),
      }),
      platformFiles: createFileSystem(path.join(options.dataFolder, 'files')),
      bus: createBus(options.log, { 'data.folder': options.dataFolder }),
      configuration,
      parsers: createParsers({
        snapshot,
        clock,
        capabilities: stream,
        ...(checks === undefined ? {} : { checks }),
      }),
      triage: createTriageEngine(stream),
      ...(options.local
        ? {
            localFiles: createFileSystem(),
            editor: createEditor(process.env),
            system: {
              environment: (name: string) => process.env[name],
              property: (name: string) => processProperty(name),
            },
          }
        : {}),
    },
    close: () => http.close(),
  };
}

/** Java's names for what a process knows of its machine. */
function processProperty(name: string): string | undefined {
  const properties: Readonly<Record<string, string | undefined>> = {
    'user.dir': process.cwd(),
    'user.home': process.env['HOME'],
    'user.name': process.env['USER'],
    'os.name': process.platform,
    'os.arch': process.arch,
    'file.separator': path.sep,
    'path.separator': path.delimiter,
    'line.separator': '\n',
  };
  return Object.hasOwn(properties, name) ? properties[name] : undefined;
}

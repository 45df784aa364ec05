/** Reads cluster.json. Loads schemas: not for worker threads. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { ConfigError, type ConfigProblem, checkAgainst } from '../config/index.ts';
import { type ClusterSettings, type EngineOptions, type EngineSection, embedded } from './engine.ts';
import { type EngineKind, engineOf, engines } from './registry.ts';

const file = 'cluster.json';
const kinds: readonly EngineKind[] = ['bus', 'index', 'store', 'config'];

/** `named`: another file than the folder's own, which must be there; the files that it names are the folder's all the same. */
export async function readCluster(folder: string, named?: string): Promise<ClusterSettings> {
  let text: string;
  try {
    text = await readFile(named ?? path.join(folder, file), 'utf8');
  } catch (error) {
    if (named === undefined && (error as NodeJS.ErrnoException).code === 'ENOENT') return embedded;
    throw new ConfigError([
      {
        code: 'SKP_CONFIG_FILE',
        severity: 'error',
        file,
        path: '',
        line: 1,
        column: 1,
        message: `the file cannot be read: ${(error as Error).message}`,
      },
    ]);
  }
  const { value, problems } = await checkCluster(text);
  if (value === null) throw new ConfigError(problems);
  const settings: Record<EngineKind, EngineSection> = { ...embedded };
  for (const kind of kinds) {
    const section = value[kind];
    if (section === undefined) continue;
    const { type, ...written } = section;
    const { prepare } = await engineOf(kind, type);
    settings[kind] = { type, options: prepare === undefined ? written : await prepare(written, folder) };
  }
  return settings;
}

export type WrittenCluster = Partial<Record<EngineKind, EngineOptions & { readonly type: string }>>;

/** The text against the schema of the engines that there are. */
export async function checkCluster(text: string): Promise<{
  readonly value: WrittenCluster | null;
  readonly problems: readonly ConfigProblem[];
}> {
  return checkAgainst<WrittenCluster>(file, text, await clusterSchema());
}

/** One section for each kind; its keys are those of the engine that `type` names. */
export async function clusterSchema(): Promise<z.ZodType<WrittenCluster>> {
  const sections: Record<string, z.ZodType> = { $schema: z.string().exactOptional() };
  for (const kind of kinds) sections[kind] = (await sectionSchema(kind)).exactOptional();
  const needed = await neededBuses();
  return z
    .strictObject(sections)
    .describe('The engines of this installation: absent sections stay embedded.')
    .superRefine((written, context) => {
      const { bus = embedded.bus, config } = written as WrittenCluster;
      const wanted = config === undefined ? undefined : needed.get(config.type);
      if (wanted === undefined || wanted === bus.type) return;
      context.addIssue({
        code: 'custom',
        path: ['config', 'type'],
        message: `"folder", or "bus" of type ${JSON.stringify(wanted)} (it is ${JSON.stringify(bus.type)})`,
      });
    }) as unknown as z.ZodType<WrittenCluster>;
}

const about: Readonly<Record<EngineKind, string>> = {
  bus: 'The log that events stand in until they are worked: lmdb (in the data folder) or kafka.',
  index: 'Where events are searched.',
  store: 'Reference data, threat intelligence, users.',
  config: 'Where the configuration comes from: folder (of each machine) or kafka (one for all, pushed).',
};

/** By type of `config`: the type of the bus that it needs. */
async function neededBuses(): Promise<ReadonlyMap<string, string>> {
  const needed = new Map<string, string>();
  for (const type of engines.config.keys()) {
    const { bus } = await engineOf('config', type);
    if (bus !== undefined) needed.set(type, bus);
  }
  return needed;
}

async function sectionSchema(kind: EngineKind): Promise<z.ZodType> {
  const options: z.ZodObject[] = [];
  for (const type of engines[kind].keys()) {
    const schema = await (await engineOf(kind, type)).schema();
    options.push(z.strictObject({ type: z.literal(type), ...schema.shape }));
  }
  const [first, ...others] = options;
  return z.discriminatedUnion('type', [first!, ...others]).describe(about[kind]);
}

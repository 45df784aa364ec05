/** The parts of the program that one process runs, and which engines they need. */
import { type ClusterSettings, isShared } from '../engines/index.ts';
import { SkoposError } from '../errors.ts';

/** `ingest`: listeners; `work`: parse, enrich, triage; `index`: write the index and look after it; `api`: search, pages. */
export const roles = ['ingest', 'work', 'index', 'api'] as const;

export type Role = (typeof roles)[number];

export const allRoles: ReadonlySet<Role> = new Set(roles);

/** A list such as `ingest,work`. Throws `SKP_PROGRAM_ROLE` for one that there is not. */
export function readRoles(text: string): ReadonlySet<Role> {
  const named = text.split(',').map((one) => one.trim());
  const chosen = roles.filter((role) => named.includes(role));
  const unknown = named.find((one) => !chosen.some((role) => role === one));
  if (unknown === undefined) return new Set(chosen);
  throw new SkoposError('SKP_PROGRAM_ROLE', `There is no role ${JSON.stringify(unknown)}`, {
    hint: `Name some of ${roles.join(', ')}, with commas between; all of them when --role is absent.`,
  });
}

/** Throws `SKP_PROGRAM_ROLE` when these roles cannot work by themselves with the engines configured. */
export async function checkRoles(chosen: ReadonlySet<Role>, cluster: ClusterSettings): Promise<void> {
  const missing = roles.filter((role) => !chosen.has(role));
  if (missing.length === 0) return;
  const some = [...chosen].join(',');
  if (!(await isShared('bus', cluster.bus))) {
    throw new SkoposError(
      'SKP_PROGRAM_ROLE',
      `--role ${some} leaves ${missing.join(', ')} to other processes, but the log (${cluster.bus.type}) lies in this one's data folder`,
      {
        hint: 'Name a bus that processes share in cluster.json ("bus": { "type": "kafka", … }), or leave --role out.',
      },
    );
  }
  if (chosen.has('api') && !chosen.has('index') && !(await isShared('index', cluster.index))) {
    throw new SkoposError(
      'SKP_PROGRAM_ROLE',
      `--role ${some} searches an index that another process writes, but the index (${cluster.index.type}) lies in that one's data folder`,
      {
        hint: 'Give the role api to the process that has the role index (--role index,api), or name an index that processes share in cluster.json.',
      },
    );
  }
}

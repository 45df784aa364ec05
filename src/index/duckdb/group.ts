import { IndexError } from '../errors.ts';
import type { GroupRequest, GroupResult } from '../event-index.ts';
import type { Session } from './database.ts';
import type { Plan } from './plan.ts';
import { fieldColumns, numberOf, textOf } from './values.ts';

const MAX_GROUPS = 1000;

interface Node {
  readonly key: string;
  readonly total: number;
  readonly score: number;
  readonly children: Map<string, Node>;
}

/**
 * Groups within groups. Each level is one statement over the groups that the level above kept, so that a level with many
 * values costs no more than its limit in memory here. Events without one of the fields are in no group of it.
 */
export async function group(session: Session, plan: Plan, request: GroupRequest): Promise<GroupResult[]> {
  const { groups, scoreField } = request;
  if (groups.length === 0) {
    throw new IndexError('SKP_INDEX_REQUEST', 'a search by groups needs at least one field to group by');
  }
  const limit = Math.min(request.limit ?? MAX_GROUPS, MAX_GROUPS);
  const branches: string[] = [];
  for (const { place, where } of plan.selections) {
    const values = groups.map(({ field }) => textOf(fieldColumns(place, field, plan.bindings)));
    const score = scoreField === undefined ? null : numberOf(fieldColumns(place, scoreField, plan.bindings));
    const selects = values.map((value, i) => `${value ?? 'NULL::VARCHAR'} AS k${i}`);
    branches.push(
      `SELECT ${selects.join(', ')}, ${score ?? 'NULL'}::DOUBLE AS score FROM ${place.from} WHERE ${where}`,
    );
  }
  const root = new Map<string, Node>();
  if (branches.length === 0) return [];
  const source = branches.join('\nUNION ALL ');
  let kept = 1;
  for (let level = 0; level < groups.length && kept > 0; level++) {
    const keys = groups.slice(0, level + 1).map((_, i) => `k${i}`);
    const parents = keys.slice(0, -1);
    const within = parents.length === 0 ? '' : `PARTITION BY ${parents.join(', ')} `;
    const order = levelOrder(groups[level]!, keys.at(-1)!);
    const sql = `SELECT ${keys.join(', ')}, count(*)::DOUBLE AS total, coalesce(sum(score), 0)::DOUBLE AS score FROM (${source})
       WHERE ${keys.map((k) => `${k} IS NOT NULL`).join(' AND ')} GROUP BY ${keys.join(', ')}
       QUALIFY row_number() OVER (${within}ORDER BY ${order}) <= ${limit}
       ORDER BY ${[...parents, order].join(', ')}`;
    const rows = await session.rows(sql, plan.bindings.for(sql));
    kept = 0;
    for (const row of rows) {
      let siblings: Map<string, Node> | undefined = root;
      for (let i = 0; i < level && siblings !== undefined; i++)
        siblings = siblings.get(String(row[i]))?.children;
      if (siblings === undefined) continue;
      const key = String(row[level]);
      siblings.set(key, {
        key,
        total: Number(row[level + 1]),
        score: Number(row[level + 2]),
        children: new Map(),
      });
      kept++;
    }
  }
  return results(root, request, 0);
}

/** Numbers by size and addresses by their octets, as they are text here; then all else by its text. */
function levelOrder(level: GroupRequest['groups'][number], key: string): string {
  const { groupOrderType, sortOrder } = level.order ?? { groupOrderType: 'term', sortOrder: 'desc' };
  const direction = sortOrder === 'asc' ? 'ASC NULLS LAST' : 'DESC NULLS LAST';
  const byTerm = `try_cast(${key} AS DOUBLE) ${direction}, skp_ip4(${key}) ${direction}, ${key} ${direction}`;
  return groupOrderType === 'count' ? `count(*) ${direction}, ${byTerm}` : byTerm;
}

function results(nodes: ReadonlyMap<string, Node>, request: GroupRequest, level: number): GroupResult[] {
  const next = request.groups[level + 1]?.field ?? null;
  return [...nodes.values()].map(({ key, total, score, children }) => ({
    key,
    total,
    ...(request.scoreField === undefined ? {} : { score }),
    groupedBy: next,
    groupResults: next === null ? null : results(children, request, level + 1),
  }));
}

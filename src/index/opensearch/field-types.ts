/** Which types the fields of a request have in the indices that it goes to. */
import type { Query } from '../query/ast.ts';
import { isObject, listAt, objectAt } from '../remote/json.ts';
import type { Server } from './client.ts';
import { LINE } from './mapping.ts';
import { canonical } from './names.ts';

export interface FieldType {
  readonly type: string;
  /** Indices in which it has this type; null: in all that have the field. */
  readonly indices: readonly string[] | null;
}

export interface FieldTypes {
  /** By the name on the server. */
  of(physical: string): readonly FieldType[];
  /** Whole lines are kept beside the words of this text. */
  hasLine(physical: string): boolean;
  /** Every field, when the request asked for it. */
  readonly all: readonly string[];
}

/** How long what another process may have changed is believed. */
const FRESH_MS = 2_000;
const MOST_KEPT = 200;

export class FieldTypeReader {
  readonly #server: Server;
  readonly #changes: () => number;
  readonly #kept = new Map<string, { at: number; changes: number; types: Promise<FieldTypes> }>();

  constructor(server: Server, changes: () => number) {
    this.#server = server;
    this.#changes = changes;
  }

  /** `fields` by any of their names; null: all. */
  read(pattern: string, fields: ReadonlySet<string> | null): Promise<FieldTypes> {
    const names =
      fields === null ? ['*'] : [...new Set([...fields].map(physicalOf))].filter(isAskable).sort();
    const key = `${pattern} ${names.join(' ')}`;
    const changes = this.#changes();
    const now = performance.now();
    const kept = this.#kept.get(key);
    if (kept !== undefined && kept.changes === changes && now - kept.at < FRESH_MS) return kept.types;
    const types = this.#ask(pattern, names);
    if (this.#kept.size >= MOST_KEPT) this.#kept.clear();
    this.#kept.set(key, { at: now, changes, types });
    types.catch(() => this.#kept.delete(key));
    return types;
  }

  async #ask(pattern: string, names: readonly string[]): Promise<FieldTypes> {
    if (names.length === 0) return typesOf({});
    const asked = names.flatMap((name) => (name === '*' ? [name] : [name, `${name}.${LINE}`]));
    const { body } = await this.#server.request('POST', `/${pattern}/_field_caps`, {
      query: {
        fields: asked.map((name) => name.replaceAll(',', '?')).join(','),
        ignore_unavailable: true,
        allow_no_indices: true,
      },
    });
    return typesOf(objectAt(body, 'fields'));
  }
}

function typesOf(caps: Readonly<Record<string, unknown>>): FieldTypes {
  const types = new Map<string, FieldType[]>();
  for (const [physical, byType] of Object.entries(caps)) {
    if (!isObject(byType) || physical.startsWith('_')) continue;
    const found = Object.entries(byType)
      .filter(([type]) => type !== 'unmapped' && type !== 'object')
      .map(([type, cap]) => {
        const indices = listAt(cap, 'indices').map(String);
        return { type, indices: indices.length === 0 ? null : indices };
      });
    if (found.length > 0) types.set(physical, found);
  }
  return {
    of: (physical) => types.get(physical) ?? [],
    hasLine: (physical) => types.has(`${physical}.${LINE}`),
    all: [...types.keys()].filter((name) => !name.includes('.') && !name.startsWith('~')),
  };
}

export function physicalOf(field: string): string {
  return canonical(field).replaceAll('.', ':');
}

/** A name that can stand in the request's address; others have no field of their own. */
function isAskable(physical: string): boolean {
  return physical !== '' && physical.length <= 200 && !/[\p{Cc}*?]/u.test(physical);
}

/** The fields that a query names; null when it asks for any field. */
export function fieldsOf(query: Query, into: Set<string> = new Set()): Set<string> | null {
  switch (query.type) {
    case 'and':
    case 'or':
      return query.clauses.every((clause) => fieldsOf(clause, into) !== null) ? into : null;
    case 'not':
      return fieldsOf(query.clause, into);
    case 'all':
    case 'none':
      return into;
    default:
      if (query.field === null) return null;
      into.add(query.field);
      return into;
  }
}

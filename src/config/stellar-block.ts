/** The two spellings of a Stellar block, and its groups, brought into one ordered form. */

export interface StellarStatement {
  /** The field that is assigned; null for a statement whose value is not kept. */
  readonly target: string | null;
  readonly expression: string;
}

/** Statements that see each other's results, in order. Groups do not see one another. */
export interface StellarGroup {
  /** Empty for the group of the statements that stand outside of any. */
  readonly group: string;
  readonly statements: readonly StellarStatement[];
}

/** `{ "out": "EXPR" }` or `[ "out := EXPR" ]`; in the first, an entry that is a map or a list is a group. */
export type StellarBlock = readonly string[] | Readonly<Record<string, StellarBlockEntry>>;
export type StellarBlockEntry =
  | string
  | number
  | boolean
  | readonly string[]
  | Readonly<Record<string, string | number | boolean>>;

/**
 * Groups in the order of their first statement. Numbers and booleans in the place of an expression are literals.
 * A list entry without `:=` has a null target.
 */
export function parseStellarGroups(block: StellarBlock): readonly StellarGroup[] {
  if (isList(block)) return block.length === 0 ? [] : [{ group: '', statements: block.map(parseStatement) }];
  const groups: { group: string; statements: StellarStatement[] }[] = [];
  let standing: StellarStatement[] | null = null;
  for (const [name, entry] of Object.entries(block)) {
    if (typeof entry === 'object') {
      groups.push({
        group: name,
        statements: isList(entry) ? entry.map(parseStatement) : statementsOf(entry),
      });
      continue;
    }
    if (standing === null) {
      standing = [];
      groups.push({ group: '', statements: standing });
    }
    standing.push({ target: name, expression: String(entry) });
  }
  return groups;
}

/**
 * Splits `target := expression` at its first `:=`, if what stands before it is a name. So `:=` inside of a text of the
 * expression cuts nothing.
 */
export function parseStatement(text: string): StellarStatement {
  const at = text.indexOf(':=');
  const target = at === -1 ? '' : text.slice(0, at).trim();
  if (target === '' || /["'`()[\]{}\s,]/.test(target)) return { target: null, expression: text.trim() };
  return { target, expression: text.slice(at + 2).trim() };
}

function statementsOf(entries: Readonly<Record<string, string | number | boolean>>): StellarStatement[] {
  return Object.entries(entries).map(([target, expression]) => ({ target, expression: String(expression) }));
}

function isList<T>(value: readonly T[] | object): value is readonly T[] {
  return Array.isArray(value);
}

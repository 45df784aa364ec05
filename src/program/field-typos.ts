/** Names of fields in expressions that are probably mistyped: not known anywhere, and a letter away from one that is. */
import { distance } from 'fastest-levenshtein';
import { knownFields } from '../parsers/index.ts';

/** Shorter names are too often near one another by chance. */
const shortest = 6;

/**
 * What a lint may take for fields: all that are known, and of the expression's own variables those that are near no known one. A sensor's
 * fields are its records' and not known here, so a name that is merely new is no mistake.
 */
export function plausibleFields(variables: readonly string[]): ReadonlySet<string> {
  const fields = new Set(knownFields());
  for (const name of variables) if (!isTypo(name)) fields.add(name);
  return fields;
}

/** Whether a name is not known and a letter away from one that is. */
export function isTypo(name: string): boolean {
  if (name.length < shortest) return false;
  const known = knownFields();
  if (known.has(name) || known.has(name.replaceAll(':', '.'))) return false;
  for (const field of known) {
    if (Math.abs(field.length - name.length) <= 1 && distance(field, name) === 1) return true;
  }
  return false;
}

import type * as z from 'zod';
import { parseJsonText } from './json-text.ts';
import type { ConfigProblem } from './problem.ts';
import { schemaProblems } from './schema-problems.ts';

/** Reads a JSON file (comments allowed) that other parts have the schema of. `value` is null when there are problems. */
export function checkAgainst<T>(
  file: string,
  text: string,
  schema: z.ZodType<T>,
): { readonly value: T | null; readonly problems: readonly ConfigProblem[] } {
  const json = parseJsonText(file, text);
  if (json.value === undefined || json.problems.some(({ severity }) => severity === 'error'))
    return { value: null, problems: json.problems };
  const result = schema.safeParse(json.value);
  if (result.success) return { value: result.data, problems: [] };
  return { value: null, problems: schemaProblems(json, json.value, schema, result.error.issues) };
}

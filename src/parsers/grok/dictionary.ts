/** Grok pattern dictionaries: names that stand for regular expressions, as pattern files list them. */
import { ParserConfigError } from '../errors.ts';
import type { ParserEnvironment } from '../parser.ts';
import { builtInPatterns } from '../patterns/index.ts';

export type Dictionary = ReadonlyMap<string, string>;

/**
 * Reads pattern files: one `NAME expression` a line; other lines (comments, blank ones) are passed over. A later definition
 * replaces an earlier one of the same name.
 */
export function readDictionary(...texts: readonly string[]): Dictionary {
  const patterns = new Map<string, string>();
  for (const text of texts) {
    for (const line of text.split(/\r?\n/)) {
      const found = /^([A-Za-z0-9_[\]\\^`]+)\s+(.*)$/.exec(line);
      if (found !== null) patterns.set(found[1]!, found[2]!);
    }
  }
  return patterns;
}

/**
 * The text of a pattern file: the user's where there is one, else the built-in one of that name (`/patterns/common`,
 * `/patterns/asa`, …). Throws `ParserConfigError` when there is neither.
 */
export function readPatternFile(path: string, environment: ParserEnvironment): string {
  const builtIn = builtInPatterns.get(path);
  try {
    return environment.readFile(path);
  } catch (cause) {
    if (builtIn !== undefined) return builtIn;
    throw new ParserConfigError(`The Grok pattern file ${JSON.stringify(path)} cannot be read`, {
      cause,
      hint: `Put the file there, or name a built-in one: ${[...builtInPatterns.keys()].join(', ')}`,
    });
  }
}

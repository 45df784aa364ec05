/** Makes the parsers of an import, to see which files of patterns they read, and whether they can be made at all. */
import type { SensorParserConfig } from '../config/index.ts';
import { SkoposError } from '../errors.ts';
import { builtInPatterns, createParser } from '../parsers/index.ts';
import { meantBy, type PatternFile, placeOf } from './patterns.ts';

export interface MissingPatterns {
  /** `parsers/squid.json` */
  readonly file: string;
  /** As the parser names it: `/apps/metron/patterns/squid`. */
  readonly path: string;
  readonly hint: string;
}

export interface TriedParser {
  readonly missing: readonly MissingPatterns[];
  /** Copies of pattern files that are needed at a path that the parser names. */
  readonly needed: readonly PatternFile[];
  /** Why the parser cannot be made; null when it can, or when patterns are missing, which says it all. */
  readonly failure: { readonly message: string; readonly hint: string | undefined } | null;
}

/**
 * @param patterns of the copied folder
 * @param readExisting reads a file of the configuration folder; throws when there is none
 */
export function tryParser(
  file: string,
  config: SensorParserConfig,
  patterns: readonly PatternFile[],
  readExisting: (path: string) => string,
): TriedParser {
  const missing: MissingPatterns[] = [];
  const needed: PatternFile[] = [];
  const readFile = (named: string): string => {
    const place = placeOf(named);
    if (place === null) {
      missing.push({ file, path: named, hint: 'It names no place in the configuration folder.' });
      return '';
    }
    const carried = patterns.find((pattern) => pattern.file === place);
    if (carried !== undefined) return carried.bytes.toString('utf8');
    try {
      return readExisting(named);
    } catch (error) {
      if (builtInPatterns.has(named)) throw error;
    }
    const meant = meantBy(named, patterns);
    if (meant !== null) {
      if (!needed.some((pattern) => pattern.file === place)) needed.push({ ...meant, file: place });
      return meant.bytes.toString('utf8');
    }
    missing.push({ file, path: named, hint: missingHint(named, place) });
    return '';
  };
  let failure: TriedParser['failure'] = null;
  try {
    createParser(config.parserClassName, config.parserConfig, {
      now: () => Date.now(),
      timeZone: String(config.parserConfig['timeZone'] ?? 'UTC'),
      readFile,
    });
  } catch (error) {
    failure = {
      message: error instanceof Error ? error.message : String(error),
      hint: error instanceof SkoposError ? error.hint : undefined,
    };
  }
  return { missing: distinct(missing), needed, failure: missing.length > 0 ? null : failure };
}

function distinct(missing: readonly MissingPatterns[]): MissingPatterns[] {
  return [...new Map(missing.map((one) => [one.path, one])).values()];
}

function missingHint(named: string, place: string): string {
  const last = `/patterns/${place.split('/').at(-1)}`;
  const builtIn = builtInPatterns.has(last) ? `, or let grokPath name the built-in ${last}` : '';
  return `Copy it out of HDFS (${hdfsPath(named)}) and import again with --patterns FOLDER${builtIn}.`;
}

/** Parsers name it from /apps/metron on, or whole. */
function hdfsPath(named: string): string {
  const whole = `/${named.replace(/^\/+/, '')}`;
  return whole.startsWith('/apps/') ? whole : `/apps/metron${whole}`;
}

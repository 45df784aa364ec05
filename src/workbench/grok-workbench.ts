/** Grok patterns for those who write them: what there is, what fits, why a line does not, what would fit. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { SkoposError } from '../errors.ts';
import {
  builtInPatterns,
  type Dictionary,
  explainGrok,
  type GrokExplanation,
  type GrokProposal,
  type Message,
  type ParserEnvironment,
  proposeGrok,
  readDictionary,
  readPatternFile as readPatterns,
  tryGrok,
} from '../parsers/index.ts';
import { readPatternFile } from '../pipeline/index.ts';

export interface GrokWorkbench {
  /** Names and expressions: the common patterns, and those in the configuration's `patterns/`, which win. */
  patterns(): Dictionary;
  /** The text of a pattern file: the user's, else the built-in one. Throws `ParserConfigError` when there is neither. */
  statement(file: string): string;
  /** As Metron's: what `%{label}` captures in a sample, where `statement` is a pattern file's text. */
  validate(statement: string, label: string, sample: string): Message;
  explain(pattern: string, line: string): GrokExplanation;
  propose(lines: readonly string[]): GrokProposal;
}

/** `folder` is the user's configuration folder; null for none. */
export function createGrokWorkbench(folder: () => string | null): GrokWorkbench {
  const environment: ParserEnvironment = {
    now: () => Date.now(),
    timeZone: 'UTC',
    readFile: (file) => readPatternFile(folder(), file),
  };
  const patterns = (): Dictionary =>
    readDictionary(readPatterns('/patterns/common', environment), ...ownPatterns(folder()));
  return {
    patterns,
    statement: (file) => {
      // Only pattern files are anybody's to read.
      if (!builtInPatterns.has(file) && !/^\/?patterns\/[^/]+$/.test(file)) {
        throw new SkoposError('SKP_GROK_FILE', `${JSON.stringify(file)} is no pattern file`, {
          hint: `Built in are ${[...builtInPatterns.keys()].join(', ')}; yours lie in patterns/.`,
        });
      }
      return readPatterns(file, environment);
    },
    validate: (statement, label, sample) => tryGrok(statement, label, sample, environment),
    explain: (pattern, line) => explainGrok(pattern, patterns(), line, { dialect: 'logstash' }),
    propose: (lines) => proposeGrok(lines, patterns()),
  };
}

function ownPatterns(folder: string | null): string[] {
  if (folder === null) return [];
  const own = path.join(folder, 'patterns');
  try {
    return readdirSync(own, { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => name)
      .sort()
      .map((name) => readFileSync(path.join(own, name), 'utf8'));
  } catch {
    return [];
  }
}

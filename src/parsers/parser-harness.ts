/** For tests: runs one parser over one record and keeps what it says. */
import { createParser } from './builtin.ts';
import type { Message, ParserEnvironment } from './parser.ts';

export interface ParserOutcome {
  readonly messages: Message[];
  readonly rejected: string[];
  readonly failures: Error[];
  /** Reasons of skipped parts. */
  readonly skipped: string[];
}

/** 2026-06-15T12:00:00Z */
export const testClock = 1_781_524_800_000;

export function runParser(
  name: string,
  config: Record<string, unknown>,
  text: string,
  environment: Partial<ParserEnvironment> = {},
): ParserOutcome {
  const outcome: ParserOutcome = { messages: [], rejected: [], failures: [], skipped: [] };
  const parser = createParser(name, config, {
    now: () => testClock,
    timeZone: 'UTC',
    readFile(path) {
      throw new Error(`no file ${path}`);
    },
    ...environment,
  });
  parser.parse(text, {
    emit: (message) => void outcome.messages.push(message),
    reject: (line) => void outcome.rejected.push(line),
    fail: (error) => void outcome.failures.push(error),
    skip: (_line, reason) => void outcome.skipped.push(reason),
  });
  return outcome;
}

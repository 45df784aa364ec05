import { SkoposError } from '../errors.ts';

const shown = 120;

/** Shortens text of a record so that it can stand in an error message. */
export function excerpt(text: string): string {
  const short = text.length > shown ? `${text.slice(0, shown)}… (${text.length} characters)` : text;
  return JSON.stringify(short);
}

/** A parser's configuration is wrong (code `SKP_PARSER_CONFIG`); the sensor cannot start with it. */
export class ParserConfigError extends SkoposError {
  constructor(message: string, options: { hint?: string; cause?: unknown } = {}) {
    super('SKP_PARSER_CONFIG', message, options);
  }
}

/**
 * A record or a line of it is not what the parser reads (code `SKP_PARSER_INPUT`). Carries no stack: it tells of data, not of code, and
 * a flood of bad lines must not cost more than a flood of good ones.
 */
export class ParseError extends SkoposError {
  constructor(message: string, options: { hint?: string; cause?: unknown } = {}) {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    try {
      super('SKP_PARSER_INPUT', message, options);
    } finally {
      Error.stackTraceLimit = limit;
    }
  }
}

import { ParserConfigError } from '../errors.ts';

/** A place in the source of an expression; the class reader moves it too. */
export interface Cursor {
  readonly source: string;
  at: number;
}

export function syntaxError(cursor: Cursor, problem: string): ParserConfigError {
  const from = Math.max(0, cursor.at - 30);
  return new ParserConfigError(
    `The regular expression is wrong: ${problem}, near ${JSON.stringify(cursor.source.slice(from, cursor.at + 20))}`,
  );
}

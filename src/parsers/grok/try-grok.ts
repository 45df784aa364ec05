/** Tries a Grok statement on a line, for those who write one. */
import { ParseError } from '../errors.ts';
import type { Message, ParserEnvironment } from '../parser.ts';
import { readDictionary, readPatternFile } from './dictionary.ts';
import { compileGrok } from './grok.ts';

/**
 * What `%{label}` captures in `sample`, where `statement` is the text of a pattern file that comes after the common patterns. Without
 * `label` the statement's last pattern is meant. Throws `ParserConfigError` when the statement is wrong, `ParseError` when it does
 * not match.
 */
export function tryGrok(
  statement: string,
  label: string,
  sample: string,
  environment: ParserEnvironment,
): Message {
  const dictionary = readDictionary(readPatternFile('/patterns/common', environment), statement);
  const name = label === '' ? ([...readDictionary(statement).keys()].at(-1) ?? '') : label;
  const message = compileGrok(`%{${name}}`, dictionary, { without: [name] }).match(sample);
  if (message === null) throw new ParseError(`The sample does not match %{${name}}`);
  return message;
}

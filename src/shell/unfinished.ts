import { compile, type FunctionRegistry, StellarError } from '../stellar/index.ts';
import { assignmentOf } from './session.ts';

/**
 * Whether more lines may make an expression of this: it breaks off where something is still expected (`2 +`, an open
 * bracket, an open string). Commands and documentation are one line each.
 */
export function isUnfinished(input: string, registry: FunctionRegistry): boolean {
  const line = input.trim();
  if (line === '' || /^[%?#]/.test(line) || line === 'quit') return false;
  try {
    const source = assignmentOf(line)?.expression ?? line;
    if (source === '') return false;
    try {
      compile(source, registry, { calls: 'deferred' });
      return false;
    } catch (error) {
      return (
        error instanceof StellarError &&
        error.code === 'SKP_STELLAR_SYNTAX' &&
        (error.position?.offset === source.length || opensString(source, error.position?.offset))
      );
    }
  } catch {
    return false;
  }
}

/** Whether the text from `offset` on is a string that does not end. */
function opensString(source: string, offset: number | undefined): boolean {
  if (offset === undefined) return false;
  const quote = source[offset];
  if (quote !== "'" && quote !== '"') return false;
  return !source
    .slice(offset + 1)
    .replaceAll(/\\[\s\S]/g, '')
    .includes(quote);
}

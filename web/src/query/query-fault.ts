import type { WireProblem } from '../api/wire.ts';

/** What is wrong with the query, for showing below the search bar. */
export interface QueryFault {
  readonly message: string;
  readonly hint?: string;
  /** Offset in the reader's text, when known. */
  readonly position: number | null;
}

/**
 * Reads the server's problem about a query. The text it quotes and its own mark are left out, since the page marks the
 * place itself; positions are moved back by `offset`, where the reader's text starts in what was sent.
 */
export function queryFault(problem: WireProblem, offset: number): QueryFault {
  const [line = ''] = problem.message.split('\n');
  const sentence = line.replace(/^Query, character \d+: /, '');
  return {
    message: sentence.charAt(0).toUpperCase() + sentence.slice(1) + (/[.!?]$/.test(sentence) ? '' : '.'),
    ...(problem.hint !== undefined && { hint: problem.hint }),
    position: problem.position === undefined ? null : problem.position - offset,
  };
}

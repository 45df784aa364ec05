import { IndexError } from '../errors.ts';
import type { Query } from '../query/ast.ts';
import type { Session } from './database.ts';

/** Asks the database whether the regular expressions of a query are some, so that the answer names the one that is not. */
export async function checkPatterns(session: Session, query: Query): Promise<void> {
  switch (query.type) {
    case 'and':
    case 'or':
      for (const clause of query.clauses) await checkPatterns(session, clause);
      return;
    case 'not':
      return checkPatterns(session, query.clause);
    case 'regex':
      try {
        await session.rows("SELECT regexp_full_match('', $pattern)", { pattern: query.pattern });
      } catch (cause) {
        throw new IndexError(
          'SKP_INDEX_QUERY',
          `/${query.pattern.slice(0, 100)}/ is not a regular expression`,
          {
            hint: 'The syntax is RE2: no look-around, no back-references. The pattern is for the whole value.',
            cause,
          },
        );
      }
      return;
    default:
      return;
  }
}

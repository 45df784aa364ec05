/** Events whose look-ups failed since no server of the store answered. */
import { SkoposError } from '../errors.ts';

/** The field of an event that says what was not looked up for it: a list of adapters, `stellar` and `triage`. */
export const notEnrichedField = 'not_enriched';

/** Whether the store's servers being away is what an error comes from. */
export function isStoreAway(error: unknown): boolean {
  let cause = error;
  for (let depth = 0; depth < 8 && cause instanceof Error; depth++) {
    if (cause instanceof SkoposError && cause.code === 'SKP_STORE_UNAVAILABLE') return true;
    ({ cause } = cause);
  }
  return false;
}

/** True for the first mark of the message. */
export function markNotEnriched(message: Record<string, unknown>, adapter: string): boolean {
  const marked = message[notEnrichedField];
  if (!Array.isArray(marked)) {
    // Also in place of what a sender may have written there.
    message[notEnrichedField] = [adapter];
    return true;
  }
  if (!marked.includes(adapter)) marked.push(adapter);
  return false;
}

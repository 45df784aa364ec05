import type { CompiledExpression, Explanation, LintWarning, StellarFunction } from '../stellar/index.ts';

/** What a line of the shell came to. */
export type ShellResult =
  /** A value of Stellar (null too); `target` is the variable that it was given to. */
  | {
      readonly status: 'success';
      readonly kind: 'value';
      readonly value: unknown;
      readonly target?: string;
      /** What of the expression may surprise. */
      readonly source?: string;
      readonly warnings?: readonly LintWarning[];
    }
  /** Words of the shell itself: `%vars`, `%globals`, … Empty for a comment or an empty line. */
  | { readonly status: 'success'; readonly kind: 'text'; readonly text: string }
  | { readonly status: 'success'; readonly kind: 'documentation'; readonly definition: StellarFunction }
  | {
      readonly status: 'success';
      readonly kind: 'explanation';
      readonly compiled: CompiledExpression;
      readonly explanation: Explanation;
    }
  | {
      readonly status: 'success';
      readonly kind: 'warnings';
      readonly source: string;
      readonly warnings: readonly LintWarning[];
    }
  | { readonly status: 'error'; readonly error: Error }
  | { readonly status: 'terminate' };

export const nothing: ShellResult = { status: 'success', kind: 'text', text: '' };

export function text(value: string): ShellResult {
  return { status: 'success', kind: 'text', text: value };
}

import type { CharSet } from './char-set.ts';

/** A regular expression as a tree. Groups are numbered in the order of their opening parentheses, named ones included. */
export type RegexNode =
  | { readonly kind: 'set'; readonly set: CharSet }
  | { readonly kind: 'sequence'; readonly items: readonly RegexNode[] }
  | { readonly kind: 'choice'; readonly options: readonly RegexNode[] }
  | RepeatNode
  | {
      readonly kind: 'group';
      readonly number: number;
      readonly name: string | undefined;
      readonly body: RegexNode;
    }
  | { readonly kind: 'atomic'; readonly body: RegexNode }
  | LookNode
  | { readonly kind: 'assertion'; readonly what: Assertion }
  | { readonly kind: 'reference'; readonly to: number | string };

export interface RepeatNode {
  readonly kind: 'repeat';
  readonly body: RegexNode;
  readonly min: number;
  /** Infinity when unbounded. */
  readonly max: number;
  readonly lazy: boolean;
}

export interface LookNode {
  readonly kind: 'look';
  readonly ahead: boolean;
  readonly negative: boolean;
  readonly body: RegexNode;
}

/** `end` is the very end of the text, `lastLineEnd` also stands before a line terminator that ends the text. */
export type Assertion =
  | 'start'
  | 'end'
  | 'lastLineEnd'
  | 'lineStart'
  | 'lineEnd'
  | 'wordBoundary'
  | 'notWordBoundary';

export function sequence(items: readonly RegexNode[]): RegexNode {
  return items.length === 1 ? items[0]! : { kind: 'sequence', items };
}

export function choice(options: readonly RegexNode[]): RegexNode {
  return options.length === 1 ? options[0]! : { kind: 'choice', options };
}

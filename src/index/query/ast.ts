/** The tree of a search query, whatever syntax it was written in. `field: null` means any field. */
export type Query =
  | { readonly type: 'all' }
  | { readonly type: 'none' }
  /** `value` equals the field's value (text, number, boolean, IP), case-insensitively for text; a phrase when `quoted`. */
  | { readonly type: 'term'; readonly field: string | null; readonly value: string; readonly quoted: boolean }
  /** `*` any run, `?` one character; `\` escapes. */
  | { readonly type: 'wildcard'; readonly field: string | null; readonly pattern: string }
  | { readonly type: 'regex'; readonly field: string | null; readonly pattern: string }
  | {
      readonly type: 'range';
      readonly field: string;
      readonly from: string | null;
      readonly to: string | null;
      readonly includeFrom: boolean;
      readonly includeTo: boolean;
    }
  | { readonly type: 'exists'; readonly field: string }
  /** Address inside a network, IPv4 or IPv6. */
  | {
      readonly type: 'cidr';
      readonly field: string | null;
      readonly network: string;
      readonly prefix: number;
    }
  | { readonly type: 'and'; readonly clauses: readonly Query[] }
  | { readonly type: 'or'; readonly clauses: readonly Query[] }
  | { readonly type: 'not'; readonly clause: Query };

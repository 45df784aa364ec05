import type { StellarFunction } from '../expression.ts';
import { typosquats } from '../typosquat.ts';
import { absent, stringArgument } from './arguments.ts';
import { optional } from './define.ts';

const domainTyposquat: StellarFunction = {
  name: 'DOMAIN_TYPOSQUAT',
  category: 'network',
  description:
    'Names that could be taken for a domain name: added, left out, doubled, swapped and mistyped letters, flipped bits, hyphens, dots, other vowels, and characters that look alike (also in Punycode).',
  parameters: [optional('label', 'string', 'The name without its top-level domain, up to 63 characters')],
  returns: { type: 'set', description: 'The names, the label itself not among them; null for null' },
  examples: [
    { expression: "'amaz0n' in DOMAIN_TYPOSQUAT('amazon')", result: true },
    { expression: "LENGTH(DOMAIN_TYPOSQUAT('github'))", result: 244 },
  ],
  // Not folded: thousands of names would stand in the compiled expression.
  pure: false,
  call: (_, label) => (absent(label) ? null : typosquats(stringArgument('DOMAIN_TYPOSQUAT', 'label', label))),
};

export const lookAlikeFunctions: readonly StellarFunction[] = [domainTyposquat];

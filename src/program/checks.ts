/** What the configuration is checked against: the parsers, adapters and functions that this program has. */
import type { ConfigChecks } from '../config/index.ts';
import { builtInAdapters } from '../enrichments/index.ts';
import { builtInParsers } from '../parsers/index.ts';
import { compileStellar } from '../pipeline/index.ts';
import { lint, StellarError, standardRegistry } from '../stellar/index.ts';

const adaptersOf = (stage: 'enrichment' | 'threatIntel'): string[] => [
  ...builtInAdapters.filter((adapter) => adapter.stages.includes(stage)).map((adapter) => adapter.name),
  'stellar',
];

export const configChecks: ConfigChecks = {
  parserClassNames: builtInParsers.flatMap((parser) => [parser.name, ...parser.classNames]),
  enrichmentAdapters: adaptersOf('enrichment'),
  threatIntelAdapters: adaptersOf('threatIntel'),
  compileCheck(expression) {
    try {
      compileStellar(expression);
      return null;
    } catch (error) {
      if (!(error instanceof StellarError)) throw error;
      return {
        message: error.detail,
        ...(error.position === undefined ? {} : { offset: error.position.offset }),
        ...(error.hint === undefined ? {} : { hint: error.hint }),
      };
    }
  },
  lint: (expression, options) =>
    lint(expression, standardRegistry, options).map(({ message, position, fixes }) => ({
      message,
      offset: position.offset,
      ...(fixes.length === 0
        ? {}
        : { hint: fixes.map(({ text, replacement }) => `${text}: ${replacement}`).join('\n    ') }),
    })),
};

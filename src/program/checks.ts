/** What the configuration is checked against: the parsers, adapters and functions that this program has. */
import type { ConfigChecks } from '../config/index.ts';
import { builtInAdapters } from '../enrichments/index.ts';
import { inspectParserConfig, parserRegistry } from '../parsers/index.ts';
import { compileStellar, stellarRegistry } from '../pipeline/index.ts';
import { lint, StellarError } from '../stellar/index.ts';
import { plausibleFields } from './field-typos.ts';
import { unknownFields } from './unknown-fields.ts';

const adaptersOf = (stage: 'enrichment' | 'threatIntel'): string[] => [
  ...builtInAdapters.filter((adapter) => adapter.stages.includes(stage)).map((adapter) => adapter.name),
  'stellar',
];

export const configChecks: ConfigChecks = {
  /** Read when it is needed: plug-ins add to it at the start. */
  get parserClassNames() {
    return parserRegistry.list().flatMap((parser) => [parser.name, ...parser.classNames]);
  },
  parserConfigCheck(className, parserConfig, isUsed) {
    const type = parserRegistry.find(className);
    return type === undefined ? [] : inspectParserConfig(type, parserConfig, isUsed);
  },
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
  unknownFields,
  lint: (expression, options) =>
    lint(expression, stellarRegistry(), { ...options, fields: fieldsFor(expression) }).map(
      ({ message, position, fixes }) => ({
        message,
        offset: position.offset,
        ...(fixes.length === 0
          ? {}
          : { hint: fixes.map(({ text, replacement }) => `${text}: ${replacement}`).join('\n    ') }),
      }),
    ),
};

/** Undefined for what does not compile, which is told otherwise. */
function fieldsFor(expression: string): ReadonlySet<string> | undefined {
  try {
    return plausibleFields(compileStellar(expression).variables);
  } catch {
    return undefined;
  }
}

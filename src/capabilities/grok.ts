/** The Grok engine for expressions. */
import {
  compileGrok,
  type Dictionary,
  type GrokMatcher,
  type ParserEnvironment,
  proposeGrok,
  readDictionary,
  readPatternFile,
} from '../parsers/index.ts';
import type { Grok } from '../stellar/index.ts';

const mostKept = 100;

/** With the patterns that come with the program; `environment` reads pattern files that replace them. */
export function createGrok(environment?: ParserEnvironment): Grok {
  const kept = new Map<string, GrokMatcher>();
  let dictionary: Dictionary | null = null;
  const patterns = (): Dictionary => {
    dictionary ??= readDictionary(readPatternFile('/patterns/common', environment ?? builtInOnly));
    return dictionary;
  };
  return {
    compile(pattern) {
      let matcher = kept.get(pattern);
      if (matcher === undefined) {
        matcher = compileGrok(pattern, patterns());
        if (kept.size >= mostKept) kept.clear();
        kept.set(pattern, matcher);
      }
      const { match } = matcher;
      return {
        match: (text) => {
          const found = match(text);
          return found === null ? null : new Map(Object.entries(found));
        },
      };
    },
    predict: (text) => (text.trim() === '' ? '' : proposeGrok([text], patterns()).pattern),
  };
}

const builtInOnly: ParserEnvironment = {
  now: () => 0,
  timeZone: 'UTC',
  readFile: (file) => {
    throw new Error(`${file} is built in`);
  },
};

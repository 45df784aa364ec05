import { boxTable } from '../box-table.ts';
import type { GrokPattern } from '../capabilities.ts';
import { argumentError } from '../errors.ts';
import type { StellarFunction } from '../expression.ts';
import { textOf } from '../values.ts';
import { absent, elements, needed, stringArgument, textArgument } from './arguments.ts';
import { parameter } from './define.ts';

/** Trying out Grok patterns. */

const mostTexts = 10_000;

const grokEval: StellarFunction = {
  name: 'GROK_EVAL',
  category: 'grok',
  description: 'What a Grok pattern captures of one or more texts, as a table.',
  parameters: [
    parameter('grok', 'string', 'The pattern'),
    parameter('text', 'string', 'A text or a list of them'),
  ],
  returns: {
    type: 'string',
    description:
      "The table, a row for each text and MISSING where it has no value; 'NO MATCH' when the pattern matches none; null for a pattern that cannot be read",
  },
  examples: [
    {
      expression: "GROK_EVAL('%{WORD:verb} %{INT:count}', ['take 2', 'stop'])",
      result:
        '╔═════════╤═════════╗\n║ count   │ verb    ║\n╠═════════╪═════════╣\n║ 2       │ take    ║\n╟─────────┼─────────╢\n║ MISSING │ MISSING ║\n╚═════════╧═════════╝\n',
    },
    { expression: "GROK_EVAL('%{INT:count}', 'none')", result: 'NO MATCH' },
  ],
  pure: false,
  capability: 'grok',
  arity: [2, Number.POSITIVE_INFINITY],
  call: (capabilities, grok, text) => {
    const engine = needed('GROK_EVAL', capabilities, 'grok');
    if (absent(grok) || absent(text)) return null;
    let pattern: GrokPattern;
    try {
      pattern = engine.compile(stringArgument('GROK_EVAL', 'grok', grok));
    } catch {
      return null;
    }
    const texts = [...(elements(text) ?? [text])];
    if (texts.length > mostTexts) throw argumentError(`GROK_EVAL takes up to ${mostTexts} texts`);
    const matches = texts.map((one) => (absent(one) ? null : pattern.match(textOf(one))));
    const names = [...new Set(matches.flatMap((match) => [...(match?.keys() ?? [])]))].sort();
    if (matches.every((match) => match === null)) return 'NO MATCH';
    const cell = (value: unknown): string => (absent(value) ? 'MISSING' : textOf(value));
    return boxTable(
      names,
      matches.map((match) => names.map((name) => cell(match?.get(name)))),
    );
  },
};

const grokPredict: StellarFunction = {
  name: 'GROK_PREDICT',
  category: 'grok',
  description:
    'Guesses a Grok pattern for a text: its addresses, times and numbers become named patterns, the rest stays as it is.',
  parameters: [parameter('text', 'string', 'A line such as those to be read')],
  returns: { type: 'string', description: 'A pattern that matches the text, null for null' },
  examples: [
    {
      expression: "GROK_PREDICT('GET 10.0.0.1 200')",
      result: 'GET %{IP:get} %{INT:number}',
    },
  ],
  pure: false,
  capability: 'grok',
  arity: [1, Number.POSITIVE_INFINITY],
  call: (capabilities, text) => {
    const line = textArgument('GROK_PREDICT', 'text', text);
    return line === null ? null : needed('GROK_PREDICT', capabilities, 'grok').predict(line);
  },
};

export const grokFunctions: readonly StellarFunction[] = [grokEval, grokPredict];

/** What the last word of a line may become. */
export interface CompletionNames {
  readonly functions: Iterable<string>;
  /** Variables, and fields of events. */
  readonly variables: Iterable<string>;
  readonly commands: Iterable<string>;
}

export interface Completion {
  /** The word that the candidates replace. */
  readonly word: string;
  readonly candidates: readonly string[];
}

const comparisons = ['==', '>=', '<='];

/**
 * Candidates for the last word of `line`: after `?` functions to read about, after `%` commands, else functions with their
 * bracket, variables and comparisons. The case counts. No word, no candidates.
 */
export function complete(line: string, names: CompletionNames): Completion {
  const blankCut = /\S*$/.exec(line)?.[0] ?? '';
  if (blankCut.startsWith('?')) {
    return of(
      blankCut,
      [...names.functions].map((name) => `?${name}`),
    );
  }
  if (blankCut.startsWith('%')) return of(blankCut, names.commands);
  const word = /(?:[A-Za-z_$][A-Za-z0-9_.:$]*|[=<>]+)$/.exec(line)?.[0] ?? '';
  return of(word, [...[...names.functions].map((name) => `${name}(`), ...names.variables, ...comparisons]);
}

function of(word: string, names: Iterable<string>): Completion {
  if (word === '') return { word, candidates: [] };
  return { word, candidates: [...new Set(names)].filter((name) => name.startsWith(word)).sort() };
}

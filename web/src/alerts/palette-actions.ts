export interface PaletteAction {
  readonly group: string;
  readonly name: string;
  readonly keys?: string;
  readonly run: () => void;
}

/** Actions whose name or group holds all words, in any order; those that start with the first word come first. */
export function findActions(actions: readonly PaletteAction[], wanted: string): readonly PaletteAction[] {
  const words = wanted.toLowerCase().split(/\s+/).filter(Boolean);
  const [first = ''] = words;
  return actions
    .filter((action) => words.every((word) => `${action.group} ${action.name}`.toLowerCase().includes(word)))
    .toSorted(
      (a, b) =>
        Number(b.name.toLowerCase().startsWith(first)) - Number(a.name.toLowerCase().startsWith(first)),
    );
}

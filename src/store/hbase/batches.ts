/** The cell of a qualifier. */
import type { HBaseRow } from './gateway.ts';

export function cellOf({ cells }: HBaseRow, qualifier: Buffer): Buffer | undefined {
  for (const cell of cells) if (qualifier.equals(cell.qualifier)) return cell.value;
  return undefined;
}

/** Cuts into runs of at most so many items and so many bytes; one item may be larger. */
export function* runsOf<T>(
  items: readonly T[],
  most: number,
  mostBytes: number,
  bytesOf: (item: T) => number,
): Generator<readonly T[]> {
  let from = 0;
  let bytes = 0;
  for (const [at, item] of items.entries()) {
    const length = bytesOf(item);
    if (at > from && (at - from >= most || bytes + length > mostBytes)) {
      yield items.slice(from, at);
      from = at;
      bytes = 0;
    }
    bytes += length;
  }
  if (from < items.length) yield items.slice(from);
}

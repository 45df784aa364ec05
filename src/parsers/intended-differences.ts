/**
 * Where parsers behave otherwise than the reference, on purpose: the case's id, why, and what happens instead. The case then has to
 * behave as told here.
 */
export interface IntendedDifference {
  readonly reason: string;
  /** Members of the case that are otherwise. A member set to undefined does not apply. */
  readonly instead: Readonly<Record<string, unknown>>;
}

export const intendedDifferences: ReadonlyMap<string, IntendedDifference> = new Map<
  string,
  IntendedDifference
>([]);

/** What a value of a query is, to every engine alike. */

/** A number as people write it; null for any other text. */
export function parseNumber(text: string): number | null {
  if (!/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text)) return null;
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}

/** Whether upper and lower case make a difference to it. */
export function hasCase(value: string): boolean {
  return value.toLowerCase() !== value.toUpperCase();
}

/** Dates by a pattern of y, M and d, as in `yyyy/MM/dd` or `yyyyMMdd`. Null when the text is no such date. */
export function readDate(
  text: string,
  pattern: string,
): { readonly year: number; readonly month: number; readonly day: number } | null {
  const found: Record<'y' | 'M' | 'd', number | null> = { y: null, M: null, d: null };
  let at = 0;
  for (const [run] of pattern.matchAll(/y+|M+|d+|[\s\S]/g)) {
    const letter = run[0];
    if (letter !== 'y' && letter !== 'M' && letter !== 'd') {
      if (text[at] !== run) return null;
      at += 1;
      continue;
    }
    const most = run.length === 1 ? (letter === 'y' ? 4 : 2) : run.length;
    const digits = /^\d+/.exec(text.slice(at, at + most))?.[0] ?? '';
    if (digits === '' || (run.length > 1 && digits.length !== run.length)) return null;
    found[letter] = letter === 'y' && run.length === 2 ? 2000 + Number(digits) : Number(digits);
    at += digits.length;
  }
  const { y: year, M: month, d: day } = found;
  if (at !== text.length || year === null || month === null || day === null) return null;
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? { year, month, day } : null;
}

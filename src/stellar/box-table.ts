import { StellarError } from './errors.ts';

/** A table drawn with box characters, as the reference's shell shows maps, variables and rules. Ends with a line break. */

const longest = 16 * 1024 * 1024;

/** Every row must have as many cells as there are headings. Cells may have several lines. */
export function boxTable(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [headings, ...rows].map((row) => row.map((cell) => cell.split(/\r\n|[\n\r]/)));
  const widths = headings.map((_, column) => {
    let width = 0;
    for (const row of cells) for (const line of row[column]!) width = Math.max(width, line.length);
    return width;
  });
  const width = widths.reduce((sum, one) => sum + one + 3, 1);
  const lines = cells.reduce((sum, row) => sum + heightOf(row) + 1, 2);
  if (width * lines > longest)
    throw new StellarError('SKP_STELLAR_BUDGET', `a table would have more than ${longest} characters`, {
      hint: 'show a part of it',
    });
  const [head, ...body] = cells;
  const out: string[] = [rule(widths, '╔═╤╗'), ...textLines(head!, widths)];
  if (body.length === 0) {
    const inner = '(empty)'.padEnd(width - 4);
    out.push(rule(widths, '╠═╧╣'), `║ ${inner} ║`, `╚${'═'.repeat(Math.max(inner.length + 2, width - 2))}╝`);
  } else {
    out.push(rule(widths, '╠═╪╣'));
    for (const [at, row] of body.entries()) {
      if (at > 0) out.push(rule(widths, '╟─┼╢'));
      out.push(...textLines(row, widths));
    }
    out.push(rule(widths, '╚═╧╝'));
  }
  return `${out.join('\n')}\n`;
}

function heightOf(row: readonly (readonly string[])[]): number {
  return row.reduce((most, cell) => Math.max(most, cell.length), 1);
}

/** `characters`: left end, line, crossing, right end. */
function rule(widths: readonly number[], characters: string): string {
  const [left = '', line = '', cross = '', right = ''] = characters;
  return `${left}${widths.map((width) => line.repeat(width + 2)).join(cross)}${right}`;
}

function textLines(row: readonly (readonly string[])[], widths: readonly number[]): string[] {
  return Array.from(
    { length: heightOf(row) },
    (_, line) => `║ ${row.map((cell, column) => (cell[line] ?? '').padEnd(widths[column]!)).join(' │ ')} ║`,
  );
}

/** Breaks lines at blanks so that none is longer than `width` where that is possible; longer words are cut. */
export function wrapped(text: string, width: number): string {
  const lines: string[] = [];
  for (const line of text.split('\n')) {
    let rest = line;
    while (rest.length > width) {
      const blank = rest.lastIndexOf(' ', width);
      const at = blank > 0 ? blank : width;
      lines.push(rest.slice(0, at));
      rest = rest.slice(blank > 0 ? at + 1 : at);
    }
    lines.push(rest);
  }
  return lines.join('\n');
}

import stringWidth from 'string-width';
import { printableLine } from './printable.ts';

export interface TableOptions {
  /** Columns of the terminal. */
  readonly width: number;
  /** Rows shown before "… N more". */
  readonly rows?: number;
}

const leastColumn = 8;

/** Rows as a table with lines, no wider than the terminal: the widest columns give way first. Cells are one line each. */
export function table(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  options: TableOptions,
): string {
  const most = options.rows ?? 200;
  const shown = rows.slice(0, most).map((row) => header.map((_, column) => printableLine(row[column] ?? '')));
  const heads = header.map(printableLine);
  const widths = heads.map((head, column) =>
    Math.max(stringWidth(head), ...shown.map((row) => stringWidth(row[column] ?? ''))),
  );
  narrow(widths, options.width - 3 * widths.length - 1);
  const line = (left: string, middle: string, right: string): string =>
    left + widths.map((width) => '─'.repeat(width + 2)).join(middle) + right;
  const cells = (row: readonly string[]): string =>
    `│${row.map((cell, column) => ` ${padded(cell, widths[column] ?? 0)} `).join('│')}│`;
  return [
    line('┌', '┬', '┐'),
    cells(heads),
    line('├', '┼', '┤'),
    ...shown.map(cells),
    line('└', '┴', '┘'),
    ...(rows.length > most ? [`… ${(rows.length - most).toLocaleString('en')} more`] : []),
  ].join('\n');
}

/** Takes from the widest column until all fit, as far as columns can be narrowed. */
function narrow(widths: number[], room: number): void {
  let excess = widths.reduce((sum, width) => sum + width, 0) - room;
  while (excess > 0) {
    const widest = Math.max(...widths);
    if (widest <= leastColumn) return;
    const column = widths.indexOf(widest);
    const next = Math.max(leastColumn, ...widths.filter((width) => width < widest));
    const cut = Math.min(excess, widest - next);
    widths[column] = widest - Math.max(1, cut);
    excess -= Math.max(1, cut);
  }
}

function padded(text: string, width: number): string {
  const full = stringWidth(text);
  if (full <= width) return text + ' '.repeat(width - full);
  let cut = '';
  let used = 0;
  for (const character of text) {
    const wide = stringWidth(character);
    if (used + wide > width - 1) break;
    cut += character;
    used += wide;
  }
  return `${cut}…${' '.repeat(width - 1 - used)}`;
}

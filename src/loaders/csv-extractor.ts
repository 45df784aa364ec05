/** Rows of a CSV list as reference data: the indicator, its type, and everything else as metadata (texts). */
import { SkoposError } from '../errors.ts';
import type { ReferenceEntry } from '../store/index.ts';

export interface ExtractorConfig {
  readonly columns: readonly { readonly name: string; readonly position: number }[];
  readonly separator: string;
  /** Type of every entry, unless `typeColumn` names the column that has it. */
  readonly type?: string;
  readonly typeColumn?: string;
  /** The first column when absent. */
  readonly indicatorColumn?: string;
}

/** A function from a row to an entry, or to the reason why the row is left out. Throws when the columns do not fit together. */
export function csvExtractor(config: ExtractorConfig): (row: readonly string[]) => ReferenceEntry | string {
  const indicator = columnOf(config, config.indicatorColumn ?? config.columns[0]?.name ?? '', 'indicator');
  const type = config.typeColumn === undefined ? null : columnOf(config, config.typeColumn, 'type');
  if (type === null && (config.type === undefined || config.type === '')) {
    throw new SkoposError('SKP_LOADER_EXTRACTOR', 'The list has no type', {
      hint: 'Give a type, or name the column that has it.',
    });
  }
  return (row) => {
    const value = row[indicator];
    if (value === undefined || value === '')
      return `no indicator in ${JSON.stringify(row.join(config.separator)).slice(0, 80)}`;
    const kind = type === null ? config.type : row[type];
    if (kind === undefined || kind === '') return `no type for ${value}`;
    const metadata: Record<string, string> = {};
    for (const { name, position } of config.columns) {
      const cell = row[position];
      if (cell !== undefined && position !== type && name !== '__proto__') metadata[name] = cell;
    }
    return { type: kind, indicator: value, metadata };
  };
}

function columnOf(config: ExtractorConfig, name: string, what: string): number {
  const column = config.columns.find((one) => one.name === name);
  if (column === undefined) {
    throw new SkoposError(
      'SKP_LOADER_EXTRACTOR',
      `The ${what} column ${JSON.stringify(name)} is none of the columns`,
      {
        hint: `Columns: ${config.columns.map((one) => one.name).join(', ')}`,
      },
    );
  }
  return column.position;
}

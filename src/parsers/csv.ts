/** Delimited records, one a message (Metron's CSVParser). */
import { charsetDecoder } from './charset.ts';
import { splitDelimited } from './delimited.ts';
import { ParseError, ParserConfigError } from './errors.ts';
import { isMap } from './fields.ts';
import { type DateReader, simpleDateFormat } from './java-date.ts';
import { javaZone } from './java-zone.ts';
import { asParseError } from './line-records.ts';
import type { Parser, ParserEnvironment, ParserType, ParseSink } from './parser.ts';
import { type RecordBuilder, recordBuilder } from './record-builder.ts';
import { type Settings, textSetting } from './settings.ts';

export const csv: ParserType = {
  name: 'csv',
  classNames: ['org.apache.metron.parsers.csv.CSVParser'],
  description: 'Delimited records: columns by position, any separator',
  references: ['RFC 4180 (CSV)'],
  options: [
    {
      name: 'columns',
      type: 'any',
      required: true,
      description:
        'Names of columns: `{"name": position, …}`, `["name", …]` or `"name,name:position,…"`, positions from 0.',
    },
    {
      name: 'separator',
      type: 'text',
      default: ',',
      description: 'The first character of it separates cells.',
    },
    {
      name: 'timestampFormat',
      type: 'dateFormat',
      description: 'How the column `timestamp` is read; absent: epoch milliseconds.',
    },
  ],
  sampleConfig: {
    columns: ['timestamp', 'user', 'action', 'ip_src_addr', 'detail'],
    timestampFormat: 'yyyy-MM-dd HH:mm:ss',
  },
  samples: [
    '2026-01-01 09:01:01,ann,login,192.0.2.17,ok',
    '2026-01-01 09:01:02,bob,upload,192.0.2.18,"report, final.pdf"',
    '2026-01-01 09:01:03,carol,login,2001:db8::17,"said ""no"""',
    '2026-01-01 09:01:04,"EXAMPLE\\dave",logout,192.0.2.19,',
    '2026-01-01 09:01:05,erin,download, 192.0.2.20 , 5 files',
  ],
  configure: (config, environment) => new CsvParser(config, environment),
};

interface Column {
  readonly field: string;
  readonly index: number;
}

/**
 * Settings: `columns` (a map from name to position, a list, or `name,name:position,…`), `separator` (one character),
 * `timestampFormat` (SimpleDateFormat) for the column `timestamp`, in `timeZone`. Blank lines and those that begin with `#` are
 * passed over.
 */
class CsvParser implements Parser {
  readonly messageFields: readonly string[];
  readonly #columns: readonly Column[];
  readonly #separator: number;
  readonly #readDate: DateReader | undefined;
  readonly #environment: ParserEnvironment;
  readonly #build: RecordBuilder;
  readonly #timestampAt: number;
  readonly #originalAt: number;
  readonly #cells: string[] = [];
  readonly #values: unknown[] = [];

  constructor(config: Settings, environment: ParserEnvironment) {
    this.#environment = environment;
    this.#columns = readColumns(config['columns']).filter((column) => column.field !== 'original_string');
    const separator = textSetting(config, 'separator', ',');
    if (separator === '') throw new ParserConfigError('parserConfig.separator is empty');
    this.#separator = separator.charCodeAt(0);
    charsetDecoder(textSetting(config, 'readCharset', 'UTF-8'));
    const format = textSetting(config, 'timestampFormat', '');
    const zone = javaZone(textSetting(config, 'timeZone', environment.timeZone));
    this.#readDate = format === '' ? undefined : simpleDateFormat(format, zone);
    const fields = this.#columns.map((column) => column.field);
    this.#timestampAt = fields.includes('timestamp') ? fields.lastIndexOf('timestamp') : fields.length;
    if (this.#timestampAt === fields.length) fields.push('timestamp');
    this.#originalAt = fields.length;
    this.messageFields = [...fields, 'original_string'];
    this.#build = recordBuilder(this.messageFields);
  }

  parse(text: string, sink: ParseSink): void {
    if (isIgnored(text)) {
      sink.skip(text, text.trim() === '' ? 'blank' : 'a comment');
      return;
    }
    const cells = this.#cells;
    const values = this.#values;
    const columns = this.#columns;
    try {
      const count = splitDelimited(text, this.#separator, cells);
      for (let i = 0; i < columns.length; i++) {
        const { field, index } = columns[i]!;
        if (index >= count) {
          throw new ParseError(`The record has ${count} cells, column ${field} is number ${index + 1}`, {
            hint: 'Check columns and separator',
          });
        }
        values[i] = cells[index];
      }
    } catch (error) {
      sink.fail(asParseError(error, text));
      return;
    }
    const at = this.#timestampAt;
    values[at] = at < columns.length ? this.#timestamp(values[at]) : this.#environment.now();
    values[this.#originalAt] = text;
    sink.emit(this.#build(values));
  }

  /** Epoch ms where the text can be read so; otherwise the text as it is. */
  #timestamp(value: unknown): unknown {
    if (typeof value !== 'string') return value;
    if (this.#readDate !== undefined) {
      const time = this.#readDate(value, this.#environment.now());
      return Number.isNaN(time) ? value : time;
    }
    return /^[+-]?\d{1,18}$/.test(value) ? Number(value) : value;
  }
}

/** Blank, or a comment. */
export function isIgnored(text: string): boolean {
  const first = text.charCodeAt(0);
  if (first > 0x20) return first === 0x23;
  const trimmed = text.trimStart();
  return trimmed === '' || trimmed.startsWith('#');
}

function readColumns(setting: unknown): Column[] {
  const columns: Column[] = [];
  if (typeof setting === 'string' || Array.isArray(setting)) {
    const items: unknown[] = Array.isArray(setting) ? setting : setting.split(',');
    for (const [position, item] of items.entries()) {
      const [field = '', index] = String(item).split(':');
      columns.push(column(field, index ?? position));
    }
  } else if (isMap(setting)) {
    for (const [field, index] of Object.entries(setting)) columns.push(column(field, index));
  }
  if (columns.length === 0) {
    throw new ParserConfigError('parserConfig.columns is missing', {
      hint: 'Expected {"name": position, …}, ["name", …] or "name,name:position,…", positions from 0',
    });
  }
  return columns;
}

function column(field: string, position: unknown): Column {
  const index = typeof position === 'string' && position.trim() !== '' ? Number(position) : position;
  if (typeof index !== 'number' || !Number.isInteger(index) || index < 0) {
    throw new ParserConfigError(
      `The position of column ${JSON.stringify(field)} is ${JSON.stringify(position)}`,
      {
        hint: 'Expected a whole number from 0',
      },
    );
  }
  return { field: field.trim(), index };
}

/** Alerts of Snort as CSV (`alert_csv`, Metron's BasicSnortParser). */
import { charsetDecoder } from './charset.ts';
import { isIgnored } from './csv.ts';
import { splitDelimited } from './delimited.ts';
import { excerpt, ParseError } from './errors.ts';
import type { DateReader } from './java-date.ts';
import { dateTimeFormatter } from './java-time-format.ts';
import { javaZone } from './java-zone.ts';
import { asParseError } from './line-records.ts';
import type { Parser, ParserEnvironment, ParserType, ParseSink } from './parser.ts';
import { recordBuilder } from './record-builder.ts';
import { type Settings, textSetting } from './settings.ts';

export const snort: ParserType = {
  name: 'snort',
  classNames: ['org.apache.metron.parsers.snort.BasicSnortParser'],
  description: 'Snort alerts as CSV (alert_csv with its default columns, times with a year: -y)',
  configure: (config, environment) => new SnortParser(config, environment),
};

// biome-ignore format: in groups
const columns = [
  'timestamp', 'sig_generator', 'sig_id', 'sig_rev', 'msg', 'protocol',
  'ip_src_addr', 'ip_src_port', 'ip_dst_addr', 'ip_dst_port', 'ethsrc', 'ethdst', 'ethlen',
  'tcpflags', 'tcpseq', 'tcpack', 'tcplen', 'tcpwindow', 'ttl', 'tos', 'id', 'dgmlen', 'iplen',
  'icmptype', 'icmpcode', 'icmpid', 'icmpseq',
];

const build = recordBuilder([...columns, 'original_string', 'is_alert']);

/** Settings: `dateFormat` (java.time pattern) and `timeZone`. */
class SnortParser implements Parser {
  readonly #readDate: DateReader;
  readonly #environment: ParserEnvironment;
  readonly #cells: string[] = [];
  readonly #values: unknown[] = [];

  constructor(config: Settings, environment: ParserEnvironment) {
    this.#environment = environment;
    charsetDecoder(textSetting(config, 'readCharset', 'UTF-8'));
    const zone = javaZone(textSetting(config, 'timeZone', environment.timeZone));
    this.#readDate = dateTimeFormatter(textSetting(config, 'dateFormat', 'MM/dd/yy-HH:mm:ss.SSSSSS'), zone);
  }

  parse(text: string, sink: ParseSink): void {
    const cells = this.#cells;
    const values = this.#values;
    let time: number;
    try {
      if (isIgnored(text)) throw new ParseError('The record is blank or a comment');
      const count = splitDelimited(text, 0x2c, cells);
      if (count < columns.length) {
        throw new ParseError(`A Snort alert has ${columns.length} cells, this record ${count}`);
      }
      time = this.#readDate(cells[0]!, this.#environment.now());
      if (Number.isNaN(time)) {
        throw new ParseError(`The time ${excerpt(cells[0]!)} does not fit dateFormat`, {
          hint: 'Run Snort with -y, so that its times have a year, or set dateFormat',
        });
      }
    } catch (error) {
      sink.fail(asParseError(error, text));
      return;
    }
    values[0] = time;
    for (let i = 1; i < columns.length; i++) values[i] = cells[i];
    values[columns.length] = text;
    values[columns.length + 1] = 'true';
    sink.emit(build(values));
  }
}
